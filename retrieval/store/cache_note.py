"""The note beside a cache that says up to which change the cache has applied the truth.

The note is written after the cache, so that it may lag but never leads. A process killed between the two writes leaves
the older note; applying changes is idempotent, so applying them again from there gives the same cache.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TypeVar

from retrieval.store.file_replacement import replace_file


@dataclass(frozen=True, slots=True)
class CacheNote:
    """A cache holds the truth of `epoch` up to the change `seq`, in the cache's own `format`."""

    epoch: str
    seq: int
    format: str


_Note = TypeVar("_Note", bound=CacheNote)


def read_note(path: Path, kind: type[_Note]) -> _Note | None:
    """Reads a note; None where it is missing or damaged, which means that the cache is to be built anew.

    Fields that only an older version wrote are ignored.
    """
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        return kind(**{field.name: values[field.name] for field in fields(kind)})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def write_note(path: Path, note: CacheNote) -> None:
    """Replaces a note, durably."""
    content = json.dumps(asdict(note)).encode()
    replace_file(path, lambda file: file.write(content))
