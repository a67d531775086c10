"""Cache notes: records the last change of the truth that a cache has applied.

A note may lag but never leads. Applying changes is idempotent, so that applying them again from the note gives the same
cache. If a cache is changed in place, its note is written after it: a process killed between the two writes leaves the
older note. If a cache is one file, replaced as a whole, its note tells which file it belongs to. While the file is
replaced, the note lists two states: that of the file in place, and that of the file about to replace it.
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
    """Reads the note of a cache that is changed in place. Returns None where `read_notes` finds no state."""
    notes = read_notes(path, kind)
    return notes[0] if notes else None


def read_notes(path: Path, kind: type[_Note]) -> list[_Note]:
    """Reads all states of a note. Returns none if it is missing or damaged; the cache must then be rebuilt.

    Fields that only an older version wrote are ignored.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        states = content if isinstance(content, list) else [content]
        return [kind(**{field.name: values[field.name] for field in fields(kind)}) for values in states]
    except (OSError, ValueError, TypeError, KeyError):
        return []


def write_note(path: Path, *notes: CacheNote) -> None:
    """Replaces a note atomically and durably: a JSON object for one state, a list for several."""
    states = [asdict(note) for note in notes]
    content = json.dumps(states if len(states) > 1 else states[0]).encode()
    replace_file(path, lambda file: file.write(content))
