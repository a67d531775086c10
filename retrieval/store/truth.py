"""The truth: articles, passages and vectors in SQLite, with a change sequence from which caches catch up.

An article's row never changes: an upsert inserts a new row with a new number and leaves a tombstone for the old one.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from retrieval.datatypes import Article, Filter, PartialDate, Passage, Sentence, Vectors
from retrieval.errors import HoiBaoError, IndexDamagedError, IndexMissingError, ManifestError
from retrieval.store.protocol import ArticleRecord, Fingerprint, Manifest, StoredArticle, Totals

FORMAT = 1
"""Version of the schema below; another one is refused."""

BUSY_TIMEOUT_S = 30.0

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

_TABLES = ("passages", "articles", "tombstones", "manifest")


@dataclass(frozen=True, slots=True)
class Change:
    """An article that came or went after some version. A gone article has no passages to read, only their ids."""

    seq: int
    number: int
    passage_ids: range
    gone: bool


def connect(path: Path, *, create: bool = False) -> sqlite3.Connection:
    """Open corpus.db; autocommit mode, to be used by one thread at a time.

    Raises:
        IndexMissingError: there is no such file, and `create` is not set.
        IndexDamagedError: the file is not an SQLite database.
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
        raise _explained(error, path) from None
    return db


def _explained(error: sqlite3.DatabaseError, path: Path) -> HoiBaoError:
    if error.sqlite_errorcode in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
        return IndexDamagedError(
            f"{path} is damaged ({error}): restore it from a backup, or delete the folder and sync"
        )
    return HoiBaoError(f"{path} cannot be used now ({error}): its folder must be writable and its disk not full")


def create(db: sqlite3.Connection, manifest: Manifest) -> None:
    """Make the tables, in one transaction, unless they are there."""
    with _Transaction(db):
        if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'manifest'").fetchone():
            return
        for statement in _SCHEMA.split(";"):
            if statement.strip():
                db.execute(statement)
        _put(db, {"format": FORMAT, "epoch": uuid.uuid4().hex, "seq": 0, **asdict(manifest)})


class _Transaction:
    """BEGIN IMMEDIATE … COMMIT, or ROLLBACK when anything is raised."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def __enter__(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            if kind is None:
                self._db.execute("COMMIT")
        finally:
            # Still there after an error, unless SQLite has rolled back by itself, as it does when the disk is full.
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")


def _put(db: sqlite3.Connection, values: dict[str, Any]) -> None:
    rows = [(key, json.dumps(value, ensure_ascii=False)) for key, value in values.items()]
    db.executemany("INSERT OR REPLACE INTO manifest VALUES (?, ?)", rows)


def _get(db: sqlite3.Connection, *keys: str) -> tuple[Any, ...]:
    try:
        found = dict(db.execute("SELECT key, value FROM manifest"))
    except sqlite3.DatabaseError as error:
        if "no such table" in str(error):
            raise IndexMissingError("the index is empty: run `hoibao sync` first") from None
        raise _explained(error, Path("corpus.db")) from None
    return tuple(json.loads(found[key]) if key in found else None for key in keys)


def read_manifest(db: sqlite3.Connection) -> Manifest:
    """What the index was built with.

    Raises:
        IndexMissingError: nothing was ever stored.
        ManifestError: the file is of another format.
    """
    seen, encoder, dim, chunker, model, paths = _get(db, "format", "encoder", "dim", "chunker", "model", "paths")
    if seen != FORMAT:
        raise ManifestError(
            f"the index has format {seen}, this version reads {FORMAT}: delete the folder and sync again"
        )
    return Manifest(encoder, dim, chunker, model, tuple(paths or ()))


def write_paths(db: sqlite3.Connection, paths: Sequence[str]) -> None:
    """Note what the index is synced from, before it is: a sync that is stopped must go on with the same."""
    with _Transaction(db):
        _put(db, {"paths": list(paths)})


def write_last_sync(db: sqlite3.Connection, now: dt.datetime) -> None:
    """Note when a sync was finished."""
    with _Transaction(db):
        _put(db, {"last_sync": now.isoformat(timespec="seconds")})


def new_epoch(db: sqlite3.Connection) -> None:
    """Make every cache start over."""
    with _Transaction(db):
        _put(db, {"epoch": uuid.uuid4().hex})


def relocate(db: sqlite3.Connection, places: Sequence[tuple[str, str, str]]) -> None:
    """Note that articles stand elsewhere now: (article id, origin, place). Nothing that caches hold changes."""
    with _Transaction(db):
        db.executemany(
            "UPDATE articles SET origin = ?, place = ? WHERE id = ?", [(origin, at, key) for key, origin, at in places]
        )


def state(db: sqlite3.Connection) -> tuple[str, int]:
    """(epoch, sequence number): the epoch changes when a rebuild replaces all."""
    epoch, seq = _get(db, "epoch", "seq")
    return epoch, seq


# --- writing ---------------------------------------------------------------------------------------------------------


def commit(db: sqlite3.Connection, upserts: Sequence[ArticleRecord], deletes: Sequence[str]) -> int:
    """Store and delete in one transaction; gives the new sequence number."""
    with _Transaction(db):
        seq = int(state(db)[1]) + 1
        for article_id in [*deletes, *(record.article.id for record in upserts)]:
            _bury(db, article_id, seq)
        for record in upserts:
            _insert(db, record, seq)
        _put(db, {"seq": seq})
    return seq


def _bury(db: sqlite3.Connection, article_id: str, seq: int) -> None:
    row = db.execute("SELECT number FROM articles WHERE id = ?", (article_id,)).fetchone()
    if row is None:
        return
    ids = db.execute("SELECT min(id), max(id) FROM passages WHERE article = ?", row).fetchone()
    db.execute("INSERT INTO tombstones VALUES (?, ?, ?, ?)", (*row, *ids, seq))
    db.execute("DELETE FROM passages WHERE article = ?", row)
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
            _pack_sentences(record.sentences),
            seq,
        ),
    ).lastrowid
    blobs = np.asarray(record.vectors, dtype=np.float16)
    db.executemany(
        "INSERT INTO passages (article, start, end, vector) VALUES (?, ?, ?, ?)",
        [(number, span.start, span.end, row.tobytes()) for span, row in zip(record.passages, blobs, strict=True)],
    )


def replace_all(db: sqlite3.Connection, other: Path) -> None:
    """Take the whole content of another corpus.db, its epoch included, in one transaction."""
    db.execute("ATTACH ? AS other", (str(other),))
    try:
        with _Transaction(db):
            for table in _TABLES:
                db.execute(f"DELETE FROM {table}")
            for table in reversed(_TABLES):
                db.execute(f"INSERT INTO {table} SELECT * FROM other.{table}")
    finally:
        db.execute("DETACH other")


# --- reading ---------------------------------------------------------------------------------------------------------


def fingerprints(db: sqlite3.Connection) -> dict[str, Fingerprint]:
    """Digest and origin of every article, by id."""
    rows = db.execute("SELECT id, fingerprint, origin FROM articles")
    return {article_id: Fingerprint(digest, origin) for article_id, digest, origin in rows}


def changes_since(db: sqlite3.Connection, seq: int) -> list[Change]:
    """What came and went after a sequence number: the gone first, then the new, each in order."""
    gone = db.execute(
        "SELECT seq, article, first_passage, last_passage FROM tombstones WHERE seq > ? ORDER BY seq, article", (seq,)
    ).fetchall()
    new = db.execute(
        "SELECT a.seq, a.number, min(p.id), max(p.id) FROM articles a LEFT JOIN passages p ON p.article = a.number"
        " WHERE a.seq > ? GROUP BY a.number ORDER BY a.number",
        (seq,),
    ).fetchall()
    changes = [Change(at, number, _id_range(first, last), gone=True) for at, number, first, last in gone]
    return changes + [Change(at, number, _id_range(first, last), gone=False) for at, number, first, last in new]


def _id_range(first: int | None, last: int | None) -> range:
    # One transaction gives an article's passages consecutive ids, so that the two ends name them all.
    return range(0) if first is None or last is None else range(first, last + 1)


_ARTICLE = "number, id, title, body, published, source, url, event, sentences, origin, place"


def articles(db: sqlite3.Connection, numbers: Iterable[int]) -> dict[int, StoredArticle]:
    """Articles by number; unknown ones are left out."""
    wanted = json.dumps(list(numbers))
    rows = db.execute(f"SELECT {_ARTICLE} FROM articles WHERE number IN (SELECT value FROM json_each(?))", (wanted,))
    return {row[0]: _article(row) for row in rows}


def article(db: sqlite3.Connection, article_id: str) -> StoredArticle | None:
    """The article of an id."""
    row = db.execute(f"SELECT {_ARTICLE} FROM articles WHERE id = ?", (article_id,)).fetchone()
    return row and _article(row)


def all_articles(db: sqlite3.Connection) -> Iterator[StoredArticle]:
    """Every article, in order of number, one at a time."""
    for row in db.execute(f"SELECT {_ARTICLE} FROM articles ORDER BY number"):
        yield _article(row)


def _article(row: tuple[Any, ...]) -> StoredArticle:
    number, article_id, title, body, published, source, url, event, sentences, origin, place = row
    article = Article(article_id, title, body, _date(published), source, url, _date(event))
    return StoredArticle(number, article, _unpack_sentences(sentences), origin, place)


def _date(text: str | None) -> PartialDate | None:
    return PartialDate.parse(text) if text else None


def _pack_sentences(sentences: Sequence[Sentence]) -> str:
    return json.dumps([[s.start, s.end, int(s.kind == "heading")] for s in sentences], separators=(",", ":"))


def _unpack_sentences(text: str) -> tuple[Sentence, ...]:
    return tuple(Sentence(start, end, "heading" if flag else "sentence") for start, end, flag in json.loads(text))


def passages(db: sqlite3.Connection, ids: Iterable[int]) -> dict[int, tuple[Passage, int]]:
    """Passages with their article's number, by id; unknown ids are left out."""
    rows = db.execute(
        "SELECT p.id, a.id, p.start, p.end, a.number FROM passages p JOIN articles a ON a.number = p.article"
        " WHERE p.id IN (SELECT value FROM json_each(?))",
        (json.dumps(list(ids)),),
    )
    return {pid: (Passage(pid, article_id, start, end), number) for pid, article_id, start, end, number in rows}


def passages_of(db: sqlite3.Connection, numbers: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """Ids of the articles' passages, in order, by article number."""
    found: dict[int, tuple[int, ...]] = {}
    for pid, number in db.execute(
        "SELECT id, article FROM passages WHERE article IN (SELECT value FROM json_each(?)) ORDER BY id",
        (json.dumps(list(numbers)),),
    ):
        found[number] = (*found.get(number, ()), pid)
    return found


def passage_texts(db: sqlite3.Connection, number: int) -> list[tuple[int, str]]:
    """(id, text) of an article's passages, in order."""
    # SQLite counts characters of a text with NULs differently from Python, so the slicing is done here.
    row = db.execute("SELECT body FROM articles WHERE number = ?", (number,)).fetchone()
    if row is None:
        return []
    spans = db.execute("SELECT id, start, end FROM passages WHERE article = ? ORDER BY id", (number,))
    return [(pid, row[0][start:end]) for pid, start, end in spans]


def vectors(db: sqlite3.Connection, ids: Iterable[int], dim: int) -> tuple[list[int], Vectors]:
    """(ids found, in order; their vectors, shape (n, dim))."""
    rows = db.execute(
        "SELECT id, vector FROM passages WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
        (json.dumps(list(ids)),),
    ).fetchall()
    flat = np.frombuffer(b"".join(blob for _, blob in rows), dtype=np.float16)
    return [pid for pid, _ in rows], flat.reshape(len(rows), dim).astype(np.float32)


def passage_ids(db: sqlite3.Connection, where: Filter | None = None) -> list[int]:
    """Ids of the passages whose article passes the filter, in order."""
    if not where:
        return [pid for (pid,) in db.execute("SELECT id FROM passages ORDER BY id")]
    rows = db.execute(
        "SELECT p.id FROM articles a JOIN passages p ON p.article = a.number WHERE (:since IS NULL OR"
        " a.last_day >= :since) AND (:until IS NULL OR a.first_day <= :until)"
        " AND (:source IS NULL OR a.source = :source) ORDER BY p.id",
        {
            "since": where.since and where.since.toordinal(),
            "until": where.until and where.until.toordinal(),
            "source": where.source,
        },
    )
    return [pid for (pid,) in rows]


def totals(db: sqlite3.Connection) -> Totals:
    """Counts, dates and sources."""
    count, first, last = db.execute("SELECT count(*), min(first_day), max(last_day) FROM articles").fetchone()
    (passage_count,) = db.execute("SELECT count(*) FROM passages").fetchone()
    sources = db.execute(
        "SELECT source, count(*) FROM articles WHERE source IS NOT NULL GROUP BY source ORDER BY 2 DESC, 1"
    ).fetchall()
    (last_sync,) = _get(db, "last_sync")
    return Totals(
        articles=count,
        passages=passage_count,
        first_day=dt.date.fromordinal(first) if first else None,
        last_day=dt.date.fromordinal(last) if last else None,
        sources=tuple(sources),
        last_sync=dt.datetime.fromisoformat(last_sync) if last_sync else None,
    )
