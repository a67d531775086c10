"""Dates as a reader is told them."""

from __future__ import annotations

import datetime as dt

from bot.cards.texts import Texts
from retrieval import PartialDate

RECENT_DAYS = 7
"""Up to this age a day is told by how long ago it was."""


def format_date(date: PartialDate, texts: Texts, today: dt.date) -> str:
    """The date in words: `hôm qua`, `3 ngày trước`; in full if it is longer ago or to come, or not known to the day."""
    if date.month is None:
        return texts.year.format(date=date.vietnamese)
    if date.day is None:
        return texts.month.format(date=date.vietnamese)
    age_days = (today - date.first).days
    if not 0 <= age_days <= RECENT_DAYS:
        return texts.day.format(date=date.vietnamese)
    return (texts.today, texts.yesterday)[age_days] if age_days < 2 else texts.days_ago.format(count=age_days)
