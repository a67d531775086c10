"""The token embedding table as int8 rows on disk, read by row: a text needs a few hundred of the 250,000 rows."""

from __future__ import annotations

import os
import weakref
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_ROWS_FILE = "token_rows.npy"
_SCALES_FILE = "token_scales.npy"

_CACHED_ROWS = 20_000
"""Most rows kept in memory after their first look-up: nearly all tokens that one language uses."""


def write_token_embeddings(table: NDArray[np.float32], folder: Path) -> None:
    """Quantises a float32 table, shape (vocabulary, dim), to int8: each row's largest weight becomes 127."""
    scales = np.abs(table).max(axis=1) / np.float32(127)
    safe = np.where(scales > 0, scales, np.float32(1))
    np.save(folder / _ROWS_FILE, np.rint(table / safe[:, None]).astype(np.int8))
    np.save(folder / _SCALES_FILE, scales)


class TokenEmbeddings:
    """Looks up token embeddings: row i times `scales[i]`. Safe to use from several threads at once.

    Rows are read one by one and not memory-mapped: of a mapped table the system soon holds a hundred megabytes.
    """

    def __init__(self, folder: Path) -> None:
        """Opens the files that `write_token_embeddings` wrote.

        Raises:
            OSError, ValueError: a file is missing or is no such array.
        """
        mapped = np.load(folder / _ROWS_FILE, mmap_mode="r")
        self.dim = int(mapped.shape[1])
        self._start = int(mapped.offset)
        self._file = os.open(folder / _ROWS_FILE, os.O_RDONLY)
        weakref.finalize(self, os.close, self._file)
        self._scales: NDArray[np.float32] = np.load(folder / _SCALES_FILE)
        self._row = lru_cache(_CACHED_ROWS)(self._read)

    def look_up(self, ids: Sequence[int]) -> NDArray[np.float32]:
        """Returns the embeddings of tokens, float32, shape (len(ids), dim)."""
        rows = np.frombuffer(b"".join(map(self._row, ids)), np.int8).reshape(len(ids), self.dim)
        return rows * self._scales[np.array(ids, np.int64), None]

    def _read(self, token: int) -> bytes:
        return os.pread(self._file, self.dim, self._start + token * self.dim)
