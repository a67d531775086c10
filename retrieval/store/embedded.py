"""Embedded engine: stores an index in one folder, with SQLite as truth and two caches.

The dense cache is in FAISS, the lexical cache in tantivy; both follow the truth.
"""

from __future__ import annotations

import datetime as dt
import logging
import shutil
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

from retrieval.errors import IndexDamagedError, IndexLockedError
from retrieval.runtime import timed_stage
from retrieval.store import database, queries
from retrieval.store.folder import CORPUS, LEXICAL, VECTORS, VECTORS_NOTE, writer_lock
from retrieval.store.lexical import LexicalCache, PackProgress
from retrieval.store.prefetch import prefetch
from retrieval.store.protocol import Analyzer, ArticleRecord, Fingerprint, Manifest, StoredArticle
from retrieval.store.settings import DEFAULT_STORE_SETTINGS, StoreSettings
from retrieval.store.snapshot import EmbeddedSnapshot
from retrieval.store.vectors import DenseCache

_OLD_VECTORS = "vectors.npz"
"""The vector file of older versions."""

SWITCH_TIMEOUT_S = 20.0
"""Seconds for which a question waits for a rebuild to switch, or for the first commit of a first sync."""

_log = logging.getLogger(__name__)


class EmbeddedStore:
    """Implements `Store` for an index folder; safe to call from several threads.

    A caller that writes must hold `writer_lock(folder)`. Use it as a context manager, or call `close`.
    """

    def __init__(
        self, folder: Path, analyzer: Analyzer, version: str, settings: StoreSettings = DEFAULT_STORE_SETTINGS
    ) -> None:
        """Opens an existing index.

        Args:
            folder: the index folder.
            analyzer: splits texts into terms.
            version: version of the analyzer; if it changes, the lexical cache is rebuilt.
            settings: the settings of the engine.

        Raises:
            IndexMissingError: there is no index, or nothing was ever synced into it.
            IndexDamagedError: corpus.db cannot be read.
            ManifestError: the index has another format.
        """
        self.folder = folder
        db = database.connect(folder / CORPUS)
        try:
            self._manifest = database.read_manifest(db)
            database.add_missing_tables(db)
        except BaseException:
            db.close()
            raise
        self._settings = settings
        self._connections: list[sqlite3.Connection] = [db]
        self._connections_lock = threading.Lock()
        self._caches_lock = threading.RLock()
        self._caught_up_once = False
        self._dense = self._new_dense_cache()
        self._lexical = LexicalCache(folder / LEXICAL, analyzer, version, settings)

    @classmethod
    def create(
        cls,
        folder: Path,
        manifest: Manifest,
        analyzer: Analyzer,
        version: str,
        settings: StoreSettings = DEFAULT_STORE_SETTINGS,
    ) -> Self:
        """Opens the index in a folder, or creates one with this manifest if there is none."""
        folder.mkdir(parents=True, exist_ok=True)
        db = database.connect(folder / CORPUS, create=True)
        try:
            database.create(db, manifest)
        finally:
            db.close()
        return cls(folder, analyzer, version, settings)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        with self._connections_lock:
            while self._connections:
                self._connections.pop().close()

    @property
    def manifest(self) -> Manifest:
        return self._manifest

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        # One thread at a time uses a connection; the pool keeps as many as were ever used at the same time.
        with self._connections_lock:
            db = self._connections.pop() if self._connections else None
        db = db or database.connect(self.folder / CORPUS)
        try:
            yield db
        finally:
            if db.in_transaction:
                db.close()
            else:
                with self._connections_lock:
                    self._connections.append(db)

    def _new_dense_cache(self) -> DenseCache:
        return DenseCache(self.folder, self._manifest.dim, self._settings)

    # --- reading -----------------------------------------------------------------------------------------------------

    @contextmanager
    def snapshot(self) -> Iterator[EmbeddedSnapshot]:
        with self._connection() as db:
            try:
                yield self._begin(db)
            finally:
                if db.in_transaction:
                    db.execute("ROLLBACK")

    def _begin(self, db: sqlite3.Connection) -> EmbeddedSnapshot:
        """Begins a read transaction of an epoch that both caches hold.

        It waits for a rebuild that is switching.

        Raises:
            IndexLockedError: after `SWITCH_TIMEOUT_S`, the lexical cache still holds another epoch.
        """
        deadline = time.monotonic() + SWITCH_TIMEOUT_S
        while True:
            db.execute("BEGIN")
            epoch, _ = database.read_version(db)  # the first read fixes the state that the transaction sees
            dense, lexical = self._dense, self._lexical.reader(epoch)
            if lexical is not None and dense.holds(epoch):
                return EmbeddedSnapshot(db, dense, lexical, self._settings)
            db.execute("ROLLBACK")
            with self._caches_lock:
                self._catch_up(db)
            if self._lexical.reader(epoch) is None and time.monotonic() > deadline:
                raise IndexLockedError(
                    f"{self.folder}/ is being built by another process, or cannot be: try again in a moment, and look"
                    " whether its disk is full"
                )
            time.sleep(0.02)

    def read_ahead(self) -> None:
        """Prefetches the lexical cache into the system's page cache; see `prefetch`.

        It leaves out corpus.db, as closing a file drops all POSIX locks of the process on it, SQLite's too.
        """
        prefetch([*(self.folder / LEXICAL).glob("*/*")])

    def refresh(self) -> None:
        """Applies the commits of any process to the caches; cheap if there are none.

        While one thread does so, other threads use the caches as they are.
        """
        if not self._caches_lock.acquire(blocking=False):
            return
        try:
            with self._connection() as db:
                self._catch_up(db)
        finally:
            self._caches_lock.release()

    def _catch_up(self, db: sqlite3.Connection) -> None:
        epoch, seq = database.read_version(db)
        self._read_manifest(db)
        self._dense.apply(db)
        if self._lexical.is_behind(epoch, seq) or self._lexical.was_packed():
            self._lexical.reload()
        if self._lexical.is_behind(epoch, seq) or (not self._caught_up_once and self._dense.lags(db)):
            self._repair_unless_locked(db)
        self._caught_up_once = True

    def _read_manifest(self, db: sqlite3.Connection) -> None:
        before, self._manifest = self._manifest, database.read_manifest(db)
        if before.dim != self._manifest.dim:  # rebuilt with another model
            self._dense = self._new_dense_cache()

    def _repair_unless_locked(self, db: sqlite3.Connection) -> None:
        # A running writer updates the caches itself; this finishes only the work of a killed one.
        # It may be impossible, as the folder may be read-only or the disk full.
        with suppress(IndexLockedError, OSError), writer_lock(self.folder):
            self._lexical.apply(db)
            self._save_dense(db)

    def version(self) -> int:
        with self._connection() as db:
            return int(database.read_version(db)[1])

    def fingerprints(self) -> dict[str, Fingerprint]:
        with self._connection() as db:
            return queries.fingerprints(db)

    def stored(self) -> Iterator[StoredArticle]:
        with self._connection() as db:
            yield from queries.all_articles(db)

    # --- writing -----------------------------------------------------------------------------------------------------

    @timed_stage("write")
    def commit(self, upserts: Sequence[ArticleRecord], deletes: Sequence[str]) -> int:
        with self._connection() as db:
            seq = database.commit(db, upserts, deletes)
            with self._caches_lock:
                self._lexical.apply(db)
            return seq

    def relocate(self, places: Sequence[tuple[str, str, str]]) -> None:
        with self._connection() as db:
            database.relocate(db, places)

    def unsigned(self, most: int) -> dict[int, str]:
        with self._connection() as db:
            return queries.unsigned_bodies(db, most)

    def sign(self, signatures: Mapping[int, bytes]) -> None:
        with self._connection() as db:
            database.add_signatures(db, signatures)

    def note_paths(self, paths: Sequence[str]) -> None:
        """Stores the paths that the index is synced from."""
        with self._connection() as db:
            database.write_paths(db, paths)
            self._read_manifest(db)

    def note_sync(self, now: dt.datetime) -> None:
        """Stores the time at which a sync was finished."""
        with self._connection() as db:
            database.write_last_sync(db, now)

    @timed_stage("write")
    def save_caches(self) -> None:
        """Updates both caches on disk to the truth.

        The dense cache may keep a small lag, which opening the index makes up for. The caller holds the writer lock.
        """
        with self._caches_lock, self._connection() as db:
            self._read_manifest(db)
            self._save_dense(db)
            self._lexical.apply(db)
            self._caught_up_once = True

    def pack(self, progress: PackProgress) -> None:
        """Packs the lexical cache, smaller and faster, if much of it has changed.

        It takes a minute for 34,000 articles. The caller holds the writer lock.
        """
        try:
            with self._caches_lock, self._connection() as db:
                self._lexical.pack(db, progress)
        except OSError as error:  # answers do not need packing, and no article is lost
            _log.warning("%s/ stays larger than it need be: %s", self.folder / LEXICAL, error)

    def _save_dense(self, db: sqlite3.Connection) -> None:
        self._dense.save(db)
        (self.folder / _OLD_VECTORS).unlink(missing_ok=True)

    def replace_with(self, other: EmbeddedStore) -> None:
        """Replaces the content by another store's, in one transaction, and takes over its caches.

        The caller holds the writer lock.
        """
        # Every switch has a new epoch, as an interrupted switch may have left the other store's epoch here.
        with other._connection() as db:
            database.new_epoch(db)
        other.save_caches()
        with self._caches_lock:
            with self._connection() as db:
                database.replace_all(db, other.folder / CORPUS)
            # From here to the end, readers find caches of another epoch and wait.
            # The vectors go first, after their note, so that few readers recompute them instead.
            for name in (VECTORS_NOTE, VECTORS):
                (other.folder / name).replace(self.folder / name)
            shutil.rmtree(self.folder / LEXICAL, ignore_errors=True)
            (other.folder / LEXICAL).replace(self.folder / LEXICAL)
            self._lexical.reload()
            self.save_caches()

    # --- checking ----------------------------------------------------------------------------------------------------

    def drop_caches(self) -> None:
        """Deletes both caches; the next `save_caches` rebuilds them. The caller holds the writer lock."""
        with self._caches_lock:
            for name in (VECTORS, VECTORS_NOTE):
                (self.folder / name).unlink(missing_ok=True)
            shutil.rmtree(self.folder / LEXICAL, ignore_errors=True)
            self._dense = self._new_dense_cache()
            self._lexical.reload()

    def disagreements(self) -> list[str]:
        """Lists the disagreements between the truth and the caches on disk, one line each."""
        with self._connection() as db:
            problems = [f"corpus.db: {row[0]}" for row in db.execute("PRAGMA quick_check") if row[0] != "ok"]
            problems += _wrong_spans(db)
            problems += self._dense_disagreements(db)
            problems += self._lexical_disagreements(db)
        return problems

    def _dense_disagreements(self, db: sqlite3.Connection) -> list[str]:
        dense = self._new_dense_cache()
        if not dense.load():
            return [f"{VECTORS}: missing or unreadable"]
        dense.apply(db)
        indexed, stored = dense.ids(), queries.passage_ids(db)
        if indexed != stored:
            return [f"{VECTORS}: holds {len(indexed)} passages, corpus.db {len(stored)}, or other ones"]
        differing = dense.count_differing(db)
        return [f"{VECTORS}: {differing} vectors differ from corpus.db"] if differing else []

    def _lexical_disagreements(self, db: sqlite3.Connection) -> list[str]:
        self._lexical.reload()
        reader = self._lexical.reader(database.read_version(db)[0])
        if reader is None:
            return [f"{LEXICAL}/: missing or unreadable"]
        try:
            passages, articles = reader.keys()
        except IndexDamagedError:
            return [f"{LEXICAL}/: damaged"]
        numbers = {number for (number,) in db.execute("SELECT number FROM articles")}
        if passages == set(queries.passage_ids(db)) and articles == numbers:
            return []
        return [f"{LEXICAL}/: holds {len(passages)} passages of {len(articles)} articles, not those of corpus.db"]


def _wrong_spans(db: sqlite3.Connection) -> list[str]:
    wrong = []
    for stored in queries.all_articles(db):
        length = len(stored.article.body)
        spans = db.execute("SELECT start, end FROM passages WHERE article = ?", (stored.number,))
        if any(not 0 <= start < end <= length for start, end in spans):
            wrong.append(f"corpus.db: article {stored.article.id} has a passage outside of its text")
    return wrong
