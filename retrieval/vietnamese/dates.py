"""Dates: reads the event date of an article, and the bounds of a typed date filter."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from retrieval.datatypes import Article, PartialDate
from retrieval.errors import UsageError

_LEAD_CHARS = 400
"""Number of characters at the start of a body that are searched for the event date."""

_MAX_EVENT_AGE = dt.timedelta(days=200)
"""Longest time between an event and its article; with a year, `ngày 25/10 tới` (next) would be read as last year's."""

_DAY_WORD = r"(?:ngày|sáng|trưa|chiều|tối|đêm|khuya|hôm|nay|qua|mùng|mồng|chủ nhật|thứ (?:hai|ba|tư|năm|sáu|bảy|[2-7]))"
_SLASHED = r"(?P<day>\d{1,2})(?P<separator>[/.-])(?P<month>\d{1,2})(?:(?P=separator)(?P<year>\d{4}|\d{2}))?"
_WORDED = r"(?P<day>\d{1,2})\s+tháng\s+(?P<month>\d{1,2})(?:,?\s+năm\s+(?P<year>\d{4}))?"
_SLASHED_WITH_YEAR = r"(?P<day>\d{1,2})(?P<separator>[/.-])(?P<month>\d{1,2})(?P=separator)(?P<year>\d{4})"
_DATE_END = r"(?!\w|[/.,-]\d|\s*(?:âm lịch|AL\b))"
_LEAD_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b{_DAY_WORD},?\s*\(?\s*{_SLASHED}{_DATE_END}",
        rf"\b(?:ngày|mùng|mồng)\s+{_WORDED}{_DATE_END}",
        rf"(?<![\w/.,-]){_SLASHED_WITH_YEAR}{_DATE_END}",
    )
)
_TITLE_DATE = re.compile(
    rf"(?:\b(?P<day_word>{_DAY_WORD}),?\s*\(?\s*)?(?<![\w/.,-]){_SLASHED}{_DATE_END}(?!\s*%)", re.IGNORECASE
)
_SEPARATORS_AFTER = {"": "/", "qua": "/", "nay": "/-"}
"""Separators of day and month in a title, by the day word before: `tối qua 2-1` is a score, `hôm nay 1.5 triệu` an
amount. After any other day word, all separators are allowed."""
_MAX_TITLE_DISTANCE = dt.timedelta(days=10)
"""Longest time between publication and a day in the title; `24/7` and other ratios seldom read as a day so near."""

# A date after these words is no event date, but a birth, a deadline, the end of a period or the date of a decree
# (`46/2026/NĐ-CP ngày 26/1`).
_NO_EVENT_DAY = re.compile(r"(?:\b(?:sinh|trước|sau|hết|đến|tới|từ|hạn)|/\S+)\s*(?:ngày\s+)?\Z", re.IGNORECASE)

_DAY, _MONTH = r"(?P<day>0?[1-9]|[12]\d|3[01])", r"(?P<month>0?[1-9]|1[0-2])"
_ISO_BOUND = re.compile(rf"(?P<year>\d{{4}})(?:-{_MONTH}(?:-{_DAY})?)?")
_VIETNAMESE_BOUND = re.compile(rf"(?:{_DAY}/)?{_MONTH}/(?P<year>\d{{4}})")


def event_date(body: str, published: PartialDate | None) -> PartialDate | None:
    """Reads the event date from the first 400 characters of an article's body.

    `Ngày 20/10` in an article of 2023-10 is 2023-10-20. A date without a year is read as the latest such day that is
    not after `published`. The first date that is plausible decides.

    Args:
        body: the text of the article.
        published: the publication date; None if unknown.

    Returns:
        The event date; None if no date is stated, if its year is unknown, or if it is neither within `published` nor
        within 200 days of the first day of `published`.
    """
    for match in _stated_dates(body[:_LEAD_CHARS]):
        if (day := _day_of_event(match, published)) is not None:
            return PartialDate.of(day)
    return None


def reported_day(article: Article) -> PartialDate | None:
    """Returns the day that an article reports on.

    It is the date in its title, else its event date, else its publication date; None if it has none of these.
    """
    return _day_in_title(article.title, article.published) or article.event or article.published


def _day_in_title(title: str, published: PartialDate | None) -> PartialDate | None:
    if published is None:
        return None
    for match in _TITLE_DATE.finditer(title):
        separators = _SEPARATORS_AFTER.get((match["day_word"] or "").lower(), "/-.")
        if match["separator"] in separators and not _is_no_event_day(title, match):
            year = match["year"] and _stated_year(match)
            years = [year] if year else [published.last.year + step for step in (0, -1, 1)]
            days = (_existing_date(one, int(match["month"]), int(match["day"])) for one in years)
            for day in days:
                if day and max(published.first - day, day - published.last) <= _MAX_TITLE_DISTANCE:
                    return PartialDate.of(day)
    return None


def _stated_dates(lead: str) -> Iterator[re.Match[str]]:
    matches = [match for pattern in _LEAD_DATES for match in pattern.finditer(lead)]
    for match in sorted(matches, key=lambda match: match.start("day")):
        if not _is_no_event_day(lead, match):
            yield match


def _is_no_event_day(text: str, match: re.Match[str]) -> bool:
    """Tells whether the words before a date rule it out as an event date."""
    return _NO_EVENT_DAY.search(text, max(0, match.start() - 32), match.start()) is not None


def _stated_year(match: re.Match[str]) -> int:
    return int(match["year"].rjust(4, "\0").replace("\0\0", "20"))


def _day_of_event(match: re.Match[str], published: PartialDate | None) -> dt.date | None:
    day, month = int(match["day"]), int(match["month"])
    if match["year"] is not None:
        stated = _existing_date(_stated_year(match), month, day)
        return stated if stated and _is_plausible(stated, published) else None
    if published is None:
        return None
    candidates = (_existing_date(year, month, day) for year in (published.last.year, published.last.year - 1))
    past = (date for date in candidates if date is not None and date <= published.last)
    return next((date for date in past if _is_plausible(date, published)), None)


def _is_plausible(date: dt.date, published: PartialDate | None) -> bool:
    """Tells whether a day is near enough to an article's publication to be its event date."""
    if published is None:
        return True
    return abs(published.first - date) <= _MAX_EVENT_AGE or published.first <= date <= published.last


def _existing_date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def parse_bound(text: str, *, end: bool) -> dt.date:
    """Reads a typed year, month or day as the bound of a date filter.

    Args:
        text: the typed text: `2023`, `2023-10`, `2023-10-20`, `10/2023` or `20/10/2023`.
        end: whether to return the last day of the date; else the first.

    Raises:
        UsageError: the text has another form, or the date does not exist.
    """
    typed = text.strip()
    match = _ISO_BOUND.fullmatch(typed) or _VIETNAMESE_BOUND.fullmatch(typed)
    try:
        if match is None:
            raise ValueError("unknown form")
        year, month, day = (int(match[part]) if match[part] else None for part in ("year", "month", "day"))
        date = PartialDate(year or 0, month, day)
    except ValueError as error:
        message = f"not a date: {text!r}; write 2023, 2023-10, 2023-10-20, 10/2023 or 20/10/2023"
        raise UsageError(message) from error
    return date.last if end else date.first
