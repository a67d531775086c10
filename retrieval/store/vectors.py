"""Dense cache: maintains a FAISS index that follows the truth, in memory and in a file.

The file makes opening quick.
"""

from __future__ import annotations

import ctypes
import logging
import sqlite3
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

import faiss
import numpy as np

from retrieval.datatypes import Filter, Vector, Vectors
from retrieval.store import queries
from retrieval.store.article_columns import ArticleColumns
from retrieval.store.cache_note import CacheNote, read_notes, write_note
from retrieval.store.database import read_version
from retrieval.store.file_replacement import replacing_file
from retrieval.store.folder import VECTORS, VECTORS_NOTE
from retrieval.store.settings import DEFAULT_STORE_SETTINGS, StoreSettings
from retrieval.store.vector_index import BITS, VectorIndex, file_checksum

DENSE_SEARCH = f"{BITS}-bit RaBitQ codes in FAISS, each compared; the best scored again as stored"
"""Description of the dense search for people."""

_log = logging.getLogger(__name__)

_FORMAT = f"idmap2-rabitq{BITS}/1 of faiss {faiss.__version__}"
"""Format of the vector file. It names FAISS's version, as another version may decode the same bytes differently."""

_READ_AT_ONCE = 8_192
"""Number of passages whose vectors are read from the truth at once."""


@dataclass(frozen=True, slots=True)
class _VectorNote(CacheNote):
    """Describes the vector file, to verify it and to tell whether to rewrite it."""

    dim: int
    """The number of components of a vector."""
    size: int
    """Size of the file in bytes."""
    checksum: int
    """CRC-32 of the file."""
    rows: int
    """Number of passages in the file."""
    last_id: int
    """The highest passage id."""
    centred_to: int
    """The highest id of the passages whose mean vector is the centre."""
    centred_rows: int
    """Number of passages in the file whose vectors are in that mean."""


@dataclass(frozen=True, slots=True)
class _State:
    """Holds one state of the cache, which is not changed once it is searched."""

    index: VectorIndex
    articles: ArticleColumns
    centred_to: int = 0
    """The highest id of the passages whose mean vector is the centre."""
    epoch: str | None = None
    """The epoch of the truth that the ids belong to; None until changes were applied."""
    seq: int = 0
    """The last change of the truth that was applied."""

    @property
    def centred_rows(self) -> int:
        """Counts the passages of the index whose vectors are in the centre's mean."""
        return int(np.searchsorted(self.index.ids, self.centred_to, side="right"))


class DenseCache:
    """Searches all vectors of an index exhaustively; safe to call from several threads.

    One thread at a time may apply changes and save. It changes a clone and swaps it in, so that no search waits.
    """

    def __init__(self, folder: Path, dim: int, settings: StoreSettings = DEFAULT_STORE_SETTINGS) -> None:
        self._path = folder / VECTORS
        self._note_path = folder / VECTORS_NOTE
        self._dim = dim
        self._settings = settings
        self._state = _State(VectorIndex.centred_on(np.zeros(dim, np.float32)), ArticleColumns.empty())
        self._file_is_bad = False

    # --- the file ----------------------------------------------------------------------------------------------------

    def load(self) -> bool:
        """Loads the state of the file. Returns False for a missing, damaged or foreign file."""
        state = self._read_file()
        if state is not None:
            self._state = state
        return state is not None

    def _read_file(self) -> _State | None:
        notes = self._read_notes()
        try:
            with self._path.open("rb") as file:
                checksum = file_checksum(file)
                # If the file was replaced after the note was read, the note has its state by now.
                note = _of_checksum(notes, checksum) or _of_checksum(self._read_notes(), checksum)
                if note is None or (note.format, note.dim) != (_FORMAT, self._dim):
                    return None
                index = VectorIndex.read(file)
        except (OSError, ValueError, RuntimeError):
            return None
        if (index.dim, index.last_id) != (self._dim, note.last_id):
            return None
        return _State(index, ArticleColumns.empty(), note.centred_to, note.epoch, note.seq)

    def _read_notes(self) -> list[_VectorNote]:
        """Returns the state of the file, then that of the file about to replace it, if any."""
        return read_notes(self._note_path, _VectorNote)

    def lags(self, db: sqlite3.Connection) -> bool:
        """Tells whether the file is missing, damaged, or lags the truth by more than `max_lag`.

        A file whose centre no longer suits the passages lags too, as does one whose replacement was interrupted.
        """
        notes = self._read_notes()
        if self._file_is_bad or len(notes) != 1 or not self._file_has_size(notes[0].size):
            return True
        [note] = notes
        epoch, seq = read_version(db)
        if (note.format, note.dim, note.epoch) != (_FORMAT, self._dim, epoch) or note.seq > seq:
            return True
        deleted = queries.passages_deleted_since(db, note.seq)
        added = queries.count_passages_after(db, note.last_id)
        if sum(map(len, deleted)) + added > self._settings.max_lag * note.rows:
            return True
        # With a centre that no longer suits, each process that opens the index would recompute all codes.
        lost = sum(len(range(ids.start, min(ids.stop, note.centred_to + 1))) for ids in deleted)
        return self._outgrown(note.centred_rows - lost, note.rows + added)

    def _file_has_size(self, size: int) -> bool:
        try:
            return self._path.stat().st_size == size
        except OSError:
            return False

    def save(self, db: sqlite3.Connection) -> None:
        """Rewrites the file if it lags. The caller holds the writer lock."""
        if not self.lags(db):
            return
        self.apply(db)
        state, checksum = self._state, 0

        def write(file: IO[bytes]) -> None:
            nonlocal checksum
            checksum = state.index.write(file)

        # A process may be killed at any point here: one state of the note is always that of the file in place.
        with replacing_file(self._path, write) as new_file:
            note = self._note_of(state, new_file.stat().st_size, checksum)
            write_note(self._note_path, *self._notes_of_file(), note)
        write_note(self._note_path, note)
        self._file_is_bad = False

    def _note_of(self, state: _State, size: int, checksum: int) -> _VectorNote:
        assert state.epoch is not None  # for the type checker: `apply` has set it
        return _VectorNote(
            epoch=state.epoch,
            seq=state.seq,
            format=_FORMAT,
            dim=self._dim,
            size=size,
            checksum=checksum,
            rows=len(state.index),
            last_id=state.index.last_id,
            centred_to=state.centred_to,
            centred_rows=state.centred_rows,
        )

    def _notes_of_file(self) -> list[_VectorNote]:
        """Returns the state of the file in place as a list, empty for a missing, damaged or foreign file."""
        try:
            with self._path.open("rb") as file:
                note = _of_checksum(self._read_notes(), file_checksum(file))
        except OSError:
            return []
        return [note] if note else []

    # --- following the truth -----------------------------------------------------------------------------------------

    def holds(self, epoch: str) -> bool:
        """Tells whether the ids in memory belong to an epoch of the truth."""
        return self._state.epoch == epoch

    def apply(self, db: sqlite3.Connection) -> None:
        """Applies the changes of the truth to the index in memory."""
        epoch, seq = read_version(db)
        if (self._state.epoch, self._state.seq) == (epoch, seq):
            return
        opening = not self.holds(epoch)
        state: _State | None
        if opening:
            state = self._read_file()
            self._file_is_bad = state is None
            epoch, seq = read_version(db)
        else:
            state = replace(self._state, index=self._state.index.clone())
        state = (state and self._without_deleted(db, state, epoch, seq)) or self._start(db)
        self._state = replace(self._extended(db, state), epoch=epoch, seq=seq)
        # After each commit too: the clone's memory stays in the heap otherwise, 60 MB of 250 at 300,000 passages.
        _trim_memory()

    def _without_deleted(self, db: sqlite3.Connection, state: _State, epoch: str, seq: int) -> _State | None:
        """Removes deleted passages from a state that is not searched. Returns None if all codes must be recomputed.

        Passages that are deleted while this runs stay until the next call.
        """
        # A cache that leads belongs to a truth that was since restored from a backup.
        if state.epoch != epoch or state.seq > seq:
            return None
        deleted = queries.passages_deleted_since(db, state.seq)
        state.index.remove(deleted)
        added = queries.count_passages_after(db, state.index.last_id)
        if self._outgrown(state.centred_rows, len(state.index) + added):
            return None
        return replace(state, articles=state.articles.without(deleted))

    def _start(self, db: sqlite3.Connection) -> _State:
        """Returns an empty state, centred on the mean of the truth's first vectors."""
        sample = queries.vectors_after(db, 0, self._settings.centre_sample)
        count = queries.count_passages_after(db, 0)
        if count >= self._settings.report_encoding_from:
            _log.warning("%s is made anew for %d passages, which takes some seconds", self._path, count)
        if not sample:
            return _State(VectorIndex.centred_on(np.zeros(self._dim, np.float32)), ArticleColumns.empty())
        centre = _joined(sample, self._dim).mean(axis=0)
        return _State(VectorIndex.centred_on(centre), ArticleColumns.empty(), sample[-1][0])

    def _extended(self, db: sqlite3.Connection, state: _State) -> _State:
        """Adds the new passages of the truth, whose ids are higher than all earlier ones."""
        while rows := queries.vectors_after(db, state.index.last_id, _READ_AT_ONCE):
            state.index.add([passage_id for passage_id, _ in rows], _joined(rows, self._dim))
        # Read after the vectors, so that every passage that can be found has a date and a source to filter by.
        return replace(state, articles=state.articles.extended(db))

    def _outgrown(self, centred_rows: int, rows: int) -> bool:
        settings = self._settings
        return centred_rows < settings.centre_sample // 2 and rows > settings.centre_growth * centred_rows

    # --- searching ---------------------------------------------------------------------------------------------------

    def nearest(self, vector: Vector, k: int, where: Filter | None) -> list[int]:
        """Returns the ids of the k passages of highest estimated inner product, best first.

        Args:
            vector: the vector of the question, of unit length, shape (dim,).
            k: most ids.
            where: which articles may be found; None for all.
        """
        state, admitted = self._state, None
        if where:
            admitted = state.articles.admitted(where)
            if admitted is None:
                return []
        ids: list[int] = state.index.nearest(vector, k, admitted, self._settings.rows_per_thread).tolist()
        return ids

    # --- checking ----------------------------------------------------------------------------------------------------

    def ids(self) -> list[int]:
        """Returns all passage ids, ascending."""
        ids: list[int] = self._state.index.ids.tolist()
        return ids

    def count_differing(self, db: sqlite3.Connection) -> int:
        """Counts the codes that differ from the codes of the truth's vectors."""
        index, all_ids, differing = self._state.index, self._state.index.ids, 0
        for start in range(0, len(index), _READ_AT_ONCE):
            ids = all_ids[start : start + _READ_AT_ONCE]
            stored, vectors = queries.vectors(db, ids.tolist(), self._dim)
            codes = index.codes(start, start + len(ids))
            differing += index.count_differing(codes[np.isin(ids, stored)], vectors)
        return differing


def _of_checksum(notes: list[_VectorNote], checksum: int) -> _VectorNote | None:
    return next((note for note in notes if note.checksum == checksum), None)


def _joined(rows: list[queries.VectorRow], dim: int) -> Vectors:
    return queries.unpack_vectors(b"".join(blob for _, blob in rows), dim)


def _trim_memory() -> None:
    """Returns freed memory from the C library to the system, which saves tens of megabytes.

    Opening the index, and a replaced state, leave that memory behind. It does nothing outside Linux.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)
