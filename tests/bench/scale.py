"""Generates indexes that are too large to encode, by resampling an index that was synced.

A generated passage has the text of a passage of that index; its vector is moved by a part of the difference of two
other vectors. So generated vectors are distributed as those of the encoder are, and have neighbours as they have.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.corpus.near_duplicates import minhash_signature
from retrieval.datatypes import Article, PartialDate, Sentence, Span, Vectors
from retrieval.indexing.opening import create_store, open_store
from retrieval.indexing.sync_plan import fingerprint
from retrieval.store.folder import writer_lock
from retrieval.store.protocol import ArticleRecord
from tests.bench.texts import MONTHS, SOURCES

MOVED = 0.7
"""Factor of the difference: with it two copies of a passage are as similar as two passages of one article."""

PASSAGES_EACH, COMMITTED_AT_ONCE = 8, 500

EXACT = "exact.f16"
"""Name of the file next to the index that holds every vector, float16, in order of passage ids from 1."""


@dataclass(frozen=True)
class _Drawn:
    """The synced index that is resampled; row i of `vectors` is the vector of `texts[i]`."""

    titles: Sequence[str]
    texts: Sequence[str]
    vectors: Vectors


def fill(source: str, index: str, passages: int) -> dict[str, Any]:
    """Builds an index of generated passages, committed as a sync commits, without encoding."""
    drawn = _drawn(Path(source))
    with open_store(Path(source)) as one:
        manifest = replace(one.manifest, paths=())
    rng = np.random.default_rng(passages)
    start = time.perf_counter()
    exact = np.memmap(Path(index).with_name(EXACT), np.float16, "w+", shape=(passages, manifest.dim))
    with create_store(Path(index), manifest) as store, writer_lock(Path(index)):
        done = 0
        batch: list[ArticleRecord] = []
        for record in _records(drawn, passages, rng):
            exact[done : done + len(record.passages)] = record.vectors
            done += len(record.passages)
            batch.append(record)
            if len(batch) == COMMITTED_AT_ONCE or done == passages:
                store.commit(batch, [])
                batch = []
        store.save_caches()
        store.pack(lambda *_: None)
    exact.flush()
    return {"passages": passages, "wall_s": time.perf_counter() - start}


def dense(index: str, questions: Sequence[str], k: int = 100) -> dict[str, Any]:
    """Measures dense search: seconds a question, and recall@k of the exact nearest passages."""
    from retrieval.encoder import open_encoder

    vectors = open_encoder(None).encode_queries(questions)
    exact = exact_best(Path(index).with_name(EXACT), vectors, k)
    seconds, recalls = [], []
    with open_store(Path(index)) as store:
        store.refresh()
        for vector, wanted in zip(vectors, exact, strict=True):
            with store.snapshot() as snapshot:
                start = time.perf_counter()
                found = snapshot.dense(vector, k)
                seconds.append(time.perf_counter() - start)
            recalls.append(len(wanted & {key for key, _ in found}) / k)
    return {"dense_s": seconds, "recall": sum(recalls) / len(recalls)}


def touch(index: str) -> dict[str, Any]:
    """Measures an added and a deleted article, committed by a writer while a reader is open."""
    article = Article("added", "Chợ hoa xuân", "Chợ hoa xuân mở cửa sớm.", PartialDate(2017, 12), "Báo 3")
    with open_store(Path(index)) as reader:
        reader.refresh()
        dim = reader.manifest.dim
        row = np.full((1, dim), dim**-0.5, np.float32)
        spans = (Span(0, len(article.body)),)
        record = _record(article, spans, row)
        start = time.perf_counter()
        with open_store(Path(index)) as writer, writer_lock(Path(index)):
            opened = time.perf_counter()
            writer.commit([record], [])
            committed = time.perf_counter()
            reader.refresh()
            with reader.snapshot() as snapshot:
                [(key, _)] = snapshot.dense(row[0], 1)
                found = snapshot.passages([key])[key][0].article_id == article.id
            seen = time.perf_counter()
            writer.save_caches()
            saved = time.perf_counter()
            writer.commit([], [article.id])
            writer.save_caches()
    return {
        "open_s": opened - start,
        "commit_s": committed - opened,
        "seen_s": seen - committed,
        "save_s": saved - seen,
        "delete_s": time.perf_counter() - saved,
        "found": found,
    }


def _drawn(index: Path) -> _Drawn:
    titles, texts, rows = [], [], []
    with open_store(index) as store, store.snapshot() as snapshot:
        for stored in store.stored():
            ids = snapshot.passages_of([stored.number]).get(stored.number, ())
            titles.append(stored.article.title)
            texts += [stored.article.body[p.start : p.end] for p, _ in snapshot.passages(ids).values()]
            rows.append(snapshot.vectors(ids))
    return _Drawn(titles, texts, np.concatenate(rows))


def _records(drawn: _Drawn, passages: int, rng: np.random.Generator) -> Iterator[ArticleRecord]:
    for number, first in enumerate(range(0, passages, PASSAGES_EACH)):
        count = min(PASSAGES_EACH, passages - first)
        own, one, other = rng.integers(len(drawn.texts), size=(3, count))
        rows = drawn.vectors[own] + np.float32(MOVED) * (drawn.vectors[one] - drawn.vectors[other])
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        texts = [drawn.texts[at] for at in own]
        ends = np.cumsum([len(text) + 1 for text in texts]).tolist()
        spans = tuple(Span(end - 1 - len(text), end - 1) for text, end in zip(texts, ends, strict=True))
        title = drawn.titles[number % len(drawn.titles)]
        date, source = PartialDate(2017, number % MONTHS + 1), f"Báo {number % SOURCES}"
        yield _record(Article(f"generated-{number}", title, "\n".join(texts), date, source), spans, rows)


def _record(article: Article, spans: tuple[Span, ...], rows: Vectors) -> ArticleRecord:
    sentences = tuple(Sentence(span.start, span.end) for span in spans)
    return ArticleRecord(
        article, fingerprint(article), "generated", "generated", sentences, spans, rows, minhash_signature(article.body)
    )


def exact_best(path: Path, queries: Vectors, k: int) -> list[set[int]]:
    """Returns the ids of the k rows of highest inner product with each query, by brute force."""
    rows: NDArray[np.float16] = np.memmap(path, np.float16, "r").reshape(-1, queries.shape[1])
    scores = np.empty((len(queries), 0), np.float32)
    ids = np.empty((len(queries), 0), np.int64)
    for start in range(0, len(rows), 50_000):
        block = queries @ rows[start : start + 50_000].astype(np.float32).T
        scores = np.concatenate([scores, block], axis=1)
        ids = np.concatenate([ids, np.broadcast_to(np.arange(start, start + block.shape[1]) + 1, block.shape)], axis=1)
        best = np.argsort(-scores, axis=1, kind="stable")[:, :k]
        scores, ids = np.take_along_axis(scores, best, 1), np.take_along_axis(ids, best, 1)
    return [set(row.tolist()) for row in ids]
