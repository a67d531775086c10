"""Query understanding: what somebody typed, and the turn before, become `Question`s, the likeliest first.

A question holds all that later stages need to know of it: its text as it was meant, its tokens with their weights, its
period, the types of answer that it asks for, what it takes over from the turn before. `search` and `answering` read it;
`service` has it made.
"""

from __future__ import annotations

from retrieval.question.answer_types import fit_answer_type
from retrieval.question.context import Context, bears_out
from retrieval.question.question import Question, Token
from retrieval.question.spelling import Spellings
from retrieval.question.statistics import Statistics
from retrieval.question.understanding import at_any_time, understand
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
    "understand",
]
