"""Periods: reads the period that a question asks for, such as `hôm qua` or `tháng 10/2023`.

It also tells whether a question asks for what is newest (`mới nhất`). The rules prefer precision to recall: a period
that was not meant hides the answer, a missed one only ranks it lower. They match words with tones and without.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Callable

from retrieval.datatypes import Period
from retrieval.vietnamese import fold, toneless

EARLIEST_YEAR = 1990
"""Earliest year of a period. An earlier year is history, and articles of any time may report on it."""

SLACK = dt.timedelta(days=2)
"""Days by which a period is prolonged, as newspapers report on a day for some days after."""

NO_SLACK = dt.timedelta(0)

YEAR_SLACK = dt.timedelta(days=90)
"""Days by which a year or a quarter is prolonged, as newspapers report on a year well into the next."""

# (month, day) of the lunar New Year (Tết), as astronomers compute it for Vietnam's time zone.
_TET = {
    2015: (2, 19), 2016: (2, 8), 2017: (1, 28), 2018: (2, 16), 2019: (2, 5), 2020: (1, 25), 2021: (2, 12), 2022: (2, 1),
    2023: (1, 22), 2024: (2, 10), 2025: (1, 29), 2026: (2, 17), 2027: (2, 6), 2028: (1, 26), 2029: (2, 13),
    2030: (2, 3),
}  # fmt: skip

_RECENT = re.compile(r"\b(?:moi nhat|hien nay|hien tai|hom nay|gan day|moi day|vua qua|bay gio|luc nay)\b")
_DAY, _MONTH, _YEAR = r"(?P<day>0?[1-9]|[12]\d|3[01])", r"(?P<month>0?[1-9]|1[0-2])", r"(?P<year>(?:19|20)\d\d)"
_END = r"(?![\w/%]|[.,-]\d)"
_START = r"(?<![\w/.,-])"

_Bounds = tuple[dt.date, dt.date, dt.timedelta]
"""(first day, last day, slack): the days that are meant, and how much longer newspapers report on them."""
_Read = Callable[[re.Match[str], dt.date], _Bounds | None]


def read_period(question: str, today: dt.date) -> Period | None:
    """Reads the period that a question asks for.

    The first rule that matches decides.

    Args:
        question: the question as typed.
        today: the day on which the question is asked.

    Returns:
        The period; None if no rule matches, or if the first that does matches several times, or reads a day that does
        not exist, a year before 1990 or a time that is still to come.
    """
    bare = toneless(fold(question))
    if len(bare) != len(question):  # spelt with combining marks, or with letters that fold to several
        question = bare
    for pattern, read in _RULES:
        found = list(pattern.finditer(bare))
        if len(found) == 1 and (bounds := _safe(read, found[0], today)):
            since, last, until = bounds
            if since <= today and since.year >= EARLIEST_YEAR:
                words = " ".join(question[found[0].start() : found[0].end()].split())
                return Period(since, until, words, last=last)
        if found:
            return None
    return None


def wants_newest(question: str) -> bool:
    """Tells whether a question asks for the newest articles (`mới nhất`, `hôm nay`)."""
    return _RECENT.search(toneless(fold(question))) is not None


def _safe(read: _Read, match: re.Match[str], today: dt.date) -> tuple[dt.date, dt.date, dt.date] | None:
    try:
        bounds = read(match, today)
        if bounds is None or bounds[1] < bounds[0]:
            return None
        first, last, slack = bounds
        return first, last, last + slack
    except (ValueError, OverflowError):  # 30 February; a thousand years ago
        return None


# --- reading single expressions --------------------------------------------------------------------------------------


def _month(year: int, month: int) -> tuple[dt.date, dt.date]:
    return dt.date(year, month, 1), dt.date(year, month, calendar.monthrange(year, month)[1])


def _year_of(match: re.Match[str], month: int, today: dt.date, day: int = 1) -> int:
    """Returns the stated year, else the latest year in which the day is not after today."""
    if match["year"]:
        return int(match["year"])
    return today.year if dt.date(today.year, month, day) <= today else today.year - 1


def _date(match: re.Match[str], today: dt.date) -> _Bounds:
    day, month = int(match["day"]), int(match["month"])
    stated = dt.date(_year_of(match, month, today, day), month, day)
    return stated, stated, SLACK


def _whole_month(match: re.Match[str], today: dt.date) -> _Bounds:
    month = int(match["month"])
    first, last = _month(_year_of(match, month, today), month)
    return first, last, SLACK


def _part_of_month(match: re.Match[str], today: dt.date) -> _Bounds:
    month = int(match["month"])
    first, last = _month(_year_of(match, month, today), month)
    from_day, to_day = {"dau": (1, 10), "giua": (10, 20), "cuoi": (20, 31)}[match["part"]]
    return first.replace(day=from_day), min(first + dt.timedelta(days=to_day - 1), last), SLACK


def _months(match: re.Match[str], today: dt.date) -> _Bounds:
    from_month, to_month = int(match["month"]), int(match["last"])
    year = int(match["year"]) if match["year"] else today.year if from_month <= today.month else today.year - 1
    return _month(year, from_month)[0], _month(year, to_month)[1], SLACK


def _quarter(match: re.Match[str], today: dt.date) -> _Bounds:
    number = {"i": 1, "ii": 2, "iii": 3, "iv": 4}.get(match["quarter"]) or int(match["quarter"])
    year = int(match["year"]) if match["year"] else today.year
    return _month(year, 3 * number - 2)[0], _month(year, 3 * number)[1], YEAR_SLACK


def _year(match: re.Match[str], _: dt.date) -> _Bounds:
    year = int(match["year"])
    return dt.date(year, 1, 1), dt.date(year, 12, 31), YEAR_SLACK


def _years_ago(match: re.Match[str], today: dt.date) -> _Bounds:
    year = today.year - {"nay": 0, "ngoai": 1, "truoc": 1, "kia": 2}[match["which"]]
    return dt.date(year, 1, 1), dt.date(year, 12, 31), YEAR_SLACK


def _months_ago(match: re.Match[str], today: dt.date) -> _Bounds:
    first = today.replace(day=1)
    if match["which"] != "nay":
        first = (first - dt.timedelta(days=1)).replace(day=1)
    return first, _month(first.year, first.month)[1], SLACK


def _weeks_ago(match: re.Match[str], today: dt.date) -> _Bounds:
    monday = today - dt.timedelta(days=today.weekday() + (0 if match["which"] == "nay" else 7))
    return monday, monday + dt.timedelta(days=6), SLACK


def _weekend(_: re.Match[str], today: dt.date) -> _Bounds:
    saturday = today - dt.timedelta(days=(today.weekday() - 5) % 7)
    return saturday, saturday + dt.timedelta(days=1), SLACK


def _days_ago(match: re.Match[str], today: dt.date) -> _Bounds:
    day = today - dt.timedelta(days={"qua": 1, "kia": 2}[match["which"]])
    return day, day, SLACK


def _last_units(match: re.Match[str], today: dt.date) -> _Bounds:
    days = int(match["count"]) * {"ngay": 1, "tuan": 7, "thang": 31, "nam": 366}[match["unit"]]
    return today - dt.timedelta(days=days), today, NO_SLACK


def _tet(match: re.Match[str], today: dt.date) -> _Bounds | None:
    year = int(match["year"]) if match["year"] else today.year
    if year not in _TET:
        return None
    first = dt.date(year, *_TET[year])
    return first - dt.timedelta(days=14), first + dt.timedelta(days=14), NO_SLACK


# A number after these words belongs to a name, a law, a birth or a measure, and names no period.
_NOT_AFTER = (
    r"(?<!cup )(?<!so )(?<!dinh )(?<!luat )(?<!sinh )(?<!covid-)(?<!euro )(?<!lan )(?<!ke hoach )(?<!toi )(?<!den )"
    r"(?<!phong )(?<!ty le )(?<!ti le )(?<!quyet )(?<!sinh nam )(?<!games )(?<!khoa )(?<!the he )"
)
_RULES: tuple[tuple[re.Pattern[str], _Read], ...] = tuple(
    (re.compile(pattern), read)
    for pattern, read in (
        (
            rf"\btu thang {_MONTH}\s+(?:den|toi) (?:het )?thang (?P<last>0?[1-9]|1[0-2])(?:(?:/| nam ){_YEAR})?{_END}",
            _months,
        ),
        (rf"\bquy (?P<quarter>[1-4]|i{{1,3}}|iv)(?:(?:/| nam | ){_YEAR})?{_END}", _quarter),
        (rf"{_NOT_AFTER}{_START}{_DAY}[/.-]{_MONTH}[/.-]{_YEAR}{_END}", _date),
        (rf"\b(?:ngay|mung|hom) {_DAY}\s+thang {_MONTH}(?:,? nam {_YEAR})?{_END}", _date),
        (rf"\b(?:ngay|hom|sang|trua|chieu|toi|dem) {_DAY}[/.-]{_MONTH}(?P<year>(?!))?{_END}", _date),
        (rf"\b(?P<part>dau|giua|cuoi) thang {_MONTH}(?:(?:/| nam ){_YEAR})?{_END}", _part_of_month),
        (rf"(?<!sinh )\bthang {_MONTH}(?:(?:/|,? nam ){_YEAR})?{_END}(?! am lich)", _whole_month),
        (rf"{_NOT_AFTER}{_START}{_MONTH}/{_YEAR}{_END}", _whole_month),
        (rf"\btet (?:nguyen dan |am lich )?(?:nam )?{_YEAR}{_END}", _tet),
        (r"\btrong (?P<count>\d{1,2}) (?P<unit>ngay|tuan|thang|nam) (?:qua|gan day|vua qua|gan nhat)\b", _last_units),
        (r"\b(?P<count>\d{1,2}) (?P<unit>ngay|tuan|thang|nam) (?:qua|gan day|vua qua|gan nhat)\b", _last_units),
        (r"\b(?:hom|ngay|sang|trua|chieu|toi|dem) (?:hom )?(?P<which>qua|kia)\b", _days_ago),
        (r"\bcuoi tuan (?:qua|truoc|vua qua|vua roi)\b", _weekend),
        (r"\btuan (?P<which>nay|truoc|qua|vua qua|vua roi)\b", _weeks_ago),
        (r"\bthang (?P<which>nay|truoc|qua|vua qua|vua roi)\b", _months_ago),
        (rf"{_NOT_AFTER}(?<!tu )\b(?:(?:trong|vao|cua|hoi) )?nam {_YEAR}{_END}", _year),
        (r"(?<!\d )\bnam (?P<which>nay|ngoai|kia)\b", _years_ago),
    )
)
