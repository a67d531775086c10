"""The token embeddings as a memory-mapped int8 array: a text touches a few hundred of its 250,000 rows."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_ROWS_FILE = "token_rows.npy"
_SCALES_FILE = "token_scales.npy"


@dataclass(frozen=True, slots=True)
class TokenTable:
    """Row i, times `scales[i]`, is the embedding of token i.

    Attributes:
        rows: int8, shape (vocabulary, dim).
        scales: float32, shape (vocabulary,).
    """

    rows: NDArray[np.int8]
    scales: NDArray[np.float32]

    @classmethod
    def quantise(cls, table: NDArray[np.float32]) -> TokenTable:
        """Round a float32 table, shape (vocabulary, dim), so that each row's largest weight becomes 127."""
        scales = np.abs(table).max(axis=1) / np.float32(127)
        safe = np.where(scales > 0, scales, np.float32(1))
        return cls(np.rint(table / safe[:, None]).astype(np.int8), scales)

    @classmethod
    def open(cls, folder: Path) -> TokenTable:
        """Map the files that `save` wrote; rows are read from disk when they are looked up.

        Raises:
            OSError, ValueError: a file is missing or is no such array.
        """
        rows = np.load(folder / _ROWS_FILE, mmap_mode="r")
        return cls(rows, np.load(folder / _SCALES_FILE, mmap_mode="r"))

    def save(self, folder: Path) -> None:
        """Write both arrays into the folder."""
        np.save(folder / _ROWS_FILE, self.rows)
        np.save(folder / _SCALES_FILE, self.scales)

    def look_up(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """Embeddings of tokens, float32, shape (*ids.shape, dim)."""
        vectors = self.rows[ids].astype(np.float32)
        vectors *= self.scales[ids][..., None]
        return vectors
