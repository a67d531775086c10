"""Confidence: computes the features from which a model estimates that the first quote answers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from retrieval.answering.quotes import QuoteDraft
from retrieval.datatypes import Hit, Passage, Span
from retrieval.search import (
    ANSWER_SCORE,
    ANSWERABLE,
    ARTICLE_FEATURES,
    CONTRADICTED,
    IS_READ,
    QUESTION_LENGTH,
    SHARE,
    SHARE_OF_EVENT,
    SHARE_WITHIN,
    TELLING,
    Feature,
    FeatureTable,
    Model,
    compute_features,
    feature_names,
)
from retrieval.vietnamese import ANSWER_TYPES

_MAX_LOG_ODDS = 5.0
"""Clip of the log-odds of a softmax share; a single article always has share 1."""


@dataclass(frozen=True, slots=True)
class QuoteInputs:
    """Holds the inputs of the confidence features of a quote."""

    hit: Hit
    """The hit that the quote was drafted from, with its signals."""
    share_in_quote: float
    """Summed probability, within the article, of the passages that the quote holds; a part of a passage counts in
    proportion."""
    sentences: Sequence[Mapping[str, float]]
    """The answer-sentence features of the quote's sentences."""
    best_read: float
    """Highest log-odds, of all passages that were read, that one of them answers; 0 if none was read."""

    def best(self, name: str) -> float:
        """Returns the maximum of a feature over the quote's sentences."""
        return max(row[name] for row in self.sentences)

    def log_odds(self, signal: str) -> float:
        """Returns the log-odds of a softmax share, clipped to ±5."""
        share = self.hit.signals[signal]
        odds = math.log(max(share, 1e-9) / max(1 - share, 1e-9))
        return max(-_MAX_LOG_ODDS, min(_MAX_LOG_ODDS, odds))

    def read(self, signal: str) -> float:
        """Returns a signal of the hit's reading; 0 if it was not read."""
        return self.hit.signals.get(signal, 0.0)

    @property
    def statement_likeness(self) -> float:
        """Returns how far the question is a statement, 0 to 1."""
        return self.hit.signals[TELLING]


_CONFIDENCE = frozenset({Model.CONFIDENCE})

QUOTE_FEATURES: FeatureTable[QuoteInputs, float] = (
    Feature("share_in_quote", lambda q: q.share_in_quote, _CONFIDENCE),
    Feature("share_logit", lambda q: q.log_odds(SHARE), _CONFIDENCE),
    Feature("event_logit", lambda q: q.log_odds(SHARE_OF_EVENT), _CONFIDENCE),
    Feature("sentence_cover", lambda q: q.best("cover"), _CONFIDENCE),
    Feature("sentence_pairs", lambda q: q.best("pairs"), _CONFIDENCE),
    Feature("sentence_focus", lambda q: q.best("focus"), _CONFIDENCE),
    Feature(
        "sentence_fits",
        lambda q: max(sum(row[f"fits_{one}"] for one in ANSWER_TYPES) for row in q.sentences),
        _CONFIDENCE,
    ),
    Feature("read_answerable", lambda q: q.read(ANSWERABLE), _CONFIDENCE, needs_reader=True),
    Feature("read_answer_score", lambda q: q.read(ANSWER_SCORE), _CONFIDENCE, needs_reader=True),
    Feature("read_contradicted", lambda q: q.read(CONTRADICTED), _CONFIDENCE, needs_reader=True),
    Feature("read_best", lambda q: q.best_read, _CONFIDENCE, needs_reader=True),
    Feature(
        f"read_answerable {QUESTION_LENGTH}",
        lambda q: q.read(ANSWERABLE) * q.hit.signals[QUESTION_LENGTH],
        _CONFIDENCE,
        needs_reader=True,
    ),
    Feature("read_sentence", lambda q: q.best("read"), _CONFIDENCE, needs_reader=True),
    # Interactions: evidence that may weigh more, or less, the more the question is a statement.
    Feature(f"{TELLING} share_logit", lambda q: q.statement_likeness * q.log_odds(SHARE), _CONFIDENCE),
    Feature(f"{TELLING} event_logit", lambda q: q.statement_likeness * q.log_odds(SHARE_OF_EVENT), _CONFIDENCE),
    Feature(f"{TELLING} share_in_quote", lambda q: q.statement_likeness * q.share_in_quote, _CONFIDENCE),
    Feature(f"{TELLING} title_cover", lambda q: q.statement_likeness * q.hit.signals["title_cover"], _CONFIDENCE),
    Feature(f"{TELLING} sentence_cover", lambda q: q.statement_likeness * q.best("cover"), _CONFIDENCE),
)


def confidence_feature_names(*, reading: bool) -> tuple[str, ...]:
    """Lists the confidence features, with those of readings or without.

    Shares depend on the other articles of the corpus; all other features depend on the corpus only by document
    frequencies.
    """
    return (
        *feature_names(ARTICLE_FEATURES, Model.CONFIDENCE),
        *feature_names(QUOTE_FEATURES, Model.CONFIDENCE, reading=reading),
    )


def confidence_features(
    draft: QuoteDraft, hits: Sequence[Hit], sentences: Sequence[Mapping[str, float]]
) -> dict[str, float]:
    """Computes the confidence features of a quote.

    Args:
        draft: the quote.
        hits: all hits of the question.
        sentences: the answer-sentence features of the quote's sentences.

    Returns:
        The features by name; see `confidence_feature_names`.
    """
    article_id = draft.hit.passage.article_id
    own = [hit for hit in hits if hit.passage.article_id == article_id and SHARE_WITHIN in hit.signals]
    inputs = QuoteInputs(
        hit=draft.hit,
        share_in_quote=sum(hit.signals[SHARE_WITHIN] * _part_inside(hit.passage, draft.span) for hit in own),
        sentences=sentences,
        best_read=max((hit.signals[ANSWERABLE] for hit in hits if hit.signals.get(IS_READ)), default=0.0),
    )
    of_article = {name: draft.hit.signals[name] for name in feature_names(ARTICLE_FEATURES, Model.CONFIDENCE)}
    return of_article | compute_features(QUOTE_FEATURES, inputs)


def _part_inside(passage: Passage, span: Span) -> float:
    """Returns the share of a passage's characters that a span holds, 0 to 1."""
    return max(0, min(passage.end, span.end) - max(passage.start, span.start)) / (passage.end - passage.start)
