"""Helpers of the store tests: open stores, make articles and vectors, and search."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import numpy as np

from retrieval.datatypes import Article, Field, Filter, PartialDate, Span, Vector, Vectors
from retrieval.store.embedded import EmbeddedStore
from retrieval.store.protocol import ArticleRecord, Store
from retrieval.store.settings import DEFAULT_STORE_SETTINGS, StoreSettings
from retrieval.vietnamese.tokens import ANALYZER_VERSION, document_terms
from tests.retrieval.sample_articles import MANIFEST, RICE, hashed, record

LONG = replace(RICE, body=RICE.body + "\nTheo hiệp hội lương thực, hợp đồng của quý sau đã được ký từ tháng trước.")
COPY = replace(LONG, id="gao-2", body=LONG.body.replace("tuần qua", "tuần trước"))
WORDS = tuple(
    "nước lũ gạo cầu xe giá tăng giảm trận đội hoà hòa tỉnh xã công an bão số một hai ba tháng bốn năm".split()
)


def embedded(folder: Path, settings: StoreSettings = DEFAULT_STORE_SETTINGS) -> EmbeddedStore:
    return EmbeddedStore.create(folder / "index", MANIFEST, document_terms, ANALYZER_VERSION, settings)


def fill(store: Store, *articles: Article) -> None:
    store.commit([record(article) for article in articles], [])


def article_ids_of(store: Store, passage_ids: list[int]) -> list[str]:
    with store.snapshot() as snapshot:
        passages = snapshot.passages(passage_ids)
    return [passages[passage_id][0].article_id for passage_id in passage_ids]


def dense_ids(store: Store, text: str, k: int = 100, where: Filter | None = None) -> list[int]:
    if isinstance(store, EmbeddedStore):
        store.refresh()
    with store.snapshot() as snapshot:
        return [passage_id for passage_id, _ in snapshot.dense(hashed([text])[0], k, where)]


def lexical_articles(store: Store, text: str, field: Field = "exact", where: Filter | None = None) -> list[str]:
    if isinstance(store, EmbeddedStore):
        store.refresh()
    with store.snapshot() as snapshot:
        numbers = [number for number, _ in snapshot.lexical_articles(field, document_terms(text)[field], 10, where)]
        articles = snapshot.articles(numbers)
    return [articles[number].article.id for number in numbers]


def nearest_ids(store: EmbeddedStore, vector: Vector, k: int) -> list[int]:
    store.refresh()
    with store.snapshot() as snapshot:
        return [key for key, _ in snapshot.dense(vector, k)]


def copies_of(store: Store, article_id: str) -> list[str]:
    with store.snapshot() as snapshot:
        stored = snapshot.article(article_id)
        assert stored is not None
        numbers = snapshot.copies([stored.number]).get(stored.number, ())
        return [one.article.id for one in snapshot.articles(numbers).values()]


def random_article(rng: random.Random, article_id: str) -> Article:
    lines = [" ".join(rng.choices(WORDS, k=rng.randint(1, 60))) for _ in range(rng.randint(1, 6))]
    date = rng.choice([None, PartialDate(2024, rng.randint(1, 12)), PartialDate(2023, 5, rng.randint(1, 28))])
    title = " ".join(rng.choices(WORDS, k=4))
    return Article(article_id, title, "\n".join(lines), date, rng.choice([None, "A", "B"]))


def record_with_vectors(rows: Vectors) -> ArticleRecord:
    """Returns a record with these vectors, whose article has one letter per passage."""
    article = Article("a", "A", "x" * len(rows))
    spans = tuple(Span(n, n + 1) for n in range(len(rows)))
    return replace(record(article), passages=spans, vectors=rows)


def clustered(rng: np.random.Generator, count: int) -> Vectors:
    """Returns unit vectors clustered around a common one, like an encoder's; shape (count, dim)."""
    rows = rng.standard_normal((1, MANIFEST.dim)) + 0.2 * rng.standard_normal((count, MANIFEST.dim))
    unit: Vectors = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return unit


def exact_best(rows: Vectors, query: Vector, k: int) -> list[int]:
    """Returns the k rows of highest inner product with a query, rounded to float16 as stored."""
    order = np.argsort(-(rows.astype(np.float16).astype(np.float32) @ query), kind="stable")
    return [int(place) for place in order[:k]]
