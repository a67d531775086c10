"""Retrieval: encodes a question, and ranks passages from one snapshot of an index."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from retrieval.config import DEFAULT_SETTINGS, SearchSettings
from retrieval.datatypes import Field, Filter, Period, Vector
from retrieval.encoder import Encoder
from retrieval.question import Question, Statistics, at_any_time
from retrieval.reading import Reader, Reading
from retrieval.runtime import Pending, run_in_spare_thread, timed_stage
from retrieval.search.hybrid_search import Ranking, rank
from retrieval.search.models import FittedModels
from retrieval.search.rereading import reread
from retrieval.search.timeliness import is_of
from retrieval.store import Snapshot


@dataclass(frozen=True, slots=True)
class SearchContext:
    """Holds one snapshot of an index, and all that search and answering need to read it."""

    snapshot: Snapshot
    encoder: Encoder
    """The encoder that the snapshot was built with."""
    statistics: Statistics
    models: FittedModels
    settings: SearchSettings = DEFAULT_SETTINGS
    reader: Reader | None = None
    """Reads the best passages; None to answer without reading."""
    unread_models: FittedModels | None = None
    """The models that were fitted without a reader, for texts that are not read; None to take `models`."""


def encode(encoder: Encoder, question: Question) -> Pending[Vector]:
    """Starts encoding a question; returns a function that waits for its vector.

    The vector has shape (dim,) and unit length.
    """
    # An encoder reads words in capitals letter by letter; a question all in capitals is encoded in lower case.
    text = question.text.lower() if question.text.isupper() else question.text

    def encode_now() -> Vector:
        vector: Vector = encoder.encode_queries([text])[0]
        return vector

    encoded = run_in_spare_thread(encode_now)

    def vector() -> Vector:
        with timed_stage("encode"):  # counts the time spent waiting
            return encoded()

    return vector


def retrieve(
    context: SearchContext,
    question: Question,
    *,
    k: int,
    where: Filter | None = None,
    without: Collection[str] = (),
    readings: Mapping[int, Reading] | None = None,
) -> tuple[Question, Ranking]:
    """Ranks passages for a question by hybrid search, and has the best of them read.

    The question's period is `kept` only if the best article is of it; its words are searched for where no article was
    published in it.

    Args:
        context: the snapshot with its encoder and models.
        question: the question.
        k: the number of hits; more if the reranked articles have more passages.
        where: which articles may be found; None for all.
        without: ids of articles that are excluded with their near-duplicates.
        readings: known readings of the question, by passage id.

    Returns:
        (the question as finally searched for, its ranking).
    """
    excluded = _with_near_duplicates(context.snapshot, without)
    if question.period and not _has_articles_of(context, question, question.period, where):
        question = at_any_time(question, context.statistics, context.settings)
    ranking = read(context, question, _ranked(context, question, k, where, excluded), readings)
    return _with_kept_period(context.snapshot, question, ranking), ranking


def _has_articles_of(context: SearchContext, question: Question, period: Period, where: Filter | None) -> bool:
    """Tells whether an article with a word of the question was published in a period."""
    field: Field = "exact" if question.toned else "plain"
    days = Filter(period.since, period.until, where.source if where else None)
    return bool(context.snapshot.lexical_articles(field, question.terms[field], 1, days))


def _with_kept_period(snapshot: Snapshot, question: Question, ranking: Ranking) -> Question:
    """Marks whether the best article is of the question's period."""
    period = question.period
    if period is None:
        return question
    best = snapshot.article(ranking.hits[0].passage.article_id) if ranking.hits else None
    kept = best is not None and is_of(best.article, period)
    return replace(question, period=replace(period, kept=kept))


def read(
    context: SearchContext, question: Question, ranking: Ranking, readings: Mapping[int, Reading] | None = None
) -> Ranking:
    """Has the best passages of a ranking read, and ranks anew by that; without a reader, returns the ranking.

    A text that states, such as a headline, has no answer that could be read: its ranking stays as it is.

    Args:
        context: the snapshot, the reader and the models.
        question: the question.
        ranking: the ranking.
        readings: known readings of the question, by passage id.
    """
    states = not question.asks and question.syllables >= context.settings.reading.statement_syllables
    if context.reader is None or context.models.reading is None or question.is_blank or states:
        return ranking
    return reread(
        context.snapshot, question, ranking, context.reader, context.models.reading, context.settings, readings
    )


def _with_near_duplicates(snapshot: Snapshot, article_ids: Collection[str]) -> set[int]:
    """Returns the numbers of articles and of their near-duplicates."""
    numbers = {stored.number for key in article_ids if (stored := snapshot.article(key))}
    return numbers.union(*snapshot.copies(numbers).values())


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
