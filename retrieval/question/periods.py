"""Periods: reads the period that a question asks for, such as `hôm qua` or `tháng 10/2023`.

It also tells whether a question asks for what is newest (`mới nhất`). The rules prefer precision to recall: a period
that was not meant puts the answer lower, a missed one leaves the search to the words. They match words with their tones
in a text that has tones, and without in one that has none.
"""

from __future__ import annotations

import datetime as dt
import re
from functools import cache

from retrieval.datatypes import Period, Span
from retrieval.question.period_bounds import Bounds, Read
from retrieval.question.period_rules import RULES, TONED_RULES
from retrieval.vietnamese import fold, has_tones, toneless

EARLIEST_YEAR = 1990
"""Earliest year of a period. An earlier year is history, and articles of any time may report on it."""

LONGEST_PLANNED = dt.timedelta(days=366)
"""Longest time to a period that is to come; of a later one, articles tell as of a plan."""

_NEWEST = (
    r"\b(?:mới nhất|hiện nay|hiện tại|hôm nay|bữa nay|hnay|gần đây|mới đây|vừa qua|bây giờ|lúc này|hiện giờ"
    r"|(?:tới|đến) đâu rồi|(?:thế nào|ra sao|sao|gì) rồi)\b"
    r"|(?<!bao )(?<!mấy )(?<!nhiêu )(?<!\d )\bgiờ(?= (?:còn|thế nào|ra sao|sao|bao nhiêu|ở đâu|đang)\b)"
)
"""The words that ask for what is newest."""


def read_period(question: str, today: dt.date) -> Period | None:
    """Reads the period that a question asks for.

    The first rule that matches decides.

    Args:
        question: the question as typed.
        today: the day on which the question is asked.

    Returns:
        The period; None if no rule matches, or if the first that does matches several times, or reads a day that does
        not exist, a year before 1990 or a time more than a year ahead.
    """
    folded = fold(question)
    if len(folded) != len(question):  # spelt with combining marks, or with letters that fold to several
        question = folded
    for pattern, read in _rules(toned=has_tones(question)):
        found = list(pattern.finditer(folded))
        if len(found) == 1 and (bounds := _safe(read, found[0], today)):
            since, last, slack = bounds
            if since <= today + LONGEST_PLANNED and since.year >= EARLIEST_YEAR:
                words = " ".join(question[found[0].start() : found[0].end()].split())
                return Period(since, last + slack, words, last=last)
        if found:
            return None
    return None


def newest_spans(question: str) -> list[Span]:
    """Finds the words with which a question asks for what is newest (`mới nhất`, `hôm nay`).

    Finds none in a text that is spelt with combining marks.
    """
    folded = fold(question)
    if len(folded) != len(question):
        return []
    return [Span(*match.span()) for match in _newest(toned=has_tones(question)).finditer(folded)]


def wants_newest(question: str) -> bool:
    """Tells whether a question asks for the newest articles."""
    return _newest(toned=has_tones(question)).search(fold(question)) is not None


@cache
def _rules(*, toned: bool) -> tuple[tuple[re.Pattern[str], Read], ...]:
    """Compiles the rules for texts with tones, or for texts without."""
    if toned:
        return tuple((re.compile(pattern), read) for pattern, read in (*RULES, *TONED_RULES))
    return tuple((re.compile(toneless(pattern)), read) for pattern, read in RULES)


@cache
def _newest(*, toned: bool) -> re.Pattern[str]:
    return re.compile(_NEWEST if toned else toneless(_NEWEST))


def _safe(read: Read, match: re.Match[str], today: dt.date) -> Bounds | None:
    try:
        bounds = read(match, today)
        if bounds is None or bounds[1] < bounds[0]:
            return None
        _ = bounds[1] + bounds[2]
        return bounds
    except (ValueError, OverflowError):  # 30 February; a thousand years ago
        return None
