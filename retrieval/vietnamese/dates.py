"""Reads dates: of what day an article tells, by its title and its lead, and the bounds that a person types."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from retrieval.datatypes import Article, PartialDate
from retrieval.errors import UsageError

_LEAD_CHARS = 400
_LOOK_BACK = dt.timedelta(days=200)
"""How far from its publication an article's event may lie; a full year would make `ngày 25/10 tới` last year's."""

_DAY_WORD = r"(?:ngày|sáng|trưa|chiều|tối|đêm|khuya|hôm|nay|qua|mùng|mồng|chủ nhật|thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7]))"
_SLASHED = r"(?P<day>\d{1,2})(?P<mark>[/.-])(?P<month>\d{1,2})(?:(?P=mark)(?P<year>\d{4}|\d{2}))?"
_WORDED = r"(?P<day>\d{1,2})\s+tháng\s+(?P<month>\d{1,2})(?:,?\s+năm\s+(?P<year>\d{4}))?"
_FULL = r"(?P<day>\d{1,2})(?P<mark>[/.-])(?P<month>\d{1,2})(?P=mark)(?P<year>\d{4})"
_NO_MORE = r"(?!\w|[/.,-]\d|\s*(?:âm lịch|AL\b))"
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b{_DAY_WORD},?\s*\(?\s*{_SLASHED}{_NO_MORE}",
        rf"\b(?:ngày|mùng|mồng)\s+{_WORDED}{_NO_MORE}",
        rf"(?<![\w/.,-]){_FULL}{_NO_MORE}",
    )
)
_IN_TITLE = re.compile(
    rf"(?:\b(?P<word>{_DAY_WORD}),?\s*\(?\s*)?(?<![\w/.,-]){_SLASHED}{_NO_MORE}(?!\s*%)", re.IGNORECASE
)
_MARKS = {"": "/", "qua": "/", "nay": "/-"}
"""By the word before it, what may separate day and month: "tối qua 2-1" is a score, "hôm nay 1.5 triệu" an amount."""
_AROUND = dt.timedelta(days=10)
"""How far from its publication the day in an article's title may lie; `24/7` and `50/50` seldom are so near."""
# Births, deadlines, the ends of periods, and the dates of decrees (`46/2026/NĐ-CP ngày 26/1`) are no day of an event.
_OTHER_DAY = re.compile(r"(?:\b(?:sinh|trước|sau|hết|đến|tới|từ|hạn)|/\S+)\s*(?:ngày\s+)?\Z", re.IGNORECASE)

_DAY, _MONTH = r"(?P<day>0?[1-9]|[12]\d|3[01])", r"(?P<month>0?[1-9]|1[0-2])"
_BOUND_ISO = re.compile(rf"(?P<year>\d{{4}})(?:-{_MONTH}(?:-{_DAY})?)?")
_BOUND_VIETNAMESE = re.compile(rf"(?:{_DAY}/)?{_MONTH}/(?P<year>\d{{4}})")


def event_date(body: str, published: PartialDate | None) -> PartialDate | None:
    """The day of the event that the article's lead names: `Ngày 20/10` in an article of 2023-10 is 2023-10-20.

    A year that the lead does not name is taken from `published`: the latest such day that is not after it, and not
    long before it. None where no year is known, where no day is named, or where none of those named fits.
    """
    for match in _stated_dates(body[:_LEAD_CHARS]):
        if (day := _resolved(match, published)) is not None:
            return PartialDate.of(day)
    return None


def reported_day(article: Article) -> PartialDate | None:
    """The day that an article tells of: the one in its title, or else in its lead, or else that of its publication."""
    return _day_in_title(article.title, article.published) or article.event or article.published


def _day_in_title(title: str, published: PartialDate | None) -> PartialDate | None:
    if published is None:
        return None
    for match in _IN_TITLE.finditer(title):
        if match["mark"] in _MARKS.get((match["word"] or "").lower(), "/-.") and not _is_other(title, match):
            year = match["year"] and _year(match)
            years = [year] if year else [published.last.year + step for step in (0, -1, 1)]
            days = (_date(one, int(match["month"]), int(match["day"])) for one in years)
            for found in days:
                if found and max(published.first - found, found - published.last) <= _AROUND:
                    return PartialDate.of(found)
    return None


def _stated_dates(lead: str) -> Iterator[re.Match[str]]:
    matches = [match for pattern in _DATES for match in pattern.finditer(lead)]
    for match in sorted(matches, key=lambda match: match.start("day")):
        if not _is_other(lead, match):
            yield match


def _is_other(text: str, match: re.Match[str]) -> bool:
    return _OTHER_DAY.search(text, max(0, match.start() - 32), match.start()) is not None


def _year(match: re.Match[str]) -> int:
    return int(match["year"].rjust(4, "\0").replace("\0\0", "20"))


def _resolved(match: re.Match[str], published: PartialDate | None) -> dt.date | None:
    day, month = int(match["day"]), int(match["month"])
    if match["year"] is not None:
        stated = _date(_year(match), month, day)
        return stated if stated and _is_near(stated, published) else None
    if published is None:
        return None
    candidates = (_date(year, month, day) for year in (published.last.year, published.last.year - 1))
    past = (date for date in candidates if date is not None and date <= published.last)
    return next((date for date in past if _is_near(date, published)), None)


def _is_near(date: dt.date, published: PartialDate | None) -> bool:
    """Whether the article may report what happened then; a date far from its publication is of another event."""
    return published is None or abs(published.first - date) <= _LOOK_BACK or published.first <= date <= published.last


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def parse_bound(text: str, *, end: bool) -> dt.date:
    """The first day, or with `end` the last day, of the year, month or day that a person typed.

    Raises:
        UsageError: the text is none of the forms that are read, or names a date that does not exist.
    """
    typed = text.strip()
    match = _BOUND_ISO.fullmatch(typed) or _BOUND_VIETNAMESE.fullmatch(typed)
    try:
        if match is None:
            raise ValueError("unknown form")
        year, month, day = (int(match[part]) if match[part] else None for part in ("year", "month", "day"))
        date = PartialDate(year or 0, month, day)
    except ValueError as error:
        message = f"not a date: {text!r}; write 2023, 2023-10, 2023-10-20, 10/2023 or 20/10/2023"
        raise UsageError(message) from error
    return date.last if end else date.first
