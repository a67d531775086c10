"""The note beside a cache that says up to which change the cache has applied the truth.

The note may lag but never leads; applying changes is idempotent, so applying them again from there gives the same
cache. A cache that is changed in place has its note written after it: a process killed in between leaves the older
note. A cache that is one file, replaced as a whole, has a note that tells which file it is of. While the file is
replaced, the note describes both the file in place and the file about to replace it.
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
    """Reads the note of a cache that is changed in place; None where it is to be built anew, as in `read_notes`."""
    notes = read_notes(path, kind)
    return notes[0] if notes else None


def read_notes(path: Path, kind: type[_Note]) -> list[_Note]:
    """Reads the states of a cache; none where they are missing or damaged: the cache is to be built anew.

    Fields that only an older version wrote are ignored.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        states = content if isinstance(content, list) else [content]
        return [kind(**{field.name: values[field.name] for field in fields(kind)}) for values in states]
    except (OSError, ValueError, TypeError, KeyError):
        return []


def write_note(path: Path, *notes: CacheNote) -> None:
    """Replaces a note, durably: an object of JSON for one state, a list of them for several."""
    states = [asdict(note) for note in notes]
    content = json.dumps(states if len(states) > 1 else states[0]).encode()
    replace_file(path, lambda file: file.write(content))
