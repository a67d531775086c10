"""Vectors as codes of two bits a component in FAISS, in blocks that never change: who searches them waits for nobody.

The codes are RaBitQ's (Gao and Long 2024; with more than one bit Gao et al. 2025), of what a vector differs by from a
centre that all share: they estimate an inner product, so that whoever asks has some more brought up than are wanted,
and scores them again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

import faiss
import numpy as np
from numpy.typing import NDArray

from retrieval.concurrency import beside
from retrieval.config import available_cores
from retrieval.datatypes import Filter, Vector, Vectors

BITS = 2
"""A component: with one, many more would have to be scored again; with three, a search takes twice as long."""

BLOCK_ROWS = 32_768
"""Rows of a full block: 4 MB of 384 dimensions; what a change of one row copies."""

BLOCKS_A_THREAD = 4
"""Blocks that a thread searches in about three milliseconds."""

NO_SOURCE, ALWAYS, NEVER = -1, -(2**31), 2**31 - 1
"""Of an article that no source is known of; days of one without a date, which are before and after every bound."""

_NOTHING = np.empty(0, np.float32), np.empty(0, np.int64)

_APART = 1 / 16
"""Share of a code's bytes that may differ where another processor made it, which adds up in another order."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Passages as columns: ids, codes of their vectors (n, bytes), and what filters look at.

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


class Coder:
    """Makes codes of vectors, and what searches them."""

    def __init__(self, centre: Vector) -> None:
        self._centre = np.ascontiguousarray(centre[None], np.float32)
        self._empty = self.index()

    @property
    def centre(self) -> Vector:
        """What codes are relative to, shape (dim,): the mean of some vectors, or near to it."""
        centre: Vector = self._centre[0]
        return centre

    @property
    def size(self) -> int:
        """Bytes of a code."""
        return int(self._empty.sa_code_size())

    def codes(self, vectors: Vectors) -> NDArray[np.uint8]:
        """A code for each vector, shape (n, bytes)."""
        return np.asarray(self._empty.sa_encode(np.ascontiguousarray(vectors, np.float32)))

    def differing(self, codes: NDArray[np.uint8], vectors: Vectors) -> int:
        """How many codes are not those of the vectors, but for what another processor rounds otherwise."""
        return int(((codes != self.codes(vectors)).mean(axis=1) > _APART).sum())

    def index(self) -> faiss.IndexRaBitQ:
        """An empty index for codes of this centre."""
        index = faiss.IndexRaBitQ(self._centre.shape[1], faiss.METRIC_INNER_PRODUCT, BITS)
        index.train(self._centre)  # takes the mean of what it is given
        return index


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is searched for: the k nearest to a vector of unit length that pass a filter.

    `source` is the place of the filter's source in the list of sources.
    """

    vector: Vector
    k: int
    where: Filter | None
    source: int


class Block:
    """Some rows, searchable; their codes are held once, by FAISS."""

    def __init__(self, rows: Rows, coder: Coder) -> None:
        self._index = coder.index()
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
        held = self._index.codes  # type: ignore[attr-defined]  # of which the stubs know nothing
        codes = faiss.vector_to_array(held).reshape(len(one), -1)
        return Rows(one.ids, codes, one.first_day, one.last_day, one.source)

    def nearest(self, wanted: Wanted) -> tuple[Vector, NDArray[np.int64]]:
        """(scores, passage ids) of the k nearest that pass the filter, or of fewer."""
        params = None
        if wanted.where:
            admitted = self._admitted(wanted.where, wanted.source)
            if not admitted.any():
                return _NOTHING
            bits = np.packbits(admitted, bitorder="little")
            params = faiss.SearchParameters()
            params.sel = faiss.IDSelectorBitmap(bits)  # type: ignore[call-arg, arg-type]  # of arrays the stubs know nothing
        scores, rows = self._index.search(wanted.vector[None], min(wanted.k, len(self)), params=params)
        found = rows[0] >= 0  # FAISS pads short results with -1
        return scores[0][found], self.ids[rows[0][found]]

    def _admitted(self, where: Filter, source: int) -> NDArray[np.bool_]:
        admitted = np.ones(len(self), np.bool_)
        if where.since:
            admitted &= self._columns.last_day >= where.since.toordinal()
        if where.until:
            admitted &= self._columns.first_day <= where.until.toordinal()
        if where.source:
            admitted &= self._columns.source == source
        return admitted


def packed(rows: Iterable[Rows], coder: Coder, before: Sequence[Block] = ()) -> list[Block]:
    """Blocks of the rows, behind those that there are; a last one that is not full is filled up."""
    blocks = list(before)
    waiting: list[Rows] = []
    if blocks and len(blocks[-1]) < BLOCK_ROWS:
        waiting.append(blocks.pop().rows())
    for part in rows:
        waiting.append(part)
        while sum(map(len, waiting)) >= BLOCK_ROWS:
            whole = Rows.joined(waiting)
            blocks.append(Block(whole.where(slice(BLOCK_ROWS)), coder))
            waiting = [whole.where(slice(BLOCK_ROWS, None))]
    if sum(map(len, waiting)):
        blocks.append(Block(Rows.joined(waiting), coder))
    return blocks


def without(blocks: Sequence[Block], ranges: Sequence[range], coder: Coder) -> list[Block]:
    """The same blocks but for passages whose ids are in some ranges; those that hold none of them as they are."""
    return [one for block in blocks for one in _without(block, ranges, coder)]


def _without(block: Block, ranges: Sequence[range], coder: Coder) -> Iterator[Block]:
    # How many of the ranges a row is in: one more from where each begins, one less from where it ends.
    steps = np.zeros(len(block) + 1, np.int64)
    np.add.at(steps, np.searchsorted(block.ids, [ids.start for ids in ranges]), 1)
    np.add.at(steps, np.searchsorted(block.ids, [ids.stop for ids in ranges]), -1)
    kept = np.cumsum(steps)[:-1] == 0
    if kept.all():
        yield block
    elif kept.any():
        yield Block(block.rows().where(kept), coder)


def nearest(blocks: Sequence[Block], wanted: Wanted) -> tuple[Vector, NDArray[np.int64]]:
    """(estimated scores, ids) of the k passages that seem nearest to a vector and pass the filter; nearest first."""

    def search(some: Sequence[Block]) -> list[tuple[Vector, NDArray[np.int64]]]:
        return [block.nearest(wanted) for block in some]

    # A share is searched here: a thread that is woken for little takes longer than the search.
    shares = min(available_cores(), -(-len(blocks) // BLOCKS_A_THREAD))
    others = [beside(partial(search, blocks[share::shares])) for share in range(1, shares)]
    found = search(blocks[::shares] if shares else ())
    for other in others:
        found += other()
    scores, ids = (np.concatenate(column) for column in zip(*found, _NOTHING, strict=True))
    order = np.lexsort((ids, -scores))[: wanted.k]
    return scores[order], ids[order]
