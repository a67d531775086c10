"""Chunks, encodes and commits articles batch by batch, each step in a thread of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import TypeVar

import numpy as np

from retrieval.corpus import chunk, minhash_signature
from retrieval.datatypes import Article, Sentence, SourcedArticle, Span, Vectors
from retrieval.encoder import Encoder
from retrieval.indexing.article_spool import ArticleSpool
from retrieval.indexing.progress import Progress
from retrieval.indexing.sync_plan import fingerprint
from retrieval.runtime import timed_stage
from retrieval.store import ArticleRecord, Store
from retrieval.vietnamese import event_date, split_sentences

EncodedPassages = tuple[tuple[Sentence, ...], tuple[Span, ...], Vectors]
"""(sentences, spans of passages, their vectors) of an article."""

ReuseEncoded = Callable[[Article], EncodedPassages | None]
"""Returns sentences, passages and vectors of an article if they are known already, else None."""

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class _ChunkedArticle:
    """An article that is ready to be stored, except for its vectors unless they are reused."""

    record: ArticleRecord
    encoded: bool

    @property
    def passage_inputs(self) -> list[str]:
        """The texts that are still to be encoded."""
        return [] if self.encoded else [passage_input(self.record.article, span) for span in self.record.passages]


def passage_input(article: Article, span: Span) -> str:
    """Returns the text that is encoded for a passage: title and date, then the passage."""
    date = f" ({article.published.vietnamese})" if article.published else ""
    return f"{article.title}{date}\n{span.of(article.body)}"


def encode_and_commit(
    articles: ArticleSpool,
    store: Store,
    encoder: Encoder,
    progress: Progress,
    reuse: ReuseEncoded,
    commit_passages: int,
) -> int:
    """Stores articles and returns how many passages were encoded.

    Articles are committed together once they have `commit_passages` passages.
    While one batch is encoded, a thread chunks the next one and another commits the one before.
    """
    progress("indexing", 0, len(articles))
    done = encoded = 0
    with ThreadPoolExecutor(2) as threads:
        committing: Future[int] | None = None
        for batch in _read_ahead(_batches(articles, encoder, reuse, commit_passages), threads):
            records, count = _encode(batch, encoder)
            encoded += count
            if committing is not None:
                committing.result()
                progress("indexing", done, len(articles))
            committing = _submit(threads, store.commit, records, [])
            done += len(batch)
        if committing is not None:
            committing.result()
    progress("indexing", done, len(articles))
    return encoded


def _submit(threads: Executor, call: Callable[..., _Result], *args: object) -> Future[_Result]:
    """Calls a function in a thread, in a copy of the context, which measures its time."""
    return threads.submit(copy_context().run, call, *args)


def _read_ahead(items: Iterator[_Result], threads: Executor) -> Iterator[_Result]:
    """Returns the same items; a thread makes each while the one before is in use."""
    coming = _submit(threads, next, items, None)
    while (item := coming.result()) is not None:
        coming = _submit(threads, next, items, None)
        yield item


def _batches(
    articles: Iterable[SourcedArticle], encoder: Encoder, reuse: ReuseEncoded, passages: int
) -> Iterator[list[_ChunkedArticle]]:
    batch: list[_ChunkedArticle] = []
    for item in articles:
        batch.append(_chunk_article(item, encoder, reuse))
        if sum(len(chunked.record.passages) for chunked in batch) >= passages:
            yield batch
            batch = []
    if batch:
        yield batch


@timed_stage("chunk")
def _chunk_article(item: SourcedArticle, encoder: Encoder, reuse: ReuseEncoded) -> _ChunkedArticle:
    article = item.article
    known = reuse(article)
    if known:
        sentences, passages, vectors = known
    else:
        sentences = tuple(split_sentences(article.body))
        passages = tuple(chunk(article.body, sentences, encoder.count_tokens))
        vectors = np.empty((0, encoder.dim), np.float32)
    record = ArticleRecord(
        replace(article, event=event_date(article.body, article.published)),
        fingerprint(article),
        item.origin,
        item.place,
        sentences,
        passages,
        vectors,
        minhash_signature(article.body),
    )
    return _ChunkedArticle(record, known is not None)


@timed_stage("encode")
def _encode(batch: Sequence[_ChunkedArticle], encoder: Encoder) -> tuple[list[ArticleRecord], int]:
    """Returns (records with vectors, number of passages that were encoded)."""
    inputs = [chunked.passage_inputs for chunked in batch]
    rows = encoder.encode_passages([text for texts in inputs for text in texts])
    ends = list(accumulate(len(texts) for texts in inputs))
    records = [
        chunked.record if chunked.encoded else replace(chunked.record, vectors=rows[end - len(texts) : end])
        for chunked, texts, end in zip(batch, inputs, ends, strict=True)
    ]
    return records, len(rows)
