"""Answering: makes an `Answer` from a `Question` and its `Ranking`, or abstains.

An answer holds quotes with their answer sentences. `assess` chooses the quotes and computes their confidence, `decide`
answers with them or abstains, `answer_turn` does both for the readings of a turn. `service` calls them; `evaluation`
and `training` read the assessments.
"""

from __future__ import annotations

from retrieval.answering.answer_sentence import SENTENCE_FEATURES
from retrieval.answering.answers import ALWAYS, Assessment, answer, assess, decide, newest_date
from retrieval.answering.confidence import confidence_feature_names
from retrieval.answering.examples import find_examples
from retrieval.answering.matched_words import match_words
from retrieval.answering.sections import find_sections
from retrieval.answering.turns import AssessedQuestion, answer_turn, assess_question

__all__ = [
    "ALWAYS",
    "SENTENCE_FEATURES",
    "AssessedQuestion",
    "Assessment",
    "answer",
    "answer_turn",
    "assess",
    "assess_question",
    "confidence_feature_names",
    "decide",
    "find_examples",
    "find_sections",
    "match_words",
    "newest_date",
]
