"""File replacement: replaces a file atomically; a killed process leaves the old or the new one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


def replace_file(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Writes a file beside `path`, flushes it to disk and renames it over `path`.

    Only one process at a time may replace the same file.

    Args:
        path: the file to replace; it need not exist.
        write: writes the content to the given open file.

    Raises:
        OSError: the file cannot be written; the old one is unchanged.
    """
    with replacing_file(path, write):
        pass


@contextmanager
def replacing_file(path: Path, write: Callable[[IO[bytes]], object]) -> Iterator[Path]:
    """Writes a file as `replace_file` does and yields its path; renames it when the context ends.

    After an error in the context, the old file is unchanged and the new one is removed.
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
