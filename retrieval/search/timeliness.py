"""Timeliness: tells whether an article is of the period that a question asks for."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache

from retrieval.datatypes import Article, Period
from retrieval.vietnamese import reported_day

MOST_NAMED_DAYS = 7
"""Length in days up to which the days of a period are looked for in articles, most of which hold one of a longer."""


def is_of(article: Article, period: Period) -> bool:
    """Tells whether an article reports on a period, names a day of it, or was published in it or its slack."""
    published = article.published
    is_published_in = published is not None and published.first <= period.until and published.last >= period.since
    return is_published_in or reports_on(article, period) or names_any_day(article, period)


def reports_on(article: Article, period: Period) -> bool:
    """Tells whether the day that an article reports on is in a period."""
    last, day = period.last or period.until, reported_day(article)
    return day is not None and day.first <= last and day.last >= period.since


def names_any_day(article: Article, period: Period) -> bool:
    """Tells whether the title or the body of an article names a day of a period."""
    return names_day(article, article.text, period)


def names_day(article: Article, text: str, period: Period) -> bool:
    """Tells whether a text of an article names a day of a period; False for a long period."""
    last = period.last or period.until
    if last - period.since >= dt.timedelta(days=MOST_NAMED_DAYS) or not _is_near(article, period):
        return False
    return _days_named(period.since, last).search(text) is not None


def _is_near(article: Article, period: Period) -> bool:
    """Tells whether a day without a year, in an article, can be of the period's year."""
    published = article.published
    return published is not None and abs(published.first - period.since) <= dt.timedelta(days=183)


@cache
def _days_named(first: dt.date, last: dt.date) -> re.Pattern[str]:
    days = [first + dt.timedelta(days=step) for step in range((last - first).days + 1)]
    named = "|".join(rf"0?{day.day}(?:[/-]|\s+tháng\s+)0?{day.month}" for day in days)
    return re.compile(rf"(?<![\w/.,-])(?:{named})(?![\w%]|[.,]\d)")
