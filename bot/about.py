"""What the corpus holds, as the text of a message."""

from __future__ import annotations

import datetime as dt

from bot.clock import VIETNAM
from bot.dates import when
from bot.markup import escape, shorten
from bot.quoting import SOURCE_ROOM
from bot.texts import Texts
from retrieval.datatypes import Holdings, PartialDate

MOST_SOURCES = 5
MODEL_ROOM = 80


def holdings_text(holdings: Holdings, texts: Texts, today: dt.date) -> str:
    """How many articles there are, how new and of whom, and which state of the index this is."""
    if not holdings.articles:
        return texts.holdings_empty
    synced = PartialDate.of(holdings.synced.astimezone(VIETNAM).date()) if holdings.synced else None
    return texts.holdings.format(
        articles=_grouped(holdings.articles, texts),
        newest=when(holdings.newest, texts, today) if holdings.newest else texts.unknown,
        sources=_sources(holdings, texts) or texts.unknown,
        synced=when(synced, texts, today) if synced else texts.unknown,
        version=holdings.version,
        model=escape(shorten(holdings.model, MODEL_ROOM)),
    )


def _sources(holdings: Holdings, texts: Texts) -> str:
    named = [
        texts.holdings_source.format(source=escape(shorten(source, SOURCE_ROOM)), count=_grouped(count, texts))
        for source, count in holdings.sources[:MOST_SOURCES]
    ]
    if len(holdings.sources) > MOST_SOURCES:
        named.append(texts.holdings_more.format(count=len(holdings.sources) - MOST_SOURCES))
    return ", ".join(named)


def _grouped(number: int, texts: Texts) -> str:
    return f"{number:,}".replace(",", texts.thousands)
