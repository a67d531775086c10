"""Period bounds: reads a matched expression of time as the days that it means, seen from the day of the question.

Each reader of `period_rules` returns `Bounds`; None if its match is no time after all. It raises ValueError or
OverflowError for a day that does not exist.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Callable

from retrieval.vietnamese import toneless

SLACK = dt.timedelta(days=2)
"""Days by which a period is prolonged, as newspapers report on a day for some days after."""

NO_SLACK = dt.timedelta(0)

YEAR_SLACK = dt.timedelta(days=90)
"""Days by which a year or a quarter is prolonged, as newspapers report on a year well into the next."""

LONGEST_AHEAD = dt.timedelta(days=183)
"""Longest time to a day without a year that is to come; a later one is last year's."""

NEW_YEAR_AHEAD = dt.timedelta(days=31)
"""Longest time to a day without a year that is next year's."""

Bounds = tuple[dt.date, dt.date, dt.timedelta]
"""(first day, last day, slack): the days that are meant, and how much longer newspapers report on them."""
Read = Callable[[re.Match[str], dt.date], Bounds | None]

# (month, day) of the lunar New Year (Tết), as astronomers compute it for Vietnam's time zone.
_TET = {
    2015: (2, 19), 2016: (2, 8), 2017: (1, 28), 2018: (2, 16), 2019: (2, 5), 2020: (1, 25), 2021: (2, 12), 2022: (2, 1),
    2023: (1, 22), 2024: (2, 10), 2025: (1, 29), 2026: (2, 17), 2027: (2, 6), 2028: (1, 26), 2029: (2, 13),
    2030: (2, 3),
}  # fmt: skip

COUNTS = ("một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười")
MONTH_NAMES = ("một", "hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười", "mười một", "mười hai")
WEEKDAYS = ("hai", "ba", "tư", "năm", "sáu", "bảy")
_VALUES = {toneless(name): value for names in (COUNTS, MONTH_NAMES) for value, name in enumerate(names, 1)}
_UNIT_DAYS = {"ngay": 1, "hom": 1, "bua": 1, "tuan": 7, "thang": 31, "nam": 366}
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}


def _number(match: re.Match[str], group: str) -> int:
    """Returns the number that a group states in digits or in words."""
    return int(match[group]) if match[group].isdigit() else _VALUES[toneless(match[group])]


def _said(match: re.Match[str], group: str) -> str:
    """Returns a group without tones; empty if it did not match."""
    return toneless(match[group] or "")


def _stated_year(match: re.Match[str], group: str = "year") -> int | None:
    year = match[group]
    return int(year) if year and len(year) == 4 else 2000 + int(year) if year else None


def _nearest(year: int | None, month: int, day: int, today: dt.date) -> dt.date:
    """Returns the date of a day and month: of its year if stated, else the nearest that is meant.

    This year's is meant, but last year's instead of one that is far ahead, and next year's if that comes soon.
    """
    if year is not None:
        return dt.date(year, month, day)
    this = dt.date(today.year, month, day)
    if this > today + LONGEST_AHEAD:
        return dt.date(today.year - 1, month, day)
    following = dt.date(today.year + 1, month, day)
    return following if following <= today + NEW_YEAR_AHEAD else this


def _month(year: int, month: int) -> tuple[dt.date, dt.date]:
    return dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1])


def _month_at(today: dt.date, steps: int) -> tuple[dt.date, dt.date]:
    """Returns the first and the last day of the month that is some steps after this one."""
    months = today.year * 12 + today.month - 1 + steps
    return _month(months // 12, months % 12 + 1)


def _whole_year(year: int) -> Bounds:
    return dt.date(year, 1, 1), dt.date(year, 12, 31), YEAR_SLACK


def read_date(match: re.Match[str], today: dt.date) -> Bounds:
    """Reads a day, with a year or without."""
    stated = _nearest(_stated_year(match), int(match["month"]), int(match["day"]), today)
    return stated, stated, SLACK


def read_dates(match: re.Match[str], today: dt.date) -> Bounds:
    """Reads a range of days; what the first lacks of month and year, it shares with the last."""
    last_month = int(match["last_month"])
    year, last_year = _stated_year(match), _stated_year(match, "last_year")
    month = int(match["month"] or last_month)
    if last_year is not None:
        last = dt.date(last_year, last_month, int(match["last"]))
        first = _nearest(year or last_year - (month > last_month), month, int(match["day"]), today)
        return first, last, SLACK
    first = _nearest(year, month, int(match["day"]), today)
    return first, dt.date(first.year + (month > last_month), last_month, int(match["last"])), SLACK


def read_whole_month(match: re.Match[str], today: dt.date) -> Bounds:
    """Reads a month."""
    month = _number(match, "month")
    return *_month(_nearest(_stated_year(match), month, 1, today).year, month), SLACK


def read_part_of_month(match: re.Match[str], today: dt.date) -> Bounds:
    """Reads the first, the middle or the last ten days of a month."""
    first, last, slack = read_whole_month(match, today)
    from_day, to_day = {"dau": (1, 10), "giua": (10, 20), "cuoi": (20, 31)}[_said(match, "part")]
    return first.replace(day=from_day), min(first + dt.timedelta(days=to_day - 1), last), slack


def read_months(match: re.Match[str], today: dt.date) -> Bounds:
    """Reads a range of months."""
    month, last = int(match["month"]), int(match["last"])
    year = _nearest(_stated_year(match), month, 1, today).year
    return _month(year, month)[0], _month(year, last)[1], SLACK


def read_quarter(match: re.Match[str], today: dt.date) -> Bounds:
    """Reads a quarter, the latest that has begun if it has no year."""
    number = _ROMAN.get(match["quarter"]) or int(match["quarter"])
    year = _stated_year(match) or today.year - (3 * number - 2 > today.month)
    return _month(year, 3 * number - 2)[0], _month(year, 3 * number)[1], YEAR_SLACK


def read_year(match: re.Match[str], _: dt.date) -> Bounds:
    """Reads a year or a part of it."""
    return _of_year(int(match["year"]), _said(match, "part"))


def _of_year(year: int, part: str) -> Bounds:
    """Returns a year, or its first four, middle or last four months."""
    if not part:
        return _whole_year(year)
    first, last = {"dau": (1, 4), "giua": (5, 8), "cuoi": (9, 12)}[part]
    return _month(year, first)[0], _month(year, last)[1], SLACK


def read_relative_year(match: re.Match[str], today: dt.date) -> Bounds:
    """Reads a year that is counted from this one."""
    steps = {"nay": 0, "ngoai": -1, "truoc": -1, "kia": -2, "sau": 1, "toi": 1}
    return _of_year(today.year + steps[_said(match, "which")], _said(match, "part"))


def _steps(match: re.Match[str]) -> int:
    return {"nay": 0, "sau": 1, "toi": 1}.get(_said(match, "which"), -1)


def read_relative_month(match: re.Match[str], today: dt.date) -> Bounds:
    """Reads the month before, this month or the next."""
    return *_month_at(today, _steps(match)), SLACK


def read_relative_week(match: re.Match[str], today: dt.date) -> Bounds:
    """Reads the week before, this week or the next, or a part of it."""
    monday = today + dt.timedelta(days=7 * _steps(match) - today.weekday())
    part = {"dau": (0, 1), "giua": (2, 3), "cuoi": (4, 6)}.get(_said(match, "part"), (0, 6))
    return monday + dt.timedelta(days=part[0]), monday + dt.timedelta(days=part[1]), SLACK


def read_weekend(match: re.Match[str], today: dt.date) -> Bounds:
    """Reads a weekend; one without any other word is the nearest."""
    saturday = today + dt.timedelta(days=5 - today.weekday())
    which = _said(match, "which")
    is_weekend = today.weekday() >= 5
    if which in ("qua", "truoc", "vua qua", "vua roi", "roi"):
        saturday -= dt.timedelta(days=0 if is_weekend else 7)
    elif which == "sau" or (which == "toi" and is_weekend):
        saturday += dt.timedelta(days=7)
    elif not which and today.weekday() < 2:
        saturday -= dt.timedelta(days=7)
    return saturday, saturday + dt.timedelta(days=1), SLACK


def _weekday_number(stated: str) -> int:
    """Returns the number of a weekday from Monday, 0; without a number it is Sunday."""
    if not stated:
        return 6
    return int(stated) - 2 if stated.isdigit() else [*map(toneless, WEEKDAYS)].index(stated)


def read_weekday(match: re.Match[str], today: dt.date) -> Bounds:
    """Reads a weekday of this or another week, the last one before today, or the next one after it."""
    number = _weekday_number(_said(match, "weekday"))
    which = _said(match, "which")
    day = today + dt.timedelta(days=number - today.weekday())
    if which.startswith("tuan "):
        day += dt.timedelta(days={"nay": 0, "sau": 7, "toi": 7}.get(which.removeprefix("tuan "), -7))
    elif which == "toi":
        day += dt.timedelta(days=7 * (day <= today))
    elif which != "nay":
        day -= dt.timedelta(days=7 * (day >= today))
    return day, day, SLACK


def read_day(match: re.Match[str], today: dt.date) -> Bounds:
    """Reads a day before or after today; a night reaches into the next morning."""
    word, which = _said(match, "word"), _said(match, "which")
    steps = {"qua": -1, "kia": -2, "nay": 0, "mai": 1, "mot": 2}[which]
    day = today + dt.timedelta(days=2 if (word, which) == ("ngay", "kia") else steps)
    into_morning = dt.timedelta(days=word in ("dem", "khuya"))
    return day, day + into_morning, SLACK - into_morning


def read_yesterday(_: re.Match[str], today: dt.date) -> Bounds:
    """Reads the day before."""
    day = today - dt.timedelta(days=1)
    return day, day, SLACK


def read_tomorrow(_: re.Match[str], today: dt.date) -> Bounds:
    """Reads the next day."""
    day = today + dt.timedelta(days=1)
    return day, day, SLACK


def read_bare_date(match: re.Match[str], today: dt.date) -> Bounds | None:
    """Reads two numbers as a date, unless they may be a fraction, a score or "all day, all week"."""
    day, month = int(match["day"]), int(match["month"])
    is_date = day > month and (day, month) != (24, 7)
    return read_date(match, today) if is_date or match["sure"] is not None else None


def read_units_ago(match: re.Match[str], today: dt.date) -> Bounds:
    """Reads the day, the calendar week, month or year that is some of these ago."""
    count, unit = _number(match, "count"), _said(match, "unit")
    if unit == "nam":
        return _whole_year(today.year - count)
    if unit == "thang":
        return *_month_at(today, -count), SLACK
    day = today - dt.timedelta(days=count * _UNIT_DAYS[unit])
    if unit == "tuan":
        monday = day - dt.timedelta(days=day.weekday())
        return monday, monday + dt.timedelta(days=6), SLACK
    return day, day, SLACK


def read_last_units(match: re.Match[str], today: dt.date) -> Bounds:
    """Reads some days, weeks, months or years up to today."""
    days = _number(match, "count") * _UNIT_DAYS[_said(match, "unit")]
    return today - dt.timedelta(days=days), today, NO_SLACK


def read_last_hours(match: re.Match[str], today: dt.date) -> Bounds:
    """Reads some hours up to now, as days."""
    return today - dt.timedelta(days=-(-int(match["count"]) // 24)), today, NO_SLACK


def read_next_units(match: re.Match[str], today: dt.date) -> Bounds:
    """Reads some days, weeks or months from tomorrow on."""
    days = _number(match, "count") * _UNIT_DAYS[_said(match, "unit")]
    return today + dt.timedelta(days=1), today + dt.timedelta(days=days), NO_SLACK


def read_some_days(_: re.Match[str], today: dt.date) -> Bounds:
    """Reads a few days up to today, as a week."""
    return today - dt.timedelta(days=7), today, NO_SLACK


def read_tet(match: re.Match[str], today: dt.date) -> Bounds | None:
    """Reads the two weeks before and after the lunar New Year."""
    year = _stated_year(match) or today.year
    if year not in _TET:
        return None
    first = dt.date(year, *_TET[year])
    return first - dt.timedelta(days=14), first + dt.timedelta(days=14), NO_SLACK
