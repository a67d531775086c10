"""Embedded snapshot: reads one state of the embedded engine."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, partial
from typing import Literal

import numpy as np

from retrieval.datatypes import Field, Filter, Passage, Vector, Vectors
from retrieval.store import queries
from retrieval.store.database import read_manifest
from retrieval.store.lexical import LexicalReader
from retrieval.store.protocol import Manifest, Scored, StoredArticle, Totals
from retrieval.store.settings import StoreSettings
from retrieval.store.vectors import DenseCache

_Bag = tuple[Literal["passages", "articles"], Field, tuple[str, ...]]


class EmbeddedSnapshot:
    """Implements `Snapshot` by a read transaction of SQLite and the caches at its beginning."""

    def __init__(
        self, db: sqlite3.Connection, dense: DenseCache, lexical: LexicalReader, settings: StoreSettings
    ) -> None:
        self._db = db
        self._dense = dense
        self._lexical = lexical
        self._settings = settings
        # Everything is read once, and kept for the life of the snapshot.
        self._passages: dict[int, tuple[Passage, int]] = {}
        self._vectors: dict[int, Vector] = {}
        self._articles: dict[int, StoredArticle] = {}
        self._near_duplicates: dict[int, tuple[int, ...]] = {}
        self._scores: defaultdict[_Bag, dict[int, float]] = defaultdict(dict)

    @cached_property
    def manifest(self) -> Manifest:
        return read_manifest(self._db)

    def dense(self, vector: Vector, k: int, where: Filter | None = None) -> Scored:
        if k <= 0:
            return []
        rescored = max(self._settings.rescored_per_hit * k, self._settings.min_rescored)
        nearest = self._dense.nearest(vector, rescored, where)
        # The cache may hold passages that were added after this state or deleted before it; the tables lack them.
        ids, vectors = queries.vectors(self._db, nearest, self.manifest.dim)
        scores = vectors @ vector
        best = np.lexsort((np.array(ids, np.int64), -scores))[:k]
        return [(ids[row], float(scores[row])) for row in best.tolist()]

    def lexical_passages(self, field: Field, terms: Sequence[str], k: int, where: Filter | None = None) -> Scored:
        hits = self._lexical.passages(field, terms, k, where)
        self._scores["passages", field, tuple(terms)] |= hits
        return hits

    def lexical_articles(self, field: Field, terms: Sequence[str], k: int, where: Filter | None = None) -> Scored:
        hits = self._lexical.articles(field, terms, k, where)
        self._scores["articles", field, tuple(terms)] |= hits
        return hits

    def score_passages(self, field: Field, terms: Sequence[str], ids: Sequence[int]) -> dict[int, float]:
        known = self._scores["passages", field, tuple(terms)]
        return _completed(known, ids, partial(self._lexical.score_passages, field, terms))

    def score_articles(self, field: Field, terms: Sequence[str], numbers: Sequence[int]) -> dict[int, float]:
        known = self._scores["articles", field, tuple(terms)]
        return _completed(known, numbers, partial(self._lexical.score_articles, field, terms))

    def article_frequencies(self, field: Field, terms: Sequence[str]) -> list[int]:
        return self._lexical.article_frequencies(field, terms)

    def article_count(self) -> int:
        return self._lexical.article_count()

    def passages(self, ids: Iterable[int]) -> dict[int, tuple[Passage, int]]:
        return {passage_id: self._passages[passage_id] for passage_id in self._read(list(ids))}

    def passages_of(self, numbers: Iterable[int]) -> dict[int, tuple[int, ...]]:
        return queries.passages_of(self._db, numbers)

    def vectors(self, ids: Sequence[int]) -> Vectors:
        self._read(ids)
        rows = [self._vectors[passage_id] for passage_id in ids]
        return np.array(rows, dtype=np.float32).reshape(len(rows), self.manifest.dim)

    def _read(self, ids: Sequence[int]) -> list[int]:
        """Reads passages with their vectors; returns the existing ids, in the given order."""
        if unread := {passage_id for passage_id in ids if passage_id not in self._passages}:
            passages, vectors = queries.passages(self._db, unread, self.manifest.dim)
            self._passages |= passages
            self._vectors |= zip(passages, vectors, strict=True)
        return [passage_id for passage_id in ids if passage_id in self._passages]

    def articles(self, numbers: Iterable[int]) -> dict[int, StoredArticle]:
        wanted = list(numbers)
        if unread := [number for number in wanted if number not in self._articles]:
            self._articles |= queries.articles(self._db, unread)
        return {number: self._articles[number] for number in wanted if number in self._articles}

    def article(self, article_id: str) -> StoredArticle | None:
        known = (stored for stored in self._articles.values() if stored.article.id == article_id)
        return next(known, None) or queries.article(self._db, article_id)

    def newest(self, k: int, where: Filter | None = None) -> list[StoredArticle]:
        return queries.newest(self._db, k, where or Filter())

    def copies(self, numbers: Iterable[int]) -> dict[int, tuple[int, ...]]:
        wanted = list(numbers)
        if unread := [number for number in wanted if number not in self._near_duplicates]:
            self._near_duplicates |= queries.near_duplicates(self._db, unread)
        return {number: self._near_duplicates[number] for number in wanted if number in self._near_duplicates}

    def totals(self) -> Totals:
        return queries.totals(self._db)


def _completed(
    known: dict[int, float], keys: Sequence[int], score: Callable[[Sequence[int]], dict[int, float]]
) -> dict[int, float]:
    """Scores the keys that are not in `known`, adds them, and returns all nonzero scores."""
    unknown = [key for key in keys if key not in known]
    known |= dict.fromkeys(unknown, 0.0) | score(unknown)
    return {key: known[key] for key in keys if known[key]}
