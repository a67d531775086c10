"""Lists: quotes several things or events of a kind, of one article that names them or one sentence each of several."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from retrieval.answering.answers import Assessment, assess, decide
from retrieval.answering.events import mean_vectors, one_an_event
from retrieval.answering.quotes import quote_of, sentences_of, with_next
from retrieval.config import SearchSettings
from retrieval.datatypes import Answer, Quote
from retrieval.question import Question
from retrieval.search import SHARE, CoverageIndex, Ranking, SearchContext, TokenizedTexts
from retrieval.store import Snapshot, StoredArticle
from retrieval.vietnamese import fold

MAX_LISTED = 5
"""Most quotes of a list."""

MIN_LIST_CONFIDENCE = 0.3
"""Least confidence in a list of one article: its parts each answer less than a whole answer does."""

MIN_LEAD_COVER = 0.6
"""Least share of a question's words that the beginning of an article about one of several events holds."""

MIN_EVENTS = 2
"""Least number of events that make a list."""

SAME_EVENT_COSINE = 0.94
"""Cosine of two articles' mean vectors, in the bundled model, from which both are about one event of a kind."""

EVENT_LEAD_SENTENCES = 6
"""Sentences at the beginning of an article, one of which tells what happened."""

MAX_EVENT_CHARS = 400
"""Length in characters up to which the sentence after it is quoted with an event's sentence."""

_LEAD_COVER = "lead_cover"
_EVENTS = re.compile(
    r"\b(?:mấy|các|những|có|kể|liệt kê) (?:\S+ ){0,2}(?:vụ|tai nạn|trường hợp)\b|\bvụ (?:\S+ ){1,3}nào\b"
)
"""Words that ask for events, each of which has articles of its own."""


def list_answer(
    context: SearchContext, question: Question, ranking: Ranking, assessment: Assessment, *, is_supported: bool
) -> Answer:
    """Answers a question for a list, or abstains.

    Events are quoted from an article each, other items where they stand, mostly in one article.

    Args:
        context: the snapshot with its models.
        question: the question.
        ranking: its ranking.
        assessment: the assessment of that.
        is_supported: whether the articles hold what the question takes over from the turn before.
    """
    models, snapshot = context.models, context.snapshot
    if not is_supported or question.is_blank:
        return decide(snapshot, question, Assessment(), models.threshold)
    if _EVENTS.search(fold(question.stated)) and len(events := _events(snapshot, question, ranking)) >= MIN_EVENTS:
        return _given(question, assessment, tuple(_event_quote(question, stored) for stored in events))
    if assessment.is_sure(min(MIN_LIST_CONFIDENCE, models.threshold)):
        full = assess(snapshot, question, ranking, models, max_quotes=MAX_LISTED, settings=context.settings)
        answer = _given(question, full, full.quotes)
        return replace(answer, is_sure=full.confidence >= models.sure_threshold)
    return decide(snapshot, question, assessment, models.threshold)


def for_lists(settings: SearchSettings) -> SearchSettings:
    """Returns settings under which a request is read although it has no question word, and in more articles."""
    reading = replace(settings.reading, passages=(2, *[1] * 8), statement_syllables=settings.max_question_chars)
    return replace(settings, reading=reading)


def _given(question: Question, assessment: Assessment, quotes: tuple[Quote, ...]) -> Answer:
    return Answer(
        question=question.typed,
        quotes=quotes,
        confidence=assessment.confidence,
        is_sure=False,
        period=question.period,
        read_as=question.read_as,
        rewriting=question.rewriting,
        turn=question.turn,
        act=question.act,
    )


def _events(snapshot: Snapshot, question: Question, ranking: Ranking) -> list[StoredArticle]:
    """Finds the articles that begin with an event of the kind that is asked for, the likeliest of each event."""
    told = [hit for hit in ranking.hits if SHARE in hit.signals and hit.signals[_LEAD_COVER] >= MIN_LEAD_COVER]
    keys = dict.fromkeys(hit.passage.article_id for hit in told)
    found = [stored for key in keys if (stored := snapshot.article(key)) is not None and sentences_of(stored)]
    return _of_different_events(snapshot, one_an_event(snapshot, found))[:MAX_LISTED]


def _of_different_events(snapshot: Snapshot, found: Sequence[StoredArticle]) -> list[StoredArticle]:
    """Keeps the first of the articles whose mean vectors are so near that they are about one event."""
    if not found:
        return []
    vectors = mean_vectors(snapshot, found)
    near = vectors @ vectors.T >= SAME_EVENT_COSINE
    kept: list[int] = []
    for place in range(len(found)):
        if not near[place, kept].any():
            kept.append(place)
    return [found[place] for place in kept]


def _event_quote(question: Question, stored: StoredArticle) -> Quote:
    """Quotes the sentence of an article's beginning that holds most of the question, and the next if that is short."""
    spans = sentences_of(stored)[:EVENT_LEAD_SENTENCES]
    index = CoverageIndex.of(question.weights)
    texts = TokenizedTexts.of(span.of(stored.article.body) for span in spans)
    best = spans[int(np.argmax(index.coverage(index.held(texts)).syllables))]
    return quote_of(stored, with_next(stored, best, MAX_EVENT_CHARS), best)
