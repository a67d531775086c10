"""Inside: answers a follow-up from the articles that the turn before was answered with.

Inside one article the fitted confidence means nothing: it tells how far an article stands out. Whether a passage
answers is told by the reader, which reads both the follow-up as typed and its reading together with the turn before.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from retrieval.answering.answers import ALWAYS, assess, decide
from retrieval.answering.premise import missing_premises
from retrieval.datatypes import Answer, PreviousTurn
from retrieval.question import Question
from retrieval.reading import Reading
from retrieval.search import SearchContext, encode, rank_within_article, read
from retrieval.store import StoredArticle
from retrieval.vietnamese import fold, toneless

MOST_ARTICLES = 2
"""Most articles of the turn before that are looked into."""

MOST_PASSAGES = 6
"""Most passages of an article that are read."""

MIN_ANSWER_SCORE = 0.0
"""Least mean score of the likeliest answer over both readings: an answer is likelier than none."""

_ABOUT_ANSWER = re.compile(
    r"(?:co )?(?:chac|that|dung|chinh xac)(?: chan| vay| su)? (?:khong|ko|k|chua|a|ha)(?: do| vay| the| a)*"
    r"|(?:theo |tu |lay )?(?:nguon|bao) (?:nao|dau)(?: noi| dua| vay| the| do| ra)*|ai (?:noi|bao)(?: vay| the)?"
    r"|(?:noi|ke|cho biet)?\s*(?:ro|ky|them|chi tiet|cu the)(?: hon| them)?(?: di| nua| xem| duoc khong| nhe| a)*"
    r"|con gi (?:nua|khac)(?: khong| ko)?"
)
"""Messages that ask again for what was answered: whether it is sure, who says so, more of it."""


def answer_inside(
    context: SearchContext, questions: Sequence[Question], after: PreviousTurn, max_quotes: int | None
) -> Answer | None:
    """Answers a follow-up from an article that was quoted before; None if none of them surely answers.

    Args:
        context: the snapshot with its reader and models.
        questions: the readings of the follow-up, the likeliest first.
        after: the turn before.
        max_quotes: most quotes; `settings.max_quotes` if None.
    """
    leaning = next((one for one in questions if one.leans_on), None)
    if leaning is None or context.reader is None or context.models.reading is None:
        return None
    if leaning.period or (leaning.leans_on and leaning.leans_on.is_substitution):
        return None  # another day or another thing is asked for, which other articles tell of
    alone = next((one for one in questions if one.leans_on is None), leaning)
    for article_id in after.articles[:MOST_ARTICLES]:
        stored = context.snapshot.article(article_id)
        if stored and (found := _answer_within(context, leaning, alone, stored, max_quotes)):
            return found
    return None


def asks_about_answer(text: str) -> bool:
    """Tells whether a message asks again for what was answered: "chắc không?", "nguồn nào?", "nói rõ hơn"."""
    return _ABOUT_ANSWER.fullmatch(" ".join(re.findall(r"\w+", toneless(fold(text))))) is not None


def _answer_within(
    context: SearchContext, leaning: Question, alone: Question, stored: StoredArticle, max_quotes: int | None
) -> Answer | None:
    if missing_premises(alone, stored.article):
        return None
    settings = replace(context.settings, reading=replace(context.settings.reading, passages=(MOST_PASSAGES,)))
    context = replace(context, settings=settings)
    vector = encode(context.encoder, leaning)
    ranking = rank_within_article(context.snapshot, leaning, vector, stored.number, context.models, settings)
    readings = _mean(*(read(context, one, ranking).readings for one in (leaning, alone)))
    score = max((one.answer_score for one in readings.values()), default=-math.inf)
    if score < MIN_ANSWER_SCORE and not asks_about_answer(alone.typed):
        return None
    ranking = read(context, leaning, ranking, readings)
    assessment = assess(context.snapshot, leaning, ranking, context.models, max_quotes=max_quotes, settings=settings)
    if assessment.missing:
        return None
    assessment = replace(assessment, confidence=_confidence(score, context.models.threshold))
    return decide(context.snapshot, leaning, assessment, ALWAYS, context.models.sure_threshold)


def _mean(some: Mapping[int, Reading], others: Mapping[int, Reading]) -> dict[int, Reading]:
    """Averages the readings of passages that were read twice; the answer is that of the higher score."""
    return {
        passage_id: replace(
            max(one, others[passage_id], key=lambda reading: reading.answer_score),
            answerable=(one.answerable + others[passage_id].answerable) / 2,
            answer_score=(one.answer_score + others[passage_id].answer_score) / 2,
            first=(one.first + others[passage_id].first) / 2,
            last=(one.last + others[passage_id].last) / 2,
        )
        for passage_id, one in some.items()
        if passage_id in others
    }


def _confidence(score: float, threshold: float) -> float:
    """Returns a probability that reaches the threshold where the score reaches its own."""
    return 1 / (1 + math.exp(MIN_ANSWER_SCORE - score) * (1 - threshold) / threshold)
