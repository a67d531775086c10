"""Dates in words."""

from __future__ import annotations

from bot.cards.reader import Reader
from retrieval import PartialDate

RECENT_DAYS = 7
"""Days up to this age are given as an age."""


def format_date(date: PartialDate, reader: Reader) -> str:
    """Writes a recent day as an age (`hôm qua`), any other date in full."""
    texts = reader.texts
    if date.month is None:
        return texts.year.format(date=date.vietnamese)
    if date.day is None:
        return texts.month.format(date=date.vietnamese)
    age_days = (reader.today - date.first).days
    if not 0 <= age_days <= RECENT_DAYS:
        return texts.day.format(date=date.vietnamese)
    return (texts.today, texts.yesterday)[age_days] if age_days < 2 else texts.days_ago.format(count=age_days)
