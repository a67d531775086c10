"""Cache notes: records the last change of the truth that a cache has applied.

A note is written after its cache, so that it may lag but never leads. A process killed between the two writes leaves
the older note. Applying changes is idempotent, so that applying them again from that note gives the same cache.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TypeVar

from retrieval.store.file_replacement import replace_file


@dataclass(frozen=True, slots=True)
class CacheNote:
    """Records that a cache holds the truth of `epoch` up to change `seq`, in format `format`."""

    epoch: str
    seq: int
    format: str


_Note = TypeVar("_Note", bound=CacheNote)


def read_note(path: Path, kind: type[_Note]) -> _Note | None:
    """Reads a note. Returns None if it is missing or damaged; the cache must then be rebuilt.

    Fields that only an older version wrote are ignored.
    """
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        return kind(**{field.name: values[field.name] for field in fields(kind)})
    except (OSError, ValueError, TypeError, KeyError):
        return None


def write_note(path: Path, note: CacheNote) -> None:
    """Replaces a note atomically and durably."""
    content = json.dumps(asdict(note)).encode()
    replace_file(path, lambda file: file.write(content))
