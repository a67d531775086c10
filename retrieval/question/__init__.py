"""Door."""

from __future__ import annotations

from retrieval.question.answer_types import KINDS, Kind, expected, fits
from retrieval.question.follow_ups import Reading, bears_out, by_itself, readings
from retrieval.question.periods import asks_for_news, read_period
from retrieval.question.spelling import NO_PAIR, PAIRS, PLACES, SpellingCorrection, Spellings, correct_spelling
from retrieval.question.spelling_lattice import Frequencies
from retrieval.question.weights import QuestionWeights, question_terms

__all__ = [
    "KINDS",
    "NO_PAIR",
    "PAIRS",
    "PLACES",
    "Frequencies",
    "Kind",
    "QuestionWeights",
    "Reading",
    "SpellingCorrection",
    "Spellings",
    "asks_for_news",
    "bears_out",
    "by_itself",
    "correct_spelling",
    "expected",
    "fits",
    "question_terms",
    "read_period",
    "readings",
]
