"""The dense cache: exact inner-product search in FAISS, ids being passage ids.

Vectors are held as float16, which is what the truth holds, so that scores are those of the truth.
"""

from __future__ import annotations

import sqlite3
import threading
import zlib
from collections.abc import Sequence
from pathlib import Path

import faiss
import numpy as np

from retrieval.datatypes import Vector, Vectors
from retrieval.store import reading, sidecar, truth
from retrieval.store.protocol import Scored
from retrieval.store.sidecar import Applied

_FORMAT = "fp16-flat/1"
_APPLY_AT_ONCE = 2_000
"""Passages added between two chances for a waiting search."""


class DenseCache:
    """Vectors in memory, saved to one file. Searching and changing take turns; safe to call from several threads."""

    def __init__(self, path: Path, dim: int) -> None:
        self._path = path
        self._sidecar = path.with_name(path.name + ".json")
        self._dim = dim
        self._lock = threading.Lock()
        self._index = self._empty()
        self._applied: Applied | None = None

    def _empty(self) -> faiss.IndexIDMap2:
        flat = faiss.IndexScalarQuantizer(self._dim, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
        return faiss.IndexIDMap2(flat)

    def load(self) -> None:
        """Take what is on disk; a missing, damaged or foreign file counts as nothing."""
        applied = sidecar.read(self._sidecar)
        if applied is None or applied.format != _FORMAT or not self._path.exists():
            return
        content = self._path.read_bytes()
        if zlib.crc32(content) != applied.crc32:
            return
        index = faiss.deserialize_index(np.frombuffer(content, dtype=np.uint8))
        if isinstance(index, faiss.IndexIDMap2) and index.d == self._dim:
            self._index, self._applied = index, applied

    def save(self) -> None:
        """Write to disk. The caller holds the index's lock."""
        with self._lock:
            if self._applied is None or sidecar.read(self._sidecar) == self._applied:
                return
            content = faiss.serialize_index(self._index).tobytes()
            # The checksum in the note is of the new file: killed between the two, the pair does not match and the
            # cache is built anew from the truth, which takes no encoding.
            self._applied = Applied(self._applied.epoch, self._applied.seq, _FORMAT, zlib.crc32(content))
            sidecar.replace(self._path, content)
            sidecar.write(self._sidecar, self._applied)

    def behind(self, epoch: str, seq: int) -> bool:
        """Whether the truth has gone further than the cache."""
        return self._applied is None or (self._applied.epoch, self._applied.seq) != (epoch, seq)

    def holds(self, epoch: str) -> bool:
        """Whether the ids held are those of an epoch of the truth."""
        return self._applied is not None and self._applied.epoch == epoch

    def apply(self, db: sqlite3.Connection) -> bool:
        """Bring the vectors in memory up to the truth, by one thread at a time; whether anything was to be done."""
        epoch, seq = truth.state(db)
        if not self.behind(epoch, seq):
            return False
        if not self.holds(epoch):
            self.load()
            epoch, seq = truth.state(db)
        # A cache that leads stands beside a truth that was restored from a backup.
        applied = self._applied if self.holds(epoch) and self._applied and self._applied.seq <= seq else None
        index = self._index if applied else self._empty()
        changes = reading.changes_since(db, applied.seq if applied else 0)
        # Both what is gone and what is about to be added: adding twice would keep two rows of one id.
        touched = [passage_id for change in changes for passage_id in change.passage_ids]
        if index.ntotal and touched:
            with self._lock:
                index.remove_ids(faiss.IDSelectorBatch(np.array(touched, dtype=np.int64)))
        new = [passage_id for change in changes if not change.gone for passage_id in change.passage_ids]
        for start in range(0, len(new), _APPLY_AT_ONCE):
            ids, rows = reading.vectors(db, new[start : start + _APPLY_AT_ONCE], self._dim)
            with self._lock:
                index.add_with_ids(rows, np.array(ids, dtype=np.int64))
        with self._lock:
            self._index, self._applied = index, Applied(epoch, seq, _FORMAT)
        return True

    def search(self, vector: Vector, k: int, among: Sequence[int] | None) -> Scored:
        """The k best of all, or of the passages given."""
        with self._lock:
            count = self._index.ntotal if among is None else len(among)
            if not count or k <= 0:
                return []
            params = faiss.SearchParameters()
            if among is not None:
                params.sel = faiss.IDSelectorBatch(np.array(among, dtype=np.int64))
            scores, ids = self._index.search(vector[None, :].astype(np.float32), min(k, count), params=params)
        # FAISS pads short results with id -1.
        found = [(int(key), float(score)) for key, score in zip(ids[0], scores[0], strict=True) if key >= 0]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))

    def vectors(self, ids: Sequence[int]) -> Vectors:
        """Rows of passages, shape (len(ids), dim); raises KeyError for an id that is not held."""
        with self._lock:
            try:
                rows = [self._index.reconstruct(int(key)) for key in ids]
            except RuntimeError as error:
                raise KeyError(str(error).splitlines()[0]) from None
        return np.array(rows, dtype=np.float32).reshape(len(rows), self._dim)

    def ids(self) -> list[int]:
        """All ids held, in order; an id held twice stands twice."""
        with self._lock:
            return sorted(int(key) for key in faiss.vector_to_array(self._index.id_map))
