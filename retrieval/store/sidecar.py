"""How far a cache has applied the truth: a small file beside it, replaced whole, that may lag but never lead.

It is written after the cache itself. A process killed between the two leaves an older number, and since applying is
idempotent, applying again from there gives the same cache.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import IO


@dataclass(frozen=True, slots=True)
class Applied:
    """A cache holds the truth of `epoch` up to `seq`, in the cache's own `format`."""

    epoch: str
    seq: int
    format: str


def read_applied(path: Path) -> Applied | None:
    """What the file says; None when it is missing or makes no sense, which means: build the cache anew.

    What an older version has written beside is left out of account.
    """
    try:
        note = json.loads(path.read_text(encoding="utf-8"))
        return Applied(**{field.name: note[field.name] for field in fields(Applied)})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def write_applied(path: Path, applied: Applied) -> None:
    """Replace the file, durably."""
    content = json.dumps(asdict(applied)).encode()
    replace_file(path, lambda file: file.write(content))


def replace_file(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Write aside, flush to disk and rename over `path`. One process at a time does so."""
    aside = path.with_name(f".{path.name}.new")
    try:
        with aside.open("wb") as file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except OSError:
        aside.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
