"""The dense cache: the truth's vectors in memory, to be searched, and in one file, to be opened quickly."""

from __future__ import annotations

import ctypes
import json
import logging
import sqlite3
import sys
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import IO, Any

import faiss
import numpy as np
from numpy.typing import NDArray

from retrieval.datatypes import Filter, Vector, Vectors
from retrieval.store import blocks, sidecar
from retrieval.store import database as truth
from retrieval.store import queries as reading
from retrieval.store.blocks import ALWAYS, NEVER, NO_SOURCE, Block, Coder, Rows, Wanted
from retrieval.store.sidecar import Applied

KIND = "2-bit RaBitQ codes in FAISS, each compared; the best scored again as stored"
"""For people."""

_log = logging.getLogger(__name__)

_FORMAT = f"rabitq-blocks/1 of faiss {faiss.__version__}"
"""Codes are FAISS's own: another version may read others into the same bytes."""

_NOTE, _CENTRE = "note.json", "centre.npy"

_READ_AT_ONCE = 8_192

_SAMPLE = 8_192
"""The mean of so many vectors, the first ones, is the centre of all."""

_OUTGROWN = 4
"""Where less than half of a sample is held, be it that the corpus began smaller or that it has gone since, and so many
times more: another centre would suit these better."""

_UNREADABLE = (OSError, EOFError, ValueError, KeyError, TypeError, RuntimeError, zipfile.BadZipFile, zlib.error)
"""What reading a damaged or foreign file may raise."""

RECODED_WORTH_REPORTING = 50_000
"""So many codes take two seconds to make."""

MAY_LAG = 1 / 50
"""Share of the file's passages that may have come or gone since it was written: whoever opens the index takes them from
the truth, 30 microseconds each."""


@dataclass(frozen=True, slots=True)
class _State:
    """What is held, and up to which change of the truth; `sources` are what rows number.

    `centred_to` is the highest id of the passages whose vectors' mean is the coder's centre.
    """

    coder: Coder
    centred_to: int = 0
    blocks: tuple[Block, ...] = ()
    sources: tuple[str, ...] = ()
    applied: Applied | None = None

    @property
    def last_id(self) -> int:
        """The highest passage id."""
        return int(self.blocks[-1].ids[-1]) if self.blocks else 0

    @property
    def rows(self) -> int:
        """How many passages are held."""
        return sum(map(len, self.blocks))

    @property
    def centred_on(self) -> int:
        """How many of the passages held had their share in the centre."""
        return sum(int(np.searchsorted(block.ids, self.centred_to, side="right")) for block in self.blocks)


_NOTED = ("last_id", "rows", "centred_to", "centred_on")


class DenseCache:
    """All vectors, every one of them compared with a question. Safe to call from several threads.

    One thread at a time applies and saves; searching goes on meanwhile, in what was held before.
    """

    def __init__(self, path: Path, dim: int) -> None:
        self._path = path
        self._dim = dim
        self._state = _State(Coder(np.zeros(dim, np.float32)))
        self._unreadable = False

    # --- the file ----------------------------------------------------------------------------------------------------

    def load(self) -> bool:
        """Take what is on disk; False for a missing, damaged or foreign file."""
        try:
            with zipfile.ZipFile(self._path) as file:
                note = json.loads(file.read(_NOTE))
                applied = Applied(**note["applied"])
                if applied.format != _FORMAT or note["dim"] != self._dim:
                    return False
                coder = Coder(_array(file, _CENTRE).reshape(self._dim))
                held = blocks.packed(_stored(file, note["blocks"], coder.size), coder)
                self._state = _State(coder, int(note["centred_to"]), tuple(held), tuple(note["sources"]), applied)
        except _UNREADABLE:
            return False
        return True

    def lags(self, db: sqlite3.Connection) -> bool:
        """Whether the file is missing, was found damaged, or is further behind the truth than it may be."""
        if self._unreadable:
            return True
        try:
            with zipfile.ZipFile(self._path) as file:
                note = json.loads(file.read(_NOTE))
                applied = Applied(**note["applied"])
                last_id, rows, centred_to, centred_on = (int(note[name]) for name in _NOTED)
        except _UNREADABLE:
            return True
        epoch, seq = truth.state(db)
        if (applied.format, applied.epoch) != (_FORMAT, epoch) or applied.seq > seq:
            return True
        gone, came = reading.gone_since(db, applied.seq), reading.count_after(db, last_id)
        if sum(map(len, gone)) + came > MAY_LAG * rows:
            return True
        # Else whoever opens it would make all codes anew, each time.
        off_centre = sum(len(range(ids.start, min(ids.stop, centred_to + 1))) for ids in gone)
        return _outgrown(centred_on - off_centre, rows + came)

    def save(self, db: sqlite3.Connection) -> None:
        """Write the file anew where it lags. The caller holds the index's lock."""
        if self.lags(db):
            self.apply(db)
            sidecar.replace_file(self._path, self._write)
            self._unreadable = False

    def _write(self, out: IO[bytes]) -> None:
        state = self._state
        assert state.applied is not None  # for the type checker: `apply` has set it
        note = {
            "applied": asdict(state.applied),
            "dim": self._dim,
            "blocks": len(state.blocks),
            **{name: getattr(state, name) for name in _NOTED},
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
            self._unreadable = not self.load()
            epoch, seq = truth.state(db)
        kept = self._kept(db, epoch, seq) or self._nothing(db)
        self._state = replace(self._with_new(db, kept), applied=Applied(epoch, seq, _FORMAT))
        if opening:
            _give_back()

    def _kept(self, db: sqlite3.Connection, epoch: str, seq: int) -> _State | None:
        """What is held, without what was deleted (until now: the rest is gone the next time); None to start anew."""
        state = self._state
        # A cache that leads stands beside a truth that was restored from a backup.
        if state.applied is None or state.applied.epoch != epoch or state.applied.seq > seq:
            return None
        if gone := reading.gone_since(db, state.applied.seq):
            state = replace(state, blocks=tuple(blocks.without(state.blocks, gone, state.coder)))
        came = reading.count_after(db, state.last_id)
        return None if _outgrown(state.centred_on, state.rows + came) else state

    def _nothing(self, db: sqlite3.Connection) -> _State:
        """Nothing held yet, with a centre for what is in the truth."""
        first, count = reading.rows_after(db, 0, _SAMPLE), reading.count_after(db, 0)
        if count >= RECODED_WORTH_REPORTING:
            _log.warning("%s is made anew for %d passages, which takes some seconds", self._path, count)
        if not first:
            return _State(Coder(np.zeros(self._dim, np.float32)))
        return _State(Coder(_unpacked(first, self._dim).mean(axis=0)), first[-1][0])

    def _with_new(self, db: sqlite3.Connection, state: _State) -> _State:
        """With what came: no passage id is ever used again, what is new has higher ones than all that is held."""
        sources = {source: place for place, source in enumerate(state.sources)}
        incoming = _incoming(db, state.last_id, self._dim, state.coder, sources)
        held = blocks.packed(incoming, state.coder, state.blocks)
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


def _outgrown(centred_on: int, rows: int) -> bool:
    return centred_on < _SAMPLE // 2 and rows > _OUTGROWN * centred_on


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


def _stored(file: zipfile.ZipFile, count: int, code_size: int) -> Iterator[Rows]:
    for number in range(count):
        rows = Rows(*(_array(file, _member(number, name)) for name in Rows.NAMES))
        if rows.codes.shape != (len(rows), code_size):
            raise ValueError("codes of another size")
        yield rows
