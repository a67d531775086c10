"""Varies the typing of a question set: without tone marks, or with typing errors."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace

from retrieval.evaluation.question_sets import QuestionSet
from retrieval.vietnamese import syllable_spans, telex, toneless, vni

MIN_LETTERS = 3
"""Letters of the shortest syllable that gets a typing error."""


def without_tones(question_set: QuestionSet) -> QuestionSet:
    """Returns the questions with all Vietnamese diacritics left out."""
    return _varied(question_set, "without tones", toneless)


def with_typos(question_set: QuestionSet) -> QuestionSet:
    """Returns the questions with one typing error each; a text always gets the same error."""
    return _varied(question_set, "with typos", _with_typo)


def _varied(question_set: QuestionSet, variation: str, vary: Callable[[str], str]) -> QuestionSet:
    questions = tuple(replace(question, text=vary(question.text)) for question in question_set.questions)
    return QuestionSet(f"{question_set.name} {variation}", questions)


def _with_typo(text: str) -> str:
    """Mistypes one syllable of a text.

    It gets undecoded Telex or VNI keys, loses its diacritics, or has a letter dropped, doubled or swapped.
    """
    rng = random.Random(text)
    spans = [span for syllable, span in syllable_spans(text) if len(syllable) >= MIN_LETTERS and syllable.isalpha()]
    if not spans:
        return text
    span = rng.choice(spans)
    syllable = span.of(text)
    at = rng.randrange(len(syllable) - 1)
    variants = (
        telex(syllable),
        vni(syllable),
        toneless(syllable),
        syllable[:at] + syllable[at + 1 :],
        syllable[: at + 1] + syllable[at:],
        syllable[:at] + syllable[at + 1] + syllable[at] + syllable[at + 2 :],
    )
    errors = [variant for variant in variants if variant != syllable] or [syllable]
    return text[: span.start] + rng.choice(errors) + text[span.end :]
