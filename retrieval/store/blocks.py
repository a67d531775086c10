"""Vectors as 8-bit integers in FAISS, in blocks that never change: whoever searches holds them, and waits for nobody.

Rounding may put two vectors of nearly equal score in the wrong order; it brings up some more than are asked for, and
who asks scores them again. Distances are taken between integers, which processors do fastest; for vectors of unit
length the nearest are those of the highest inner product.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

import faiss
import numpy as np
from numpy.typing import NDArray

from retrieval.beside import beside
from retrieval.config import available_cores
from retrieval.datatypes import Filter, Vector, Vectors

BLOCK_ROWS = 32_768
"""Rows of a full block: 12 MB of 384 dimensions; what a change of one row copies."""

BLOCKS_A_THREAD = 4
"""Blocks that a thread searches in about five milliseconds."""

DEVIATIONS = 6.0
"""Standard deviations of rounding that are allowed for."""

NO_SOURCE, ALWAYS, NEVER = -1, -(2**31), 2**31 - 1
"""Of an article that no source is known of; days of one without a date, which are before and after every bound."""

_NOTHING = np.empty(0, np.float32), np.empty(0, np.int64)
_ZERO = np.float32(128)
_LARGEST = 127.0


@dataclass(frozen=True, slots=True)
class Rows:
    """Passages as columns: ids, vectors as integers (n, dim), and what filters look at.

    `last_day` and `first_day` are ordinals of the article's date, `source` a place in a list of sources.
    """

    NAMES: ClassVar = ("ids", "codes", "first_day", "last_day", "source")

    ids: NDArray[np.int64]
    codes: NDArray[np.uint8]
    first_day: NDArray[np.int32]
    last_day: NDArray[np.int32]
    source: NDArray[np.int32]

    def __len__(self) -> int:
        """Number of passages."""
        return len(self.ids)

    def where(self, kept: NDArray[np.bool_] | slice) -> Rows:
        """Some of the rows."""
        return Rows(*(column[kept] for column in self.columns))

    @property
    def columns(self) -> tuple[NDArray[Any], ...]:
        """All arrays, in the order of the fields."""
        return (self.ids, self.codes, self.first_day, self.last_day, self.source)

    @classmethod
    def joined(cls, parts: Sequence[Rows]) -> Rows:
        """All rows of some, in order; at least one."""
        return cls(*(np.concatenate(columns) for columns in zip(*(part.columns for part in parts), strict=True)))


def integers(rows: Vectors, scale: float) -> NDArray[np.uint8]:
    """Vectors as integers around 128; `scale` is the steps to a unit."""
    return np.asarray(np.clip(np.rint(rows * np.float32(scale)), -_LARGEST, _LARGEST) + _ZERO, np.uint8)


def scale_for(rows: Vectors) -> float:
    """Steps to a unit so that these vectors fit, and later ones a quarter larger."""
    return _LARGEST / (1.25 * (float(np.abs(rows).max(initial=0.0)) or 1.0))


def fit(rows: Vectors, scale: float) -> bool:
    """Whether no component is beyond the largest integer."""
    return float(np.abs(rows).max(initial=0.0)) * scale < _LARGEST + 0.5


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is searched for: the k nearest to a vector of unit length, as `integers` of it, that pass a filter.

    `source` is the place of the filter's source in the list of sources.
    """

    codes: Vector
    k: int
    where: Filter | None
    source: int

    @classmethod
    def of(cls, vector: Vector, scale: float, k: int, where: Filter | None, source: int) -> Wanted:
        """What is near to a vector."""
        return cls(integers(vector[None], scale)[0].astype(np.float32), k, where, source)


class Block:
    """Some rows, searchable; their integers are held once, by FAISS."""

    def __init__(self, rows: Rows, dim: int) -> None:
        self._index = faiss.IndexScalarQuantizer(dim, faiss.ScalarQuantizer.QT_8bit_direct, faiss.METRIC_L2)
        self._index.add_sa_codes(np.ascontiguousarray(rows.codes))
        empty = np.empty((len(rows), 0), np.uint8)
        self._columns = Rows(rows.ids, empty, rows.first_day, rows.last_day, rows.source)

    def __len__(self) -> int:
        """Number of passages."""
        return len(self._columns)

    @property
    def ids(self) -> NDArray[np.int64]:
        """Passage ids, ascending."""
        return self._columns.ids

    def rows(self) -> Rows:
        """A copy of what it was made of."""
        one = self._columns
        codes = faiss.vector_to_array(self._index.codes).reshape(len(one), self._index.d)
        return Rows(one.ids, codes, one.first_day, one.last_day, one.source)

    def nearest(self, wanted: Wanted) -> tuple[Vector, NDArray[np.int64]]:
        """(distances, passage ids) of the k nearest that pass the filter, or of fewer."""
        params = None
        if wanted.where:
            admitted = self._admitted(wanted.where, wanted.source)
            if not admitted.any():
                return _NOTHING
            bits = np.packbits(admitted, bitorder="little")
            params = faiss.SearchParameters()
            params.sel = faiss.IDSelectorBitmap(bits)  # type: ignore[call-arg, arg-type]  # of arrays the stubs know nothing
        distances, rows = self._index.search(wanted.codes[None], min(wanted.k, len(self)), params=params)
        found = rows[0] >= 0  # FAISS pads short results with -1
        return distances[0][found], self.ids[rows[0][found]]

    def _admitted(self, where: Filter, source: int) -> NDArray[np.bool_]:
        admitted = np.ones(len(self), np.bool_)
        if where.since:
            admitted &= self._columns.last_day >= where.since.toordinal()
        if where.until:
            admitted &= self._columns.first_day <= where.until.toordinal()
        if where.source:
            admitted &= self._columns.source == source
        return admitted


def packed(rows: Iterable[Rows], dim: int, before: Sequence[Block] = ()) -> list[Block]:
    """Blocks of the rows, behind those that there are; a last one that is not full is filled up."""
    blocks = list(before)
    waiting: list[Rows] = []
    if blocks and len(blocks[-1]) < BLOCK_ROWS:
        waiting.append(blocks.pop().rows())
    for part in rows:
        waiting.append(part)
        while sum(map(len, waiting)) >= BLOCK_ROWS:
            whole = Rows.joined(waiting)
            blocks.append(Block(whole.where(slice(BLOCK_ROWS)), dim))
            waiting = [whole.where(slice(BLOCK_ROWS, None))]
    if sum(map(len, waiting)):
        blocks.append(Block(Rows.joined(waiting), dim))
    return blocks


def without(blocks: Sequence[Block], ranges: Sequence[range], dim: int) -> list[Block]:
    """The same blocks but for passages whose ids are in some ranges; those that hold none of them as they are."""
    return [one for block in blocks for one in _without(block, ranges, dim)]


def _without(block: Block, ranges: Sequence[range], dim: int) -> Iterator[Block]:
    # How many of the ranges a row is in: one more from where each begins, one less from where it ends.
    steps = np.zeros(len(block) + 1, np.int64)
    np.add.at(steps, np.searchsorted(block.ids, [ids.start for ids in ranges]), 1)
    np.add.at(steps, np.searchsorted(block.ids, [ids.stop for ids in ranges]), -1)
    kept = np.cumsum(steps)[:-1] == 0
    if kept.all():
        yield block
    elif kept.any():
        yield Block(block.rows().where(kept), dim)


def nearest(blocks: Sequence[Block], wanted: Wanted) -> tuple[Vector, NDArray[np.int64]]:
    """(distances, ids) of about the k passages nearest to a vector, that pass the filter; nearest first."""

    def search(some: Sequence[Block]) -> list[tuple[Vector, NDArray[np.int64]]]:
        return [block.nearest(wanted) for block in some]

    # A share is searched here: a thread that is woken for little takes longer than the search.
    shares = min(available_cores(), -(-len(blocks) // BLOCKS_A_THREAD))
    others = [beside(partial(search, blocks[share::shares])) for share in range(1, shares)]
    found = search(blocks[::shares] if shares else ())
    for other in others:
        found += other()
    distances, ids = (np.concatenate(column) for column in zip(*found, _NOTHING, strict=True))
    order = np.lexsort((ids, distances))[: wanted.k]
    return distances[order], ids[order]


def in_question(distances: Vector, k: int) -> int:
    """How many of the nearest may be among the k that really are: what lies farther, rounding has not moved so far.

    Rounding moves each component of a passage's vector by up to a half, evenly: so a squared distance d has a standard
    deviation of `2 * sqrt(d / 12)`, and the difference of two `sqrt(2)` times that. The question's own rounding, much
    of which they have in common, adds about as much at most; `DEVIATIONS` leaves room for it.

    Args:
        distances: squared, between integers, in ascending order, shape (n,).
        k: how many are wanted.
    """
    if len(distances) <= k:
        return len(distances)
    farthest = float(distances[k - 1])
    return int(np.searchsorted(distances, farthest + DEVIATIONS * math.sqrt(2 / 3 * farthest), side="right"))
