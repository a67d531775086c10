"""Database: writes the truth (articles, passages, vectors) to SQLite, with a sequence of changes.

The caches apply the changes. The text of an article's row never changes: an upsert inserts a new row with a new number
and leaves a tombstone for the old one.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from retrieval.corpus import band_keys
from retrieval.errors import HoiBaoError, IndexDamagedError, IndexMissingError, ManifestError
from retrieval.store.packed_sentences import pack_sentences
from retrieval.store.protocol import ArticleRecord, Manifest

FORMAT = 1
"""Version of the schema below; an index with another version is refused."""

BUSY_TIMEOUT_S = 30.0
"""Seconds for which SQLite waits for a lock that another process holds."""

_SCHEMA = """
CREATE TABLE manifest (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE articles (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    published TEXT, first_day INTEGER, last_day INTEGER,
    event TEXT,
    source TEXT,
    url TEXT,
    origin TEXT NOT NULL,
    place TEXT NOT NULL,
    fingerprint BLOB NOT NULL,
    sentences TEXT NOT NULL,
    seq INTEGER NOT NULL
);
CREATE INDEX articles_by_seq ON articles (seq);
CREATE TABLE passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    article INTEGER NOT NULL REFERENCES articles (number),
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    vector BLOB NOT NULL
);
CREATE INDEX passages_by_article ON passages (article);
CREATE TABLE tombstones (
    article INTEGER PRIMARY KEY, first_passage INTEGER, last_passage INTEGER, seq INTEGER NOT NULL
);
CREATE INDEX tombstones_by_seq ON tombstones (seq);
"""

# Added in later versions: opening an older database creates them, and a sync fills them.
_ADDED_SCHEMA = """
CREATE TABLE IF NOT EXISTS signatures (article INTEGER PRIMARY KEY, signature BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS bands (key INTEGER, article INTEGER, PRIMARY KEY (key, article)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS articles_by_day ON articles (last_day, first_day, published, source);
"""

_TABLES = ("bands", "signatures", "passages", "articles", "tombstones", "manifest")


def connect(path: Path, *, create: bool = False) -> sqlite3.Connection:
    """Opens corpus.db in autocommit mode, for one thread at a time.

    Raises:
        IndexMissingError: the file does not exist, and `create` is False.
        IndexDamagedError: the file is no SQLite database, or is damaged.
        HoiBaoError: the file cannot be opened or used for another reason, such as a full disk.
    """
    if not create and not path.exists():
        raise IndexMissingError(f"no index in {path.parent}/ yet: run `hoibao sync` first")
    try:
        db = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
    except sqlite3.Error as error:
        raise HoiBaoError(f"{path} cannot be opened ({error})") from None
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
    except sqlite3.DatabaseError as error:
        db.close()
        raise _domain_error(error, path) from None
    return db


def _domain_error(error: sqlite3.DatabaseError, path: Path) -> HoiBaoError:
    if error.sqlite_errorcode in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
        return IndexDamagedError(
            f"{path} is damaged ({error}): restore it from a backup, or delete the folder and sync"
        )
    return HoiBaoError(f"{path} cannot be used now ({error}): its folder must be writable and its disk not full")


def create(db: sqlite3.Connection, manifest: Manifest) -> None:
    """Creates the tables and stores the manifest in one transaction, unless they exist."""
    with _WriteTransaction(db):
        if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'manifest'").fetchone():
            return
        _run(db, _SCHEMA + _ADDED_SCHEMA)
        _put(db, {"format": FORMAT, "epoch": uuid.uuid4().hex, "seq": 0, **asdict(manifest)})


def add_missing_tables(db: sqlite3.Connection) -> None:
    """Creates the tables and the index that an older version lacks."""
    if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'articles_by_day'").fetchone():
        with _WriteTransaction(db):
            _run(db, _ADDED_SCHEMA)


def _run(db: sqlite3.Connection, statements: str) -> None:
    # One by one: `executescript` would commit the transaction.
    for statement in statements.split(";"):
        if statement.strip():
            db.execute(statement)


class _WriteTransaction:
    """Runs BEGIN IMMEDIATE, then COMMIT or, after an exception, ROLLBACK."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def __enter__(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            if kind is None:
                self._db.execute("COMMIT")
        finally:
            # After an error the transaction is still open, unless SQLite rolled it back, as for a full disk.
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")


def _put(db: sqlite3.Connection, values: dict[str, Any]) -> None:
    rows = [(key, json.dumps(value, ensure_ascii=False)) for key, value in values.items()]
    db.executemany("INSERT OR REPLACE INTO manifest VALUES (?, ?)", rows)


def _get(db: sqlite3.Connection, *keys: str) -> tuple[Any, ...]:
    try:
        values = dict(db.execute("SELECT key, value FROM manifest"))
    except sqlite3.DatabaseError as error:
        if "no such table" in str(error):
            raise IndexMissingError("the index is empty: run `hoibao sync` first") from None
        raise _domain_error(error, Path("corpus.db")) from None
    return tuple(json.loads(values[key]) if key in values else None for key in keys)


def read_manifest(db: sqlite3.Connection) -> Manifest:
    """Reads the manifest of the index.

    Raises:
        IndexMissingError: nothing was ever stored.
        IndexDamagedError: the database is damaged.
        ManifestError: the database has another format.
    """
    version, encoder, dim, chunker, model, paths = _get(db, "format", "encoder", "dim", "chunker", "model", "paths")
    if version != FORMAT:
        raise ManifestError(
            f"the index has format {version}, this version reads {FORMAT}: delete the folder and sync again"
        )
    return Manifest(encoder, dim, chunker, model, tuple(paths or ()))


def write_paths(db: sqlite3.Connection, paths: Sequence[str]) -> None:
    """Stores the paths of a sync before it begins, so that an interrupted sync can resume."""
    with _WriteTransaction(db):
        _put(db, {"paths": list(paths)})


def write_last_sync(db: sqlite3.Connection, now: dt.datetime) -> None:
    """Stores the time at which a sync was finished."""
    with _WriteTransaction(db):
        _put(db, {"last_sync": now.isoformat(timespec="seconds")})


def last_sync(db: sqlite3.Connection) -> dt.datetime | None:
    """Reads the time at which a sync was last finished; None for never."""
    (when,) = _get(db, "last_sync")
    return dt.datetime.fromisoformat(when) if when else None


def new_epoch(db: sqlite3.Connection) -> None:
    """Starts a new epoch of the truth, so that every cache is rebuilt."""
    with _WriteTransaction(db):
        _put(db, {"epoch": uuid.uuid4().hex})


def relocate(db: sqlite3.Connection, places: Sequence[tuple[str, str, str]]) -> None:
    """Stores new (article id, origin, place) of unchanged articles, which concerns no cache."""
    with _WriteTransaction(db):
        db.executemany(
            "UPDATE articles SET origin = ?, place = ? WHERE id = ?", [(origin, at, key) for key, origin, at in places]
        )


def read_version(db: sqlite3.Connection) -> tuple[str, int]:
    """Reads (epoch, sequence number); a commit raises the number, a rebuild changes the epoch."""
    epoch, seq = _get(db, "epoch", "seq")
    return epoch, seq


# --- writing ---------------------------------------------------------------------------------------------------------


def commit(db: sqlite3.Connection, upserts: Sequence[ArticleRecord], deletes: Sequence[str]) -> int:
    """Deletes and stores articles in one transaction; returns the new sequence number."""
    with _WriteTransaction(db):
        seq = int(read_version(db)[1]) + 1
        for article_id in [*deletes, *(record.article.id for record in upserts)]:
            _delete(db, article_id, seq)
        for record in upserts:
            _insert(db, record, seq)
        _put(db, {"seq": seq})
    return seq


def _delete(db: sqlite3.Connection, article_id: str, seq: int) -> None:
    row = db.execute("SELECT number FROM articles WHERE id = ?", (article_id,)).fetchone()
    if row is None:
        return
    ids = db.execute("SELECT min(id), max(id) FROM passages WHERE article = ?", row).fetchone()
    db.execute("INSERT INTO tombstones VALUES (?, ?, ?, ?)", (*row, *ids, seq))
    db.execute("DELETE FROM passages WHERE article = ?", row)
    signed = db.execute("SELECT signature FROM signatures WHERE article = ?", row).fetchone()
    if signed:
        db.executemany("DELETE FROM bands WHERE key = ? AND article = ?", [(key, *row) for key in band_keys(*signed)])
        db.execute("DELETE FROM signatures WHERE article = ?", row)
    db.execute("DELETE FROM articles WHERE number = ?", row)


def _insert(db: sqlite3.Connection, record: ArticleRecord, seq: int) -> None:
    article, published = record.article, record.article.published
    number = db.execute(
        "INSERT INTO articles (id, title, body, published, first_day, last_day, event, source, url, origin, place,"
        " fingerprint, sentences, seq) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            article.id,
            article.title,
            article.body,
            published and str(published),
            published and published.first.toordinal(),
            published and published.last.toordinal(),
            article.event and str(article.event),
            article.source,
            article.url,
            record.origin,
            record.place,
            record.fingerprint,
            pack_sentences(record.sentences),
            seq,
        ),
    ).lastrowid
    blobs = np.asarray(record.vectors, dtype=np.float16)
    db.executemany(
        "INSERT INTO passages (article, start, end, vector) VALUES (?, ?, ?, ?)",
        [(number, span.start, span.end, row.tobytes()) for span, row in zip(record.passages, blobs, strict=True)],
    )
    _insert_signature(db, number, record.signature)


def add_signatures(db: sqlite3.Connection, signatures: Mapping[int, bytes]) -> None:
    """Stores signatures, by article number, of articles that have none yet."""
    with _WriteTransaction(db):
        for number, signature in signatures.items():
            _insert_signature(db, number, signature)


def _insert_signature(db: sqlite3.Connection, number: int | None, signature: bytes) -> None:
    db.execute("INSERT INTO signatures VALUES (?, ?)", (number, signature))
    db.executemany("INSERT INTO bands VALUES (?, ?)", [(key, number) for key in band_keys(signature)])


def replace_all(db: sqlite3.Connection, other: Path) -> None:
    """Replaces the whole content by another corpus.db, with its epoch, in one transaction."""
    db.execute("ATTACH ? AS other", (str(other),))
    try:
        with _WriteTransaction(db):
            for table in _TABLES:
                db.execute(f"DELETE FROM {table}")
            for table in reversed(_TABLES):
                db.execute(f"INSERT INTO {table} SELECT * FROM other.{table}")
    finally:
        db.execute("DETACH other")
