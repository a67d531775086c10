"""Retrieves the passages of a question from one state of an index."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from retrieval.concurrency import Pending, run_in_spare_thread
from retrieval.config import DEFAULT_SETTINGS, SearchSettings
from retrieval.datatypes import Filter, Vector
from retrieval.encoder import Encoder
from retrieval.question import Question, Statistics, at_any_time
from retrieval.search.hybrid_search import Ranking, rank
from retrieval.search.models import FittedModels
from retrieval.store import Snapshot
from retrieval.timing import timed_stage


@dataclass(frozen=True, slots=True)
class SearchContext:
    """One state of an index, and all that questions are searched and answered with in it."""

    snapshot: Snapshot
    encoder: Encoder
    """The one that the snapshot was built with."""
    statistics: Statistics
    models: FittedModels
    settings: SearchSettings = DEFAULT_SETTINGS


def encode(encoder: Encoder, question: Question) -> Pending[Vector]:
    """Begins to encode a question; the vector that is waited for has shape (dim,) and unit length."""
    # An encoder reads capitals letter by letter; a question shouted means what it means in small letters.
    text = question.text.lower() if question.text.isupper() else question.text

    def encode_now() -> Vector:
        vector: Vector = encoder.encode_queries([text])[0]
        return vector

    encoded = run_in_spare_thread(encode_now)

    def vector() -> Vector:
        with timed_stage("encode"):  # counts how long it is waited for
            return encoded()

    return vector


def retrieve(
    context: SearchContext,
    question: Question,
    *,
    k: int,
    where: Filter | None = None,
    without: Collection[int] = (),
) -> tuple[Question, Ranking]:
    """Ranks passages for a question; where its period leaves nothing, articles of any time are searched.

    Args:
        context: what is searched.
        question: what is asked.
        k: how many hits; there are more where the reranked articles have more passages.
        where: which articles may be found.
        without: numbers of articles that are passed over.

    Returns:
        The question as it was searched for in the end, and its hits.
    """
    ranking = _ranked(context, question, k, where, without)
    if not ranking.hits and question.period and question.period.kept:
        question = at_any_time(question, context.statistics, context.settings)
        ranking = _ranked(context, question, k, where, without)
    return question, ranking


def _ranked(
    context: SearchContext, question: Question, k: int, where: Filter | None, without: Collection[int]
) -> Ranking:
    vector = encode(context.encoder, question)
    return rank(
        context.snapshot,
        question,
        vector,
        context.models,
        k=k,
        where=where,
        without=without,
        settings=context.settings,
    )
