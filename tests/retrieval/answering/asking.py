"""Asks a message over articles made by hand, with an encoder without a model and without a reader."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from retrieval.answering import answer_turn
from retrieval.config import DEFAULT_SETTINGS, SearchSettings
from retrieval.corpus.chunking import chunk
from retrieval.corpus.near_duplicates import minhash_signature
from retrieval.datatypes import Answer, Article, PreviousTurn
from retrieval.question import understand
from retrieval.search import FittedModels, LinearModel, SearchContext
from retrieval.store.protocol import ArticleRecord
from retrieval.vietnamese.sentences import split_sentences
from retrieval.vietnamese.tokens import document_terms
from tests.retrieval.questions import statistics_of
from tests.retrieval.sample_articles import MANIFEST, HashingEncoder, hashed
from tests.retrieval.store.memory_store import MemoryStore

ENCODER = HashingEncoder()
TODAY = dt.date(2024, 3, 6)
MODELS = FittedModels.load(reading=False)
CONFIDENT = replace(MODELS, confidence=LinearModel({}, intercept=5.0))
"""Models that are sure of every quote: vectors of hashes say too little of what is meant."""


def stored(article: Article) -> ArticleRecord:
    found = tuple(split_sentences(article.body))
    spans = tuple(chunk(article.body, found, ENCODER.count_tokens, target_tokens=40, max_tokens=60))
    vectors = hashed([span.of(article.body) for span in spans])
    return ArticleRecord(article, b"", "file", "file", found, spans, vectors, minhash_signature(article.body))


def reply(
    message: str,
    *articles: Article,
    after: PreviousTurn | None = None,
    any_time: bool = False,
    models: FittedModels = MODELS,
    settings: SearchSettings = DEFAULT_SETTINGS,
) -> Answer:
    store = MemoryStore(MANIFEST, document_terms)
    store.commit([stored(article) for article in articles], [])
    with store.snapshot() as snapshot:
        statistics = statistics_of(snapshot)
        context = SearchContext(snapshot, ENCODER, statistics, models, settings)
        return answer_turn(context, understand(message, statistics, today=TODAY, after=after, any_time=any_time))
