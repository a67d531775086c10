"""Door."""

from __future__ import annotations

from retrieval.answering.answer_sentence import SENTENCE_FEATURES
from retrieval.answering.answers import Considered, consider, decide, headline_of
from retrieval.answering.confidence import CONFIDENCE_FEATURES
from retrieval.answering.matched_words import matches

__all__ = [
    "CONFIDENCE_FEATURES",
    "SENTENCE_FEATURES",
    "Considered",
    "consider",
    "decide",
    "headline_of",
    "matches",
]
