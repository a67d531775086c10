"""Asks one judged question and keeps the result: ranked articles, quotes, confidence and latency.

Every other module of the evaluation, and the training, rank and answer through this one.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from retrieval.answering import AssessedQuestion
from retrieval.datatypes import Hit, Period, Quote
from retrieval.evaluation.question_sets import JudgedQuestion
from retrieval.reading import Reading
from retrieval.search import SIGNALS, FittedModels, Ranking
from retrieval.service import QuestionAnswering

RANKED_PASSAGES = 100
"""Best passages of a question that the ranking of its articles is made from."""

ALL_PASSAGES = 10_000
"""A number above that of the passages that are ever fused for a question."""

SIGNAL_DEPTH = 10
"""Articles kept of the ranking by one signal alone, which is measured by nDCG@10."""


@dataclass(frozen=True, slots=True)
class QuestionResult:
    """The result of asking one judged question."""

    question: JudgedQuestion
    ranking: tuple[tuple[str, float], ...]
    """Article ids with their scores, best first."""
    quotes: tuple[Quote, ...]
    """The quotes, best first, also where the confidence is too low to give them."""
    confidence: float
    """Estimated probability that the first quote answers, 0 to 1."""
    answered: bool
    """Whether the quotes were given: the confidence reached the threshold, and no premise is lacking."""
    seconds: float
    lacks_premise: bool = False
    """Whether the first quote's article lacks names or numbers of the question, so that it is no answer."""
    was_read: bool = False
    """Whether a reader read passages for the question."""
    confidence_features: Mapping[str, float] = field(default_factory=dict)
    """The confidence model's features; empty where nothing was found."""
    sentences: tuple[tuple[str, Mapping[str, float]], ...] = ()
    """The first quote's sentences, each with the features of the answer-sentence model."""
    period: Period | None = None
    """The period that the question asks about."""
    best_hit: Hit | None = None
    best_relevant_hit: Hit | None = None
    """The best hit of a relevant article; None where no candidate is relevant."""
    rankings_by_signal: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """By signal, the articles that rank best by this signal alone, with their scores."""


@dataclass(frozen=True, slots=True)
class QuestionSetResult:
    """The results of a question set, with its measures by name.

    Measures are in percent, or in milliseconds where the name says so.
    """

    name: str
    questions: tuple[QuestionResult, ...]
    measures: Mapping[str, float]


def ask_question(
    qa: QuestionAnswering,
    question: JudgedQuestion,
    models: FittedModels | None = None,
    without: Collection[str] = (),
    readings: Mapping[int, Reading] | None = None,
) -> QuestionResult:
    """Asks a question and times it.

    Args:
        qa: the opened index.
        question: the question; the index is asked as on its day.
        models: fitted models to rank and answer with; those that ship if None. The threshold is always the shipped one.
        without: ids of articles that are not found, nor are their near-duplicates, as if the corpus lacked them.
        readings: known readings of the question, by passage id.
    """
    start = time.perf_counter()
    assessed = _assess(qa, question, models, without, readings)
    seconds = time.perf_counter() - start
    hits, assessment = assessed.ranking.hits, assessed.assessment
    return QuestionResult(
        question=question,
        ranking=rank_articles(hits[:RANKED_PASSAGES]),
        quotes=assessment.quotes,
        confidence=assessment.confidence,
        answered=assessed.is_answered(qa.threshold),
        seconds=seconds,
        lacks_premise=bool(assessment.missing),
        was_read=bool(assessed.ranking.readings),
        confidence_features=assessment.evidence,
        sentences=assessment.sentences,
        period=assessed.question.period,
        best_hit=hits[0] if hits else None,
        best_relevant_hit=next((hit for hit in hits if hit.passage.article_id in question.relevant), None),
        rankings_by_signal={signal: _rank_by_signal(signal, hits) for signal in SIGNALS},
    )


def rank_passages(qa: QuestionAnswering, question: JudgedQuestion, models: FittedModels | None = None) -> Ranking:
    """Returns all candidate passages of a question, best first.

    The arguments are those of `ask_question`.
    """
    return _assess(qa, question, models).ranking


def _assess(
    qa: QuestionAnswering,
    question: JudgedQuestion,
    models: FittedModels | None,
    without: Collection[str] = (),
    readings: Mapping[int, Reading] | None = None,
) -> AssessedQuestion:
    return qa.assess(
        question.text, k=ALL_PASSAGES, today=question.today, models=models, without=without, readings=readings
    )


def rank_articles(hits: Sequence[Hit]) -> tuple[tuple[str, float], ...]:
    """Ranks articles by the score of their best passage, best first."""
    scores: dict[str, float] = {}
    for hit in hits:
        scores.setdefault(hit.passage.article_id, hit.score)
    return tuple(scores.items())


def _rank_by_signal(signal: str, hits: Sequence[Hit]) -> dict[str, float]:
    scores: dict[str, float] = {}
    for hit in sorted(hits, key=lambda hit: (-hit.signals[signal], hit.passage.id)):
        scores.setdefault(hit.passage.article_id, hit.signals[signal])
        if len(scores) == SIGNAL_DEPTH:
            break
    return scores
