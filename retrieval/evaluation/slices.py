"""Slices question sets by the form of their questions, to measure each kind separately."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from retrieval.evaluation.results import QuestionResult, QuestionSetResult
from retrieval.vietnamese import fold, has_tones, syllables, toneless

MAX_SHORT_SYLLABLES = 6
"""Syllables of the longest question that counts as short."""

_DATE = re.compile(
    r"\b(?:ngay|thang|nam|quy|the ky) \d|\b\d{1,2}/\d|\b(?:19|20)\d\d\b"
    r"|\bhom (?:nay|qua|kia)\b|\b(?:tuan|thang|nam) (?:nay|truoc|qua|ngoai)\b"
)
_LATER_WORD = re.compile(r"(?<=\s)[^\W\d_]\w*")

SLICES: Mapping[str, Callable[[str], bool]] = {
    "with tones": has_tones,
    "without tones": lambda text: not has_tones(text),
    "short": lambda text: len(syllables(text)) <= MAX_SHORT_SYLLABLES,
    "with a date": lambda text: _DATE.search(toneless(fold(text))) is not None,
    "with a name": lambda text: any(word[0].isupper() for word in _LATER_WORD.findall(text)),
}
"""Test of a question's text, by the slice's name as it is printed."""


def slice_results(result: QuestionSetResult) -> dict[str, list[QuestionResult]]:
    """Returns the question results by slice.

    Slices that hold no question, or every question, are left out.
    """
    slices = {name: [one for one in result.questions if test(one.question.text)] for name, test in SLICES.items()}
    return {name: results for name, results in slices.items() if 0 < len(results) < len(result.questions)}
