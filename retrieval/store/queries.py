"""What the truth holds: articles, passages and vectors as SQLite has them, and what changed since a version."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

import numpy as np

from retrieval.corpus import MIN_SIMILARITY, bands, similarities
from retrieval.datatypes import Article, PartialDate, Passage, Sentence, Vectors
from retrieval.store.database import last_sync, state
from retrieval.store.protocol import Fingerprint, StoredArticle, Totals


@dataclass(frozen=True, slots=True)
class Change:
    """An article that came or went after some version. A gone article has no passages to read, only their ids."""

    seq: int
    number: int
    passage_ids: range
    gone: bool


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


_DATES_KEPT = 4096
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


def newest(db: sqlite3.Connection, k: int) -> list[StoredArticle]:
    """The articles of the latest last days; see `protocol.Snapshot`."""
    rows = db.execute(
        f"SELECT {_ARTICLE} FROM articles WHERE number IN (SELECT number FROM articles"
        " ORDER BY last_day DESC, length(published) DESC, number DESC LIMIT ?)"
        " ORDER BY last_day DESC, length(published) DESC, number DESC",
        (k,),
    )
    return [_article(row) for row in rows]


def all_articles(db: sqlite3.Connection) -> Iterator[StoredArticle]:
    """Every article, in order of number, one at a time."""
    for row in db.execute(f"SELECT {_ARTICLE} FROM articles ORDER BY number"):
        yield _article(row)


def _article(row: tuple[Any, ...]) -> StoredArticle:
    number, article_id, title, body, published, source, url, event, sentences, origin, place = row
    article = Article(article_id, title, body, _date(published), source, url, _date(event))
    return StoredArticle(number, article, partial(_unpack_sentences, sentences), origin, place)


@lru_cache(_DATES_KEPT)
def _date(text: str | None) -> PartialDate | None:
    return PartialDate.parse(text) if text else None


def _unpack_sentences(text: str) -> tuple[Sentence, ...]:
    return tuple(Sentence(start, end, "heading" if flag else "sentence") for start, end, flag in json.loads(text))


def passages(db: sqlite3.Connection, ids: Iterable[int], dim: int) -> tuple[dict[int, tuple[Passage, int]], Vectors]:
    """(passages with their article's number, by id in order; their vectors, shape (n, dim)), without unknown ids."""
    # In one row: for each one that it is asked for, SQLite hands the interpreter to whoever else waits for it.
    columns, vectors = db.execute(
        "SELECT json_group_array(json_array(p.id, p.article, p.start, p.end)), CAST(group_concat(p.vector, '') AS BLOB)"
        " FROM json_each(?) wanted CROSS JOIN passages p ON p.id = wanted.value",
        (json.dumps(sorted(ids)),),
    ).fetchone()
    rows = json.loads(columns)
    names = _article_ids(db, {number for _, number, *_ in rows})
    found = {pid: (Passage(pid, names[number], start, end), number) for pid, number, start, end in rows}
    return found, _unpacked(vectors or b"", dim)


def _article_ids(db: sqlite3.Connection, numbers: Iterable[int]) -> dict[int, str]:
    (rows,) = db.execute(
        "SELECT json_group_array(json_array(number, id)) FROM articles"
        " WHERE number IN (SELECT value FROM json_each(?))",
        (json.dumps(list(numbers)),),
    ).fetchone()
    return dict(json.loads(rows))


def passages_of(db: sqlite3.Connection, numbers: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """Ids of the articles' passages, in order, by article number."""
    (rows,) = db.execute(
        "SELECT json_group_array(json_array(article, id)) FROM passages"
        " WHERE article IN (SELECT value FROM json_each(?))",
        (json.dumps(list(numbers)),),
    ).fetchone()
    found: defaultdict[int, list[int]] = defaultdict(list)
    for number, passage_id in json.loads(rows):
        found[number].append(passage_id)
    return {number: tuple(sorted(passage_ids)) for number, passage_ids in found.items()}


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
    found, blob = db.execute(
        "SELECT json_group_array(p.id), CAST(group_concat(p.vector, '') AS BLOB)"
        " FROM json_each(?) wanted CROSS JOIN passages p ON p.id = wanted.value",
        (json.dumps(sorted(ids)),),
    ).fetchone()
    return json.loads(found), _unpacked(blob or b"", dim)


def _unpacked(blob: bytes, dim: int) -> Vectors:
    return np.frombuffer(blob, dtype=np.float16).reshape(-1, dim).astype(np.float32)


def passage_ids(db: sqlite3.Connection) -> list[int]:
    """Ids of all passages, in order."""
    return [pid for (pid,) in db.execute("SELECT id FROM passages ORDER BY id")]


def gone_since(db: sqlite3.Connection, seq: int) -> list[range]:
    """Ids of the passages that were deleted after a sequence number."""
    rows = db.execute("SELECT first_passage, last_passage FROM tombstones WHERE seq > ?", (seq,))
    return [_id_range(first, last) for first, last in rows]


def count_after(db: sqlite3.Connection, last: int) -> int:
    """How many passages have higher ids than `last`."""
    return int(db.execute("SELECT count(*) FROM passages WHERE id > ?", (last,)).fetchone()[0])


Row = tuple[int, bytes, int | None, int | None, str | None]


def rows_after(db: sqlite3.Connection, last: int, most: int) -> list[Row]:
    """(id, vector as float16, first day, last day, source) of the first passages with higher ids than `last`."""
    return db.execute(
        "SELECT p.id, p.vector, a.first_day, a.last_day, a.source FROM passages p CROSS JOIN articles a"
        " ON a.number = p.article WHERE p.id > ? ORDER BY p.id LIMIT ?",
        (last, most),
    ).fetchall()


def copies(db: sqlite3.Connection, numbers: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """Near-duplicates of articles, by article number."""
    found = {}
    for number, signature in _signatures(db, numbers).items():
        rows = db.execute(
            "SELECT b.article FROM json_each(?) wanted CROSS JOIN bands b ON b.key = wanted.value WHERE b.article != ?",
            (json.dumps(bands(signature)), number),
        ).fetchall()
        others = _signatures(db, {other for (other,) in rows}) if rows else {}
        alike = similarities(signature, list(others.values())) >= MIN_SIMILARITY if others else ()
        found[number] = tuple(other for other, same in zip(others, alike, strict=True) if same)
    return found


def _signatures(db: sqlite3.Connection, numbers: Iterable[int]) -> dict[int, bytes]:
    rows = db.execute(
        "SELECT article, signature FROM signatures WHERE signature != x'' AND article IN"
        " (SELECT value FROM json_each(?)) ORDER BY article",
        (json.dumps(list(numbers)),),
    )
    return dict(rows.fetchall())


def unsigned(db: sqlite3.Connection, most: int) -> dict[int, str]:
    """Bodies, by article number, of articles that an older version stored without a signature."""
    rows = db.execute(
        "SELECT number, body FROM articles WHERE number NOT IN (SELECT article FROM signatures)"
        " ORDER BY number LIMIT ?",
        (most,),
    )
    return dict(rows.fetchall())


def totals(db: sqlite3.Connection) -> Totals:
    """Counts, dates and sources."""
    count, first, last = db.execute("SELECT count(*), min(first_day), max(last_day) FROM articles").fetchone()
    (passage_count,) = db.execute("SELECT count(*) FROM passages").fetchone()
    sources = db.execute(
        "SELECT source, count(*) FROM articles WHERE source IS NOT NULL GROUP BY source ORDER BY 2 DESC, 1"
    ).fetchall()
    return Totals(
        articles=count,
        passages=passage_count,
        first_day=dt.date.fromordinal(first) if first else None,
        last_day=dt.date.fromordinal(last) if last else None,
        sources=tuple(sources),
        last_sync=last_sync(db),
        version=state(db)[1],
    )
