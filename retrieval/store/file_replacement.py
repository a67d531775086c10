"""Replacing a file at one stroke, so that a process killed at any instant leaves the old file or the new one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


def replace_file(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Writes a file beside `path`, flushes it to disk and renames it over `path`.

    One process at a time may do so.

    Args:
        path: the file to replace; it need not exist.
        write: writes the content into the open file that it is given.

    Raises:
        OSError: the file cannot be written; the old one is unchanged.
    """
    with replacing_file(path, write):
        pass


@contextmanager
def replacing_file(path: Path, write: Callable[[IO[bytes]], object]) -> Iterator[Path]:
    """Does as `replace_file` does, and renames the new file, whose path it gives, when the context ends.

    After an error in the context, the old file is unchanged.
    """
    new = path.with_name(f".{path.name}.new")
    try:
        with new.open("wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        yield new
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
