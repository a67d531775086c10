"""Vector index: searches passage vectors in FAISS, in an `IndexIDMap2` over an `IndexRaBitQ`.

A code is the RaBitQ code (Gao and Long 2024; with several bits Gao et al. 2025) of the difference between a vector and
a centre that all codes share. Codes only estimate inner products, so a caller takes more passages than it wants and
rescores them by their stored vectors.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from functools import partial
from itertools import pairwise
from typing import IO, Any

import faiss
import numpy as np
from numpy.typing import NDArray

from retrieval.config import available_cores
from retrieval.datatypes import Vector, Vectors
from retrieval.runtime import run_in_spare_thread

_faiss: Any = faiss
"""FAISS without its type stubs, which lack many names that are used here."""

BITS = 2
"""Bits per component. With one bit, many more passages must be rescored by stored vectors; with three, a search takes
twice as long."""

_CODE_TOLERANCE = 1 / 16
"""Share of a code's bytes that may differ, as another processor sums in another order and rounds differently."""

_CHUNK_BYTES = 1 << 20


class VectorIndex:
    """Wraps a FAISS index of passages, with ascending passage ids.

    Searching is safe from several threads, as long as nothing is added or removed; change a `clone` instead.
    """

    def __init__(self, index: faiss.IndexIDMap2) -> None:
        self._index: Any = index
        self._codes: Any = _faiss.downcast_index(index.index)

    @classmethod
    def centred_on(cls, centre: Vector) -> VectorIndex:
        """Returns an empty index whose codes are relative to `centre`, shape (dim,)."""
        codes = faiss.IndexRaBitQ(len(centre), faiss.METRIC_INNER_PRODUCT, BITS)
        codes.train(np.ascontiguousarray(centre[None], np.float32))  # the centre is the mean of these vectors
        return cls(faiss.IndexIDMap2(codes))

    def clone(self) -> VectorIndex:
        """Returns a deep copy of the index."""
        return VectorIndex(_faiss.clone_index(self._index))

    def __len__(self) -> int:
        """Returns the number of passages."""
        return int(self._index.ntotal)

    @property
    def dim(self) -> int:
        """Returns the number of components of a vector."""
        return int(self._index.d)

    @property
    def ids(self) -> NDArray[np.int64]:
        """Returns a copy of all passage ids, ascending; shape (passages,)."""
        return np.asarray(_faiss.vector_to_array(self._index.id_map))

    @property
    def last_id(self) -> int:
        """Returns the highest passage id; 0 for an empty index."""
        return int(self._index.id_map.at(len(self) - 1)) if len(self) else 0

    # --- changing ----------------------------------------------------------------------------------------------------

    def add(self, ids: Sequence[int], vectors: Vectors) -> None:
        """Adds passages with ids higher than `last_id`; `vectors` has shape (len(ids), dim)."""
        self._index.add_with_ids(np.ascontiguousarray(vectors, np.float32), np.array(ids, np.int64))

    def remove(self, ranges: Sequence[range]) -> None:
        """Removes the passages with ids in the ranges; unknown ids are ignored."""
        if ids := [np.arange(ids.start, ids.stop, dtype=np.int64) for ids in ranges]:
            self._index.remove_ids(np.concatenate(ids))

    # --- searching ---------------------------------------------------------------------------------------------------

    def nearest(
        self, vector: Vector, k: int, admitted: NDArray[np.bool_] | None, rows_per_thread: int
    ) -> NDArray[np.int64]:
        """Finds the k passages of highest estimated inner product; returns their ids.

        They are ordered best first, ties by id.

        Args:
            vector: the vector of the question, of unit length, shape (dim,).
            k: most ids.
            admitted: whether each passage may be found, by passage id; None for all passages.
            rows_per_thread: the number of passages above which several threads share the search.
        """
        most = min(k, len(self))
        if most <= 0:
            return np.empty(0, np.int64)
        selectors = self._selectors(admitted, rows_per_thread)
        searches = [partial(self._search, vector, most, selector) for selector in selectors]
        # This thread searches the first share, as waking another one takes longer than a small search.
        waiting = [run_in_spare_thread(search) for search in searches[1:]]
        results = [searches[0](), *(wait() for wait in waiting)]
        scores, ids = (np.concatenate(column) for column in zip(*results, strict=True))
        scores, ids = scores[ids >= 0], ids[ids >= 0]  # FAISS pads a short result with -1
        return np.asarray(ids[np.lexsort((ids, -scores))[:k]])

    def _selectors(self, admitted: NDArray[np.bool_] | None, rows_per_thread: int) -> list[faiss.IDSelector | None]:
        """Returns a FAISS selector for each thread's share of the admitted passages; None selects all passages."""
        shares = min(available_cores(), -(-len(self) // rows_per_thread))
        first_ids = [int(self._index.id_map.at(len(self) * share // shares)) for share in range(shares)]
        ranges = list(pairwise([*first_ids, self.last_id + 1]))
        if admitted is not None:
            return [_bitmap(admitted, first, end) for first, end in ranges]
        return [_faiss.IDSelectorRange(first, end) for first, end in ranges] if shares > 1 else [None]

    def _search(self, vector: Vector, k: int, selector: faiss.IDSelector | None) -> tuple[Vector, NDArray[np.int64]]:
        """Returns (estimated scores, ids) of the k best passages that a FAISS selector selects."""
        # Only one of several OpenMP threads would search for a single vector, and FAISS would wait for all of them.
        threads = faiss.omp_get_max_threads()
        faiss.omp_set_num_threads(1)  # applies to calls from this thread alone
        try:
            scores, ids = self._index.search(vector[None], k, params=_faiss.SearchParameters(sel=selector))
        finally:
            faiss.omp_set_num_threads(threads)
        return scores[0], ids[0]

    # --- checking ----------------------------------------------------------------------------------------------------

    def codes(self, first_row: int, end_row: int) -> NDArray[np.uint8]:
        """Returns a copy of the codes of consecutive rows, shape (end_row - first_row, bytes per code)."""
        size = int(self._codes.code_size)
        flat = _faiss.rev_swig_ptr(self._codes.codes.data(), len(self) * size)
        return np.array(flat[first_row * size : end_row * size]).reshape(-1, size)

    def count_differing(self, codes: NDArray[np.uint8], vectors: Vectors) -> int:
        """Counts the codes that differ from the vectors' codes by more than `_CODE_TOLERANCE`.

        Args:
            codes: stored codes, shape (n, bytes per code).
            vectors: the vectors that they encode, shape (n, dim).
        """
        expected = self._codes.sa_encode(np.ascontiguousarray(vectors, np.float32))
        return int(((codes != expected).mean(axis=1) > _CODE_TOLERANCE).sum())

    # --- the file ----------------------------------------------------------------------------------------------------

    def write(self, file: IO[bytes]) -> int:
        """Writes the index as `faiss.write_index` does; returns the CRC-32 of the file."""
        checksum = 0

        def write(block: bytes) -> None:
            nonlocal checksum
            checksum = zlib.crc32(block, checksum)
            file.write(block)

        _faiss.write_index(self._index, _faiss.PyCallbackIOWriter(write))
        return checksum

    @classmethod
    def read(cls, file: IO[bytes]) -> VectorIndex:
        """Reads an index that `write` wrote.

        Compare its `file_checksum` first, as FAISS may allocate any amount of memory for damaged bytes.

        Raises:
            ValueError: the file holds another kind of index.
            RuntimeError: FAISS cannot read it.
        """
        index = _faiss.read_index(_faiss.PyCallbackIOReader(file.read))
        if not isinstance(index, faiss.IndexIDMap2) or not isinstance(
            _faiss.downcast_index(index.index), faiss.IndexRaBitQ
        ):
            raise ValueError(f"the file holds another kind of index: {type(index).__name__}")
        return cls(index)


def file_checksum(file: IO[bytes]) -> int:
    """Returns the CRC-32 of a file and seeks to its start."""
    checksum = 0
    while block := file.read(_CHUNK_BYTES):
        checksum = zlib.crc32(block, checksum)
    file.seek(0)
    return checksum


def _bitmap(admitted: NDArray[np.bool_], first_id: int, end_id: int) -> faiss.IDSelector:
    """Returns a FAISS selector of the admitted ids from `first_id` (inclusive) to `end_id` (exclusive)."""
    share = np.zeros(end_id, np.bool_)
    share[first_id : len(admitted)] = admitted[first_id:end_id]
    selector: faiss.IDSelector = _faiss.IDSelectorBitmap(np.packbits(share, bitorder="little"))
    return selector
