"""The embedded engine: one folder, SQLite as the truth, FAISS and tantivy as caches that catch up with it."""

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
from retrieval.store import database as truth
from retrieval.store import queries as reading
from retrieval.store.folder import CORPUS, LEXICAL, VECTORS, writing
from retrieval.store.lexical import LexicalCache, Packed
from retrieval.store.protocol import Analyzer, ArticleRecord, Fingerprint, Manifest, StoredArticle
from retrieval.store.readahead import read_ahead
from retrieval.store.snapshot import EmbeddedSnapshot
from retrieval.store.vectors import DenseCache
from retrieval.timing import stage

_FORMERLY = ("vectors.faiss", "vectors.faiss.json")
"""Names that an older version gave what is now `VECTORS`."""

_log = logging.getLogger(__name__)

SWITCH_TIMEOUT_S = 20.0
"""How long a question waits for a rebuild that is switching, or for a first sync's first commit."""


class EmbeddedStore:
    """An index folder, opened. Whoever writes holds `writing(folder)` meanwhile.

    Safe to call from several threads. Use as a context manager, or call `close`.
    """

    def __init__(self, folder: Path, analyzer: Analyzer, version: str) -> None:
        """Open an index that exists; `version` names the analyzer, another one rebuilds the lexical cache.

        Raises:
            IndexMissingError: there is none, or nothing was ever synced into it.
            IndexDamagedError: corpus.db cannot be read.
            ManifestError: it is of another format.
        """
        self.folder = folder
        db = truth.connect(folder / CORPUS)
        try:
            self._manifest = truth.read_manifest(db)
            truth.complete(db)
        except BaseException:
            db.close()
            raise
        self._connections: list[sqlite3.Connection] = [db]
        self._guard = threading.Lock()
        self._caches = threading.RLock()
        self._ready = False
        self._dense = DenseCache(folder / VECTORS, self._manifest.dim)
        self._lexical = LexicalCache(folder / LEXICAL, analyzer, version)

    @classmethod
    def create(cls, folder: Path, manifest: Manifest, analyzer: Analyzer, version: str) -> Self:
        """Open the index in a folder, made with this manifest if there is none."""
        folder.mkdir(parents=True, exist_ok=True)
        db = truth.connect(folder / CORPUS, create=True)
        try:
            truth.create(db, manifest)
        finally:
            db.close()
        return cls(folder, analyzer, version)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        with self._guard:
            while self._connections:
                self._connections.pop().close()

    @property
    def manifest(self) -> Manifest:
        return self._manifest

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        # One thread at a time uses a connection; as many are kept as were ever in use at once.
        with self._guard:
            db = self._connections.pop() if self._connections else None
        db = db or truth.connect(self.folder / CORPUS)
        try:
            yield db
        finally:
            if db.in_transaction:
                db.close()
            else:
                with self._guard:
                    self._connections.append(db)

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
        """Begin a read transaction for which both caches are there; a rebuild that is switching is waited for."""
        deadline = time.monotonic() + SWITCH_TIMEOUT_S
        while True:
            db.execute("BEGIN")
            epoch, _ = truth.state(db)  # this first read fixes the state that SQLite shows until the end
            dense, lexical = self._dense, self._lexical.reader(epoch)
            if lexical is not None and dense.holds(epoch):
                return EmbeddedSnapshot(db, dense, lexical)
            db.execute("ROLLBACK")
            with self._caches:
                self._catch_up(db)
            if self._lexical.reader(epoch) is None and time.monotonic() > deadline:
                raise IndexLockedError(
                    f"{self.folder}/ is being built by another process, or cannot be: try again in a moment, and look"
                    " whether its disk is full"
                )
            time.sleep(0.02)

    def read_ahead(self) -> None:
        """Have the system read the lexical cache into its own; see `readahead`.

        Not corpus.db: to close a file takes away all POSIX locks that the process has on it, SQLite's with them.
        """
        read_ahead([*(self.folder / LEXICAL).glob("*/*")])

    def refresh(self) -> None:
        """Take in what was committed since, by any process; cheap when there is nothing.

        While one thread is at it, others go on with what there is.
        """
        if not self._caches.acquire(blocking=False):
            return
        try:
            with self._connection() as db:
                self._catch_up(db)
        finally:
            self._caches.release()

    def _catch_up(self, db: sqlite3.Connection) -> None:
        epoch, seq = truth.state(db)
        self._read_manifest(db)
        self._dense.apply(db)
        if self._lexical.behind(epoch, seq) or self._lexical.outdated():
            self._lexical.reload()
        if self._lexical.behind(epoch, seq) or (not self._ready and self._dense.lags(db)):
            self._mend_if_nobody_writes(db)
        self._ready = True

    def _read_manifest(self, db: sqlite3.Connection) -> None:
        before, self._manifest = self._manifest, truth.read_manifest(db)
        if before.dim != self._manifest.dim:  # rebuilt with another model
            self._dense = DenseCache(self.folder / VECTORS, self._manifest.dim)

    def _mend_if_nobody_writes(self, db: sqlite3.Connection) -> None:
        # A running writer brings the caches up itself; only what a killed one left behind is ours to finish.
        # Nor need it be possible: a folder may be read-only, a disk full.
        with suppress(IndexLockedError, OSError), writing(self.folder):
            self._lexical.apply(db)
            self._save_dense(db)

    def version(self) -> int:
        with self._connection() as db:
            return int(truth.state(db)[1])

    def fingerprints(self) -> dict[str, Fingerprint]:
        with self._connection() as db:
            return reading.fingerprints(db)

    def stored(self) -> Iterator[StoredArticle]:
        with self._connection() as db:
            yield from reading.all_articles(db)

    # --- writing -----------------------------------------------------------------------------------------------------

    @stage("write")
    def commit(self, upserts: Sequence[ArticleRecord], deletes: Sequence[str]) -> int:
        with self._connection() as db:
            seq = truth.commit(db, upserts, deletes)
            with self._caches:
                self._lexical.apply(db)
            return seq

    def relocate(self, places: Sequence[tuple[str, str, str]]) -> None:
        with self._connection() as db:
            truth.relocate(db, places)

    def unsigned(self, most: int) -> dict[int, str]:
        with self._connection() as db:
            return reading.unsigned(db, most)

    def sign(self, signatures: Mapping[int, bytes]) -> None:
        with self._connection() as db:
            truth.sign(db, signatures)

    def note_paths(self, paths: Sequence[str]) -> None:
        """Note what the index is synced from."""
        with self._connection() as db:
            truth.write_paths(db, paths)
            self._read_manifest(db)

    def note_sync(self, now: dt.datetime) -> None:
        """Note when a sync was finished."""
        with self._connection() as db:
            truth.write_last_sync(db, now)

    @stage("write")
    def save_caches(self) -> None:
        """Bring both caches up to the truth, on disk, but for what opening makes up for. The caller holds `writing`."""
        with self._caches, self._connection() as db:
            self._read_manifest(db)
            self._save_dense(db)
            self._lexical.apply(db)
            self._ready = True

    def pack(self, progress: Packed) -> None:
        """Make the lexical cache small and quick where much has changed in it: a minute's work for 34,000 articles.

        The caller holds `writing`.
        """
        try:
            with self._caches, self._connection() as db:
                self._lexical.pack(db, progress)
        except OSError as error:  # no answer needs it, and the articles are all there
            _log.warning("%s/ stays larger than it need be: %s", self.folder / LEXICAL, error)

    def _save_dense(self, db: sqlite3.Connection) -> None:
        self._dense.save(db)
        for name in _FORMERLY:
            (self.folder / name).unlink(missing_ok=True)

    def replace_with(self, other: EmbeddedStore) -> None:
        """Take over all that another store holds, at one stroke, and its caches. The caller holds `writing`."""
        # An epoch of its own for every switch: one that was stopped halfway may have left its epoch here already.
        with other._connection() as db:
            truth.new_epoch(db)
        other.save_caches()
        with self._caches:
            with self._connection() as db:
                truth.replace_all(db, other.folder / CORPUS)
            # From here to the end, whoever reads finds caches of another epoch, and waits.
            shutil.rmtree(self.folder / LEXICAL, ignore_errors=True)
            for name in (LEXICAL, VECTORS):
                (other.folder / name).replace(self.folder / name)
            self._lexical.reload()
            self.save_caches()

    # --- checking ----------------------------------------------------------------------------------------------------

    def drop_caches(self) -> None:
        """Forget and delete both caches; the next `save_caches` builds them anew. The caller holds `writing`."""
        with self._caches:
            (self.folder / VECTORS).unlink(missing_ok=True)
            shutil.rmtree(self.folder / LEXICAL, ignore_errors=True)
            self._dense = DenseCache(self.folder / VECTORS, self._manifest.dim)
            self._lexical.reload()

    def disagreements(self) -> list[str]:
        """What truth and caches, as they are on disk, do not agree on; one line each."""
        with self._connection() as db:
            problems = [f"corpus.db: {row[0]}" for row in db.execute("PRAGMA quick_check") if row[0] != "ok"]
            problems += _wrong_spans(db)
            problems += self._dense_disagreements(db)
            problems += self._lexical_disagreements(db)
        return problems

    def _dense_disagreements(self, db: sqlite3.Connection) -> list[str]:
        dense = DenseCache(self.folder / VECTORS, self._manifest.dim)
        if not dense.load():
            return [f"{VECTORS}: missing or unreadable"]
        dense.apply(db)
        held, wanted = dense.ids(), reading.passage_ids(db)
        if held != wanted:
            return [f"{VECTORS}: holds {len(held)} passages, corpus.db {len(wanted)}, or other ones"]
        different = dense.differing(db)
        return [f"{VECTORS}: {different} vectors differ from corpus.db"] if different else []

    def _lexical_disagreements(self, db: sqlite3.Connection) -> list[str]:
        self._lexical.reload()
        reader = self._lexical.reader(truth.state(db)[0])
        if reader is None:
            return [f"{LEXICAL}/: missing or unreadable"]
        try:
            passages, articles = reader.keys()
        except IndexDamagedError:
            return [f"{LEXICAL}/: damaged"]
        numbers = {number for (number,) in db.execute("SELECT number FROM articles")}
        if passages == set(reading.passage_ids(db)) and articles == numbers:
            return []
        return [f"{LEXICAL}/: holds {len(passages)} passages of {len(articles)} articles, not those of corpus.db"]


def _wrong_spans(db: sqlite3.Connection) -> list[str]:
    wrong = []
    for stored in reading.all_articles(db):
        length = len(stored.article.body)
        spans = db.execute("SELECT start, end FROM passages WHERE article = ?", (stored.number,))
        if any(not 0 <= start < end <= length for start, end in spans):
            wrong.append(f"corpus.db: article {stored.article.id} has a passage outside of its text")
    return wrong
