"""Queries: reads articles, passages, vectors and changes from the truth in SQLite."""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from retrieval.corpus import MIN_SIMILARITY, band_keys, estimated_similarities
from retrieval.datatypes import Article, Filter, PartialDate, Passage, Vectors
from retrieval.store.database import last_sync, read_version
from retrieval.store.protocol import Fingerprint, StoredArticle, Totals


@dataclass(frozen=True, slots=True)
class Change:
    """Represents the addition or deletion of an article."""

    number: int
    deleted: bool


def fingerprints(db: sqlite3.Connection) -> dict[str, Fingerprint]:
    """Returns the fingerprint of every article, by id."""
    rows = db.execute("SELECT id, fingerprint, origin FROM articles")
    return {article_id: Fingerprint(digest, origin) for article_id, digest, origin in rows}


def changes_since(db: sqlite3.Connection, seq: int) -> list[Change]:
    """Returns the changes after a sequence number: first deletions, then additions, each in order."""
    deleted = db.execute("SELECT article FROM tombstones WHERE seq > ? ORDER BY seq, article", (seq,)).fetchall()
    added = db.execute("SELECT number FROM articles WHERE seq > ? ORDER BY number", (seq,)).fetchall()
    changes = [Change(number, deleted=True) for (number,) in deleted]
    return changes + [Change(number, deleted=False) for (number,) in added]


_CACHED_DATES = 4096
_ARTICLE = "number, id, title, body, published, source, url, event, sentences, origin, place"


def articles(db: sqlite3.Connection, numbers: Iterable[int]) -> dict[int, StoredArticle]:
    """Returns articles by number, without unknown numbers."""
    wanted = json.dumps(list(numbers))
    rows = db.execute(f"SELECT {_ARTICLE} FROM articles WHERE number IN (SELECT value FROM json_each(?))", (wanted,))
    return {row[0]: _article(row) for row in rows}


def article(db: sqlite3.Connection, article_id: str) -> StoredArticle | None:
    """Returns an article by its id; None for an unknown id."""
    row = db.execute(f"SELECT {_ARTICLE} FROM articles WHERE id = ?", (article_id,)).fetchone()
    return row and _article(row)


def newest(db: sqlite3.Connection, k: int, where: Filter) -> list[StoredArticle]:
    """Returns the k newest articles that pass a filter; see `Snapshot.newest`."""
    conditions: dict[str, object] = {}
    if where.since:
        conditions["last_day >= ?"] = where.since.toordinal()
    if where.until:
        conditions["first_day <= ?"] = where.until.toordinal()
    if where.source:
        conditions["source = ?"] = where.source
    chosen = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    rows = db.execute(
        f"SELECT {_ARTICLE} FROM articles WHERE number IN (SELECT number FROM articles{chosen}"
        " ORDER BY last_day DESC, length(published) DESC, number DESC LIMIT ?)"
        " ORDER BY last_day DESC, length(published) DESC, number DESC",
        (*conditions.values(), k),
    )
    return [_article(row) for row in rows]


def all_articles(db: sqlite3.Connection) -> Iterator[StoredArticle]:
    """Yields every article, by ascending number."""
    for row in db.execute(f"SELECT {_ARTICLE} FROM articles ORDER BY number"):
        yield _article(row)


def _article(row: tuple[Any, ...]) -> StoredArticle:
    number, article_id, title, body, published, source, url, event, sentences, origin, place = row
    article = Article(article_id, title, body, _date(published), source, url, _date(event))
    return StoredArticle(number, article, sentences, origin, place)


@lru_cache(_CACHED_DATES)
def _date(text: str | None) -> PartialDate | None:
    return PartialDate.parse(text) if text else None


def passages(db: sqlite3.Connection, ids: Iterable[int], dim: int) -> tuple[dict[int, tuple[Passage, int]], Vectors]:
    """Returns (passage, article number) by ascending passage id, and the vectors, shape (n, dim).

    Unknown ids are left out.
    """
    # All in one row: for each row that Python fetches, SQLite releases the interpreter lock and acquires it again.
    columns, vectors = db.execute(
        "SELECT json_group_array(json_array(p.id, p.article, p.start, p.end)), CAST(group_concat(p.vector, '') AS BLOB)"
        " FROM json_each(?) wanted CROSS JOIN passages p ON p.id = wanted.value",
        (json.dumps(sorted(ids)),),
    ).fetchone()
    rows = json.loads(columns)
    names = _article_ids(db, {number for _, number, *_ in rows})
    known = {pid: (Passage(pid, names[number], start, end), number) for pid, number, start, end in rows}
    return known, unpack_vectors(vectors or b"", dim)


def _article_ids(db: sqlite3.Connection, numbers: Iterable[int]) -> dict[int, str]:
    (rows,) = db.execute(
        "SELECT json_group_array(json_array(number, id)) FROM articles"
        " WHERE number IN (SELECT value FROM json_each(?))",
        (json.dumps(list(numbers)),),
    ).fetchone()
    return dict(json.loads(rows))


def passages_of(db: sqlite3.Connection, numbers: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """Returns the ascending passage ids of articles, by article number."""
    (rows,) = db.execute(
        "SELECT json_group_array(json_array(article, id)) FROM passages"
        " WHERE article IN (SELECT value FROM json_each(?))",
        (json.dumps(list(numbers)),),
    ).fetchone()
    ids: defaultdict[int, list[int]] = defaultdict(list)
    for number, passage_id in json.loads(rows):
        ids[number].append(passage_id)
    return {number: tuple(sorted(passage_ids)) for number, passage_ids in ids.items()}


def passage_texts(db: sqlite3.Connection, number: int) -> list[tuple[int, str]]:
    """Returns (id, text) of an article's passages, by ascending id."""
    # SQLite counts characters of a text with NULs differently from Python, so Python cuts the texts.
    row = db.execute("SELECT body FROM articles WHERE number = ?", (number,)).fetchone()
    if row is None:
        return []
    spans = db.execute("SELECT id, start, end FROM passages WHERE article = ? ORDER BY id", (number,))
    return [(pid, row[0][start:end]) for pid, start, end in spans]


def vectors(db: sqlite3.Connection, ids: Iterable[int], dim: int) -> tuple[list[int], Vectors]:
    """Returns the existing ids, ascending, and their vectors, shape (n, dim)."""
    known, blob = db.execute(
        "SELECT json_group_array(p.id), CAST(group_concat(p.vector, '') AS BLOB)"
        " FROM json_each(?) wanted CROSS JOIN passages p ON p.id = wanted.value",
        (json.dumps(sorted(ids)),),
    ).fetchone()
    return json.loads(known), unpack_vectors(blob or b"", dim)


def unpack_vectors(blob: bytes, dim: int) -> Vectors:
    """Unpacks vectors stored one after the other as float16; returns float32, shape (n, dim)."""
    return np.frombuffer(blob, dtype=np.float16).reshape(-1, dim).astype(np.float32)


def passage_ids(db: sqlite3.Connection) -> list[int]:
    """Returns the ids of all passages, ascending."""
    return [pid for (pid,) in db.execute("SELECT id FROM passages ORDER BY id")]


def passages_deleted_since(db: sqlite3.Connection, seq: int) -> list[range]:
    """Returns the passage ids deleted after a sequence number, as one range for each article."""
    rows = db.execute(
        "SELECT first_passage, last_passage FROM tombstones WHERE seq > ? AND first_passage IS NOT NULL", (seq,)
    )
    return [range(first, last + 1) for first, last in rows]


def count_passages_after(db: sqlite3.Connection, last_id: int) -> int:
    """Counts the passages with ids higher than `last_id`."""
    return int(db.execute("SELECT count(*) FROM passages WHERE id > ?", (last_id,)).fetchone()[0])


VectorRow = tuple[int, bytes]
"""(passage id, vector as float16)."""


def vectors_after(db: sqlite3.Connection, last_id: int, limit: int) -> list[VectorRow]:
    """Returns the vectors of the first `limit` passages with ids higher than `last_id`, ascending."""
    return db.execute("SELECT id, vector FROM passages WHERE id > ? ORDER BY id LIMIT ?", (last_id, limit)).fetchall()


def article_spans_after(db: sqlite3.Connection, last_number: int) -> Iterator[tuple[int, int, int]]:
    """Yields (article number, first passage id, last passage id) above `last_number`, ascending."""
    return db.execute(
        "SELECT article, min(id), max(id) FROM passages WHERE article > ? GROUP BY article ORDER BY article",
        (last_number,),
    )


def article_dates_after(
    db: sqlite3.Connection, last_number: int
) -> Iterator[tuple[int, int | None, int | None, str | None]]:
    """Yields (article number, first day, last day, source) above `last_number`, in any order.

    Days are proleptic Gregorian ordinals.
    """
    # Reads an index alone, as reading the rows would load the pages of the articles' texts.
    return db.execute(
        "SELECT number, first_day, last_day, source FROM articles INDEXED BY articles_by_day WHERE number > ?",
        (last_number,),
    )


def near_duplicates(db: sqlite3.Connection, numbers: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """Returns the ascending numbers of articles' near-duplicates, by article number.

    Candidates share a band of their MinHash signatures; near-duplicates have an estimated similarity of at least
    `MIN_SIMILARITY`. Articles without a signature are left out.
    """
    duplicates = {}
    for number, signature in _signatures(db, numbers).items():
        rows = db.execute(
            "SELECT b.article FROM json_each(?) wanted CROSS JOIN bands b ON b.key = wanted.value WHERE b.article != ?",
            (json.dumps(band_keys(signature)), number),
        ).fetchall()
        others = _signatures(db, {other for (other,) in rows}) if rows else {}
        alike = estimated_similarities(signature, list(others.values())) >= MIN_SIMILARITY if others else ()
        duplicates[number] = tuple(other for other, same in zip(others, alike, strict=True) if same)
    return duplicates


def _signatures(db: sqlite3.Connection, numbers: Iterable[int]) -> dict[int, bytes]:
    rows = db.execute(
        "SELECT article, signature FROM signatures WHERE signature != x'' AND article IN"
        " (SELECT value FROM json_each(?)) ORDER BY article",
        (json.dumps(list(numbers)),),
    )
    return dict(rows.fetchall())


def unsigned_bodies(db: sqlite3.Connection, limit: int) -> dict[int, str]:
    """Returns the bodies, by number, of the first `limit` articles without a signature."""
    rows = db.execute(
        "SELECT number, body FROM articles WHERE number NOT IN (SELECT article FROM signatures)"
        " ORDER BY number LIMIT ?",
        (limit,),
    )
    return dict(rows.fetchall())


def totals(db: sqlite3.Connection) -> Totals:
    """Returns the counts, days and sources of the truth."""
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
        version=read_version(db)[1],
    )
