"""One state of the embedded engine, to read from."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence

import numpy as np

from retrieval.datatypes import Field, Filter, Passage, Vector, Vectors
from retrieval.store import reading, truth
from retrieval.store.lexical import LexicalReader
from retrieval.store.protocol import Manifest, Scored, StoredArticle, Totals
from retrieval.store.vectors import DenseCache


class EmbeddedSnapshot:
    """A read transaction of SQLite, with the state of the caches at its begin. See `protocol.Snapshot`."""

    def __init__(self, db: sqlite3.Connection, dense: DenseCache, lexical: LexicalReader) -> None:
        self._db = db
        self._dense = dense
        self._lexical = lexical

    @property
    def manifest(self) -> Manifest:
        return truth.read_manifest(self._db)

    def dense(self, vector: Vector, k: int, where: Filter | None = None) -> Scored:
        return self._dense.search(vector, k, reading.passage_ids(self._db, where) if where else None)

    def lexical_passages(self, field: Field, terms: Sequence[str], k: int, where: Filter | None = None) -> Scored:
        return self._lexical.passages(field, terms, k, where)

    def lexical_articles(self, field: Field, terms: Sequence[str], k: int, where: Filter | None = None) -> Scored:
        return self._lexical.articles(field, terms, k, where)

    def score_passages(self, field: Field, terms: Sequence[str], ids: Sequence[int]) -> dict[int, float]:
        return self._lexical.score_passages(field, terms, ids)

    def score_articles(self, field: Field, terms: Sequence[str], numbers: Sequence[int]) -> dict[int, float]:
        return self._lexical.score_articles(field, terms, numbers)

    def article_frequencies(self, field: Field, terms: Sequence[str]) -> list[int]:
        return self._lexical.article_frequencies(field, terms)

    def passages(self, ids: Iterable[int]) -> dict[int, tuple[Passage, int]]:
        return reading.passages(self._db, ids)

    def passages_of(self, numbers: Iterable[int]) -> dict[int, tuple[int, ...]]:
        return reading.passages_of(self._db, numbers)

    def vectors(self, ids: Sequence[int]) -> Vectors:
        found, rows = reading.vectors(self._db, ids, self.manifest.dim)
        row_of = {passage_id: row for row, passage_id in enumerate(found)}
        return rows[np.array([row_of[passage_id] for passage_id in ids], dtype=np.intp)]

    def articles(self, numbers: Iterable[int]) -> dict[int, StoredArticle]:
        return reading.articles(self._db, numbers)

    def article(self, article_id: str) -> StoredArticle | None:
        return reading.article(self._db, article_id)

    def newest(self, k: int) -> list[StoredArticle]:
        return reading.newest(self._db, k)

    def copies(self, numbers: Iterable[int]) -> dict[int, tuple[int, ...]]:
        return reading.copies(self._db, numbers)

    def totals(self) -> Totals:
        return reading.totals(self._db)
