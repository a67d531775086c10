"""The dense cache: the truth's vectors in memory, to be searched, and in one file, to be opened quickly."""

from __future__ import annotations

import ctypes
import json
import sqlite3
import sys
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from retrieval.datatypes import Filter, Vector, Vectors
from retrieval.store import blocks, reading, sidecar, truth
from retrieval.store.blocks import ALWAYS, NEVER, NO_SOURCE, Block, Coder, Rows, Wanted
from retrieval.store.sidecar import Applied

KIND = "2-bit RaBitQ codes in FAISS, each compared; the best scored again as stored"
"""For people."""

_FORMAT = "rabitq-blocks/1"
_NOTE, _CENTRE = "note.json", "centre.npy"

_READ_AT_ONCE = 8_192
"""The mean of the first that are read is the centre of all."""

_OUTGROWN = 4
"""A corpus so many times the passages that its centre is the mean of has another, until these are `_READ_AT_ONCE`."""

MAY_LAG = 1 / 50
"""Share of the file's passages that may have come or gone since it was written: whoever opens the index takes them from
the truth, 30 microseconds each."""


@dataclass(frozen=True, slots=True)
class _State:
    """What is held, and up to which change of the truth; `sources` are what rows number.

    `centred_on` is how many passages' vectors the coder's centre is the mean of.
    """

    coder: Coder
    centred_on: int = 0
    blocks: tuple[Block, ...] = ()
    sources: tuple[str, ...] = ()
    applied: Applied | None = None

    @property
    def last_id(self) -> int:
        """The highest passage id."""
        return int(self.blocks[-1].ids[-1]) if self.blocks else 0

    @property
    def outgrown(self) -> bool:
        """Whether there are so many more passages that another centre would suit them better."""
        return self.centred_on < _READ_AT_ONCE and sum(map(len, self.blocks)) > _OUTGROWN * self.centred_on


class DenseCache:
    """All vectors, every one of them compared with a question. Safe to call from several threads.

    One thread at a time applies and saves; searching goes on meanwhile, in what was held before.
    """

    def __init__(self, path: Path, dim: int) -> None:
        self._path = path
        self._dim = dim
        self._state = _State(Coder(np.zeros(dim, np.float32)))

    # --- the file ----------------------------------------------------------------------------------------------------

    def load(self) -> bool:
        """Take what is on disk; False for a missing, damaged or foreign file."""
        try:
            with zipfile.ZipFile(self._path) as file:
                note = json.loads(file.read(_NOTE))
                applied = Applied(**note["applied"])
                if applied.format != _FORMAT or note["dim"] != self._dim:
                    return False
                coder = Coder(_array(file, _CENTRE))
                held = blocks.packed(_stored(file, note["blocks"]), coder)
        except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile):
            return False
        self._state = _State(coder, note["centred_on"], tuple(held), tuple(note["sources"]), applied)
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
            "centred_on": state.centred_on,
            "sources": state.sources,
        }
        # Uncompressed, with a checksum for each part, which is looked at when it is read.
        with zipfile.ZipFile(out, "w") as file:
            file.writestr(_NOTE, json.dumps(note))
            _add(file, _CENTRE, state.coder.centre)
            for number, block in enumerate(state.blocks):
                for name, column in zip(Rows.NAMES, block.rows().columns, strict=True):
                    _add(file, _member(number, name), column)

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
            state = self._nothing(db)
        followed = self._followed(db, state)
        if followed.outgrown:
            followed = self._followed(db, self._nothing(db))
        self._state = replace(followed, applied=Applied(epoch, seq, _FORMAT))
        if opening:
            _give_back()

    def _nothing(self, db: sqlite3.Connection) -> _State:
        """Nothing held yet, with a centre for what is in the truth."""
        first = _unpacked(reading.rows_after(db, 0, _READ_AT_ONCE), self._dim)
        return _State(Coder(first.mean(axis=0) if len(first) else np.zeros(self._dim, np.float32)), len(first))

    def _followed(self, db: sqlite3.Connection, state: _State) -> _State:
        """Without what is gone, and with what came; what was deleted meanwhile is gone the next time."""
        gone = reading.gone_since(db, state.applied.seq) if state.applied and state.blocks else []
        kept = blocks.without(state.blocks, gone, state.coder) if gone else list(state.blocks)
        sources = {source: place for place, source in enumerate(state.sources)}
        # No passage id is ever used again: what is new has higher ones than all that is held.
        last = int(kept[-1].ids[-1]) if kept else 0
        held = blocks.packed(_incoming(db, last, self._dim, state.coder, sources), state.coder, kept)
        return replace(state, blocks=tuple(held), sources=tuple(sources))

    # --- searching ---------------------------------------------------------------------------------------------------

    def nearest(self, vector: Vector, k: int, where: Filter | None) -> list[int]:
        """Ids of the k passages whose inner product with a unit vector seems highest, best first."""
        state = self._state
        source = state.sources.index(where.source) if where and where.source in state.sources else NO_SOURCE
        if k <= 0 or (where and where.source and source == NO_SOURCE):
            return []
        _, ids = blocks.nearest(state.blocks, Wanted(vector, k, where, source))
        found: list[int] = ids.tolist()
        return found

    # --- checking ----------------------------------------------------------------------------------------------------

    def ids(self) -> list[int]:
        """All ids held, in order."""
        return [passage_id for block in self._state.blocks for passage_id in block.ids.tolist()]

    def differing(self, db: sqlite3.Connection) -> int:
        """How many of the codes held are not those of the truth's vectors."""
        differing = 0
        for block in self._state.blocks:
            rows = block.rows()
            found, vectors = reading.vectors(db, rows.ids.tolist(), self._dim)
            held = rows.where(np.isin(rows.ids, found))
            differing += self._state.coder.differing(held.codes, vectors)
        return differing


def _incoming(db: sqlite3.Connection, last: int, dim: int, coder: Coder, sources: dict[str, int]) -> Iterator[Rows]:
    """The passages of higher ids than `last`; sources that are new are given a place."""
    while found := reading.rows_after(db, last, _READ_AT_ONCE):
        ids, _, first_days, last_days, names = zip(*found, strict=True)
        yield Rows(
            np.array(ids, np.int64),
            coder.codes(_unpacked(found, dim)),
            np.array([NEVER if day is None else day for day in first_days], np.int32),
            np.array([ALWAYS if day is None else day for day in last_days], np.int32),
            np.array(
                [NO_SOURCE if name is None else sources.setdefault(name, len(sources)) for name in names], np.int32
            ),
        )
        last = ids[-1]


def _unpacked(rows: Sequence[reading.Row], dim: int) -> Vectors:
    return np.frombuffer(b"".join(blob for _, blob, *_ in rows), np.float16).reshape(-1, dim).astype(np.float32)


def _give_back() -> None:
    """Have the C library return to the system what it freed: tens of megabytes that only opening took."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)


def _member(number: int, name: str) -> str:
    return f"{number}/{name}.npy"


def _add(file: zipfile.ZipFile, name: str, array: NDArray[Any]) -> None:
    with file.open(name, "w", force_zip64=True) as member:
        np.lib.format.write_array(member, array, allow_pickle=False)


def _array(file: zipfile.ZipFile, name: str) -> NDArray[Any]:
    with file.open(name) as member:
        return np.asarray(np.lib.format.read_array(member, allow_pickle=False))


def _stored(file: zipfile.ZipFile, count: int) -> Iterator[Rows]:
    for number in range(count):
        yield Rows(*(_array(file, _member(number, name)) for name in Rows.NAMES))
