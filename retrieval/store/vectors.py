"""The dense cache: the truth's vectors in memory, to be searched, and in one file, to be opened quickly."""

from __future__ import annotations

import ctypes
import json
import sqlite3
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO

import numpy as np

from retrieval.datatypes import Filter, Vector
from retrieval.store import blocks, reading, sidecar, truth
from retrieval.store.blocks import ALWAYS, NEVER, NO_SOURCE, Block, Rows, Wanted
from retrieval.store.sidecar import Applied

KIND = "8-bit integers in FAISS, each compared; the best scored again as stored"
"""For people."""

_FORMAT = "uint8-blocks/1"
_NOTE = "note.json"
_READ_AT_ONCE = 8_192

MAY_LAG = 1 / 50
"""Share of the file's passages that may have come or gone since it was written: whoever opens the index takes them from
the truth, in milliseconds; to write the file anew takes a second for each few hundred thousand passages."""


@dataclass(frozen=True, slots=True)
class _State:
    """What is held, and up to which change of the truth; `sources` are what rows number."""

    blocks: tuple[Block, ...] = ()
    scale: float = 0.0
    sources: tuple[str, ...] = ()
    applied: Applied | None = None

    @property
    def last_id(self) -> int:
        """The highest passage id."""
        return int(self.blocks[-1].ids[-1]) if self.blocks else 0


class DenseCache:
    """All vectors, every one of them compared with a question. Safe to call from several threads.

    One thread at a time applies and saves; searching goes on meanwhile, in what was held before.
    """

    def __init__(self, path: Path, dim: int) -> None:
        self._path = path
        self._dim = dim
        self._state = _State()

    # --- the file ----------------------------------------------------------------------------------------------------

    def load(self) -> bool:
        """Take what is on disk; False for a missing, damaged or foreign file."""
        try:
            with zipfile.ZipFile(self._path) as file:
                note = json.loads(file.read(_NOTE))
                applied = Applied(**note["applied"])
                if applied.format != _FORMAT or note["dim"] != self._dim:
                    return False
                held = blocks.packed(_stored(file, note["blocks"]), self._dim)
        except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile):
            return False
        self._state = _State(tuple(held), note["scale"], tuple(note["sources"]), applied)
        return True

    def lags(self, db: sqlite3.Connection) -> bool:
        """Whether the file is missing, or further behind the truth than it may be."""
        try:
            with zipfile.ZipFile(self._path) as file:
                note = json.loads(file.read(_NOTE))
                applied = Applied(**note["applied"])
        except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile):
            return True
        epoch, seq = truth.state(db)
        if (applied.format, applied.epoch) != (_FORMAT, epoch) or applied.seq > seq:
            return True
        gone = sum(len(ids) for ids in reading.gone_since(db, applied.seq))
        return gone + reading.count_after(db, int(note["last_id"])) > MAY_LAG * int(note["rows"])

    def save(self, db: sqlite3.Connection) -> None:
        """Write the file anew where it lags. The caller holds the index's lock."""
        if self.lags(db):
            self.apply(db)
            sidecar.replace(self._path, self._write)

    def _write(self, out: IO[bytes]) -> None:
        state = self._state
        assert state.applied is not None  # for the type checker: `apply` has set it
        note = {
            "applied": asdict(state.applied),
            "dim": self._dim,
            "blocks": len(state.blocks),
            "rows": sum(map(len, state.blocks)),
            "last_id": state.last_id,
            "scale": state.scale,
            "sources": state.sources,
        }
        # Uncompressed, with a checksum for each part, which is looked at when it is read.
        with zipfile.ZipFile(out, "w") as file:
            file.writestr(_NOTE, json.dumps(note))
            for number, block in enumerate(state.blocks):
                for name, column in zip(Rows.NAMES, block.rows().columns, strict=True):
                    with file.open(_member(number, name), "w", force_zip64=True) as member:
                        np.lib.format.write_array(member, column, allow_pickle=False)

    # --- following the truth -----------------------------------------------------------------------------------------

    def behind(self, epoch: str, seq: int) -> bool:
        """Whether the truth has gone further than what is in memory."""
        applied = self._state.applied
        return applied is None or (applied.epoch, applied.seq) != (epoch, seq)

    def holds(self, epoch: str) -> bool:
        """Whether the ids held are those of an epoch of the truth."""
        return self._state.applied is not None and self._state.applied.epoch == epoch

    def apply(self, db: sqlite3.Connection) -> None:
        """Bring what is in memory up to the truth."""
        epoch, seq = truth.state(db)
        if not self.behind(epoch, seq):
            return
        opening = not self.holds(epoch)
        if opening:
            self.load()
            epoch, seq = truth.state(db)
        state = self._state
        # A cache that leads stands beside a truth that was restored from a backup.
        if state.applied is None or state.applied.epoch != epoch or state.applied.seq > seq:
            state = _State()
        try:
            followed = self._followed(db, state)
        except _Outgrown as larger:
            followed = self._anew(db, larger.scale)
        self._state = replace(followed, applied=Applied(epoch, seq, _FORMAT))
        if opening:
            _give_back()

    def _anew(self, db: sqlite3.Connection, scale: float) -> _State:
        while True:
            try:
                return self._followed(db, _State(scale=scale))
            except _Outgrown as larger:
                scale = larger.scale

    def _followed(self, db: sqlite3.Connection, state: _State) -> _State:
        """Without what is gone, and with what came; what was deleted meanwhile is gone the next time."""
        gone = reading.gone_since(db, state.applied.seq) if state.applied and state.blocks else []
        kept = blocks.without(state.blocks, gone, self._dim) if gone else list(state.blocks)
        incoming = _Incoming(self._dim, state)
        # No passage id is ever used again: what is new has higher ones than all that is held.
        last = int(kept[-1].ids[-1]) if kept else 0
        held = blocks.packed(incoming.rows(db, last), self._dim, kept)
        return _State(tuple(held), incoming.scale, tuple(incoming.sources))

    # --- searching ---------------------------------------------------------------------------------------------------

    def nearest(self, vector: Vector, k: int, more: int, where: Filter | None) -> tuple[list[int], int]:
        """Passages of high inner product with a unit vector, by rounded scores.

        Returns:
            The ids of the best k and of some more, best first; and how many of them may really be among the best k.
        """
        state = self._state
        source = state.sources.index(where.source) if where and where.source in state.sources else NO_SOURCE
        if k <= 0 or (where and where.source and source == NO_SOURCE):
            return [], 0
        wanted = Wanted.of(vector, state.scale, k + more, where, source)
        distances, ids = blocks.nearest(state.blocks, wanted)
        return ids.tolist(), blocks.in_question(distances, k)

    # --- checking ----------------------------------------------------------------------------------------------------

    def ids(self) -> list[int]:
        """All ids held, in order."""
        return [passage_id for block in self._state.blocks for passage_id in block.ids.tolist()]

    def differing(self, db: sqlite3.Connection) -> int:
        """How many of the vectors held are not those of the truth, rounded."""
        differing = 0
        for block in self._state.blocks:
            rows = block.rows()
            found, vectors = reading.vectors(db, rows.ids.tolist(), self._dim)
            held = rows.where(np.isin(rows.ids, found))
            differing += int((held.codes != blocks.integers(vectors, self._state.scale)).any(axis=1).sum())
        return differing


class _Outgrown(Exception):
    """A vector does not fit the scale of those that are held."""

    def __init__(self, scale: float) -> None:
        super().__init__()
        self.scale = scale


class _Incoming:
    """Reads new passages of the truth as rows, with the scale and the list of sources that those held have."""

    def __init__(self, dim: int, state: _State) -> None:
        self._dim = dim
        self._nothing_held = not state.blocks
        self.scale = state.scale
        self.sources = {source: place for place, source in enumerate(state.sources)}

    def rows(self, db: sqlite3.Connection, last: int) -> Iterator[Rows]:
        """The passages of higher ids than `last`.

        Raises:
            _Outgrown: with a scale that fits what is read, where the one of the rows before does not.
        """
        while found := reading.rows_after(db, last, _READ_AT_ONCE):
            ids, blobs, first_days, last_days, sources = zip(*found, strict=True)
            vectors = np.frombuffer(b"".join(blobs), np.float16).reshape(len(ids), self._dim).astype(np.float32)
            if not self.scale and self._nothing_held:
                self.scale = blocks.scale_for(vectors)
            if not blocks.fit(vectors, self.scale):
                raise _Outgrown(blocks.scale_for(vectors))
            yield Rows(
                np.array(ids, np.int64),
                blocks.integers(vectors, self.scale),
                np.array([NEVER if day is None else day for day in first_days], np.int32),
                np.array([ALWAYS if day is None else day for day in last_days], np.int32),
                np.array([self._place(source) for source in sources], np.int32),
            )
            last = ids[-1]

    def _place(self, source: str | None) -> int:
        return NO_SOURCE if source is None else self.sources.setdefault(source, len(self.sources))


def _give_back() -> None:
    """Have the C library return to the system what it freed: tens of megabytes that only opening took."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)


def _member(number: int, name: str) -> str:
    return f"{number}/{name}.npy"


def _stored(file: zipfile.ZipFile, count: int) -> Iterator[Rows]:
    for number in range(count):
        columns = {}
        for name in Rows.NAMES:
            with file.open(_member(number, name)) as member:
                columns[name] = np.lib.format.read_array(member, allow_pickle=False)
        yield Rows(**columns)
