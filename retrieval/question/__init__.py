"""Query understanding: reads what a person typed, and the turn before, as `Question`s, the likeliest first.

A question holds all that later stages need: its text with corrected spelling, its tokens with their weights, its
period, its answer types, and what it takes over from the turn before. `service` calls this package; `search` and
`answering` read the questions.
"""

from __future__ import annotations

from retrieval.question.answer_types import fit_answer_type
from retrieval.question.context import Context, bears_out
from retrieval.question.question import Question, Token
from retrieval.question.spelling_options import Spellings, one_edit_away
from retrieval.question.statistics import Statistics
from retrieval.question.understanding import at_any_time, understand, without_words
from retrieval.question.weights import QuestionWeights

__all__ = [
    "Context",
    "Question",
    "QuestionWeights",
    "Spellings",
    "Statistics",
    "Token",
    "at_any_time",
    "bears_out",
    "fit_answer_type",
    "one_edit_away",
    "understand",
    "without_words",
]
