"""The description of the corpus, as the text of a message."""

from __future__ import annotations

from bot.cards.dates import format_date
from bot.cards.quote_blocks import SOURCE_ROOM
from bot.cards.reader import Reader
from bot.cards.telegram_html import escape, shorten
from bot.cards.texts import Texts
from bot.clock import VIETNAM
from retrieval import CorpusInfo, PartialDate

MOST_SOURCES = 5
MODEL_ROOM = 80


def corpus_text(holdings: CorpusInfo, reader: Reader) -> str:
    """Renders the number, dates and sources of the articles, and the version of the index."""
    texts = reader.texts
    if not holdings.articles:
        return texts.holdings_empty
    synced = PartialDate.of(holdings.synced.astimezone(VIETNAM).date()) if holdings.synced else None
    return texts.holdings.format(
        articles=_grouped(holdings.articles, texts),
        newest=format_date(holdings.newest, reader) if holdings.newest else texts.unknown,
        sources=_sources(holdings, texts) or texts.unknown,
        synced=format_date(synced, reader) if synced else texts.unknown,
        version=holdings.version,
        model=escape(shorten(holdings.model, MODEL_ROOM)),
    )


def _sources(holdings: CorpusInfo, texts: Texts) -> str:
    named = [
        texts.holdings_source.format(source=escape(shorten(source, SOURCE_ROOM)), count=_grouped(count, texts))
        for source, count in holdings.sources[:MOST_SOURCES]
    ]
    if len(holdings.sources) > MOST_SOURCES:
        named.append(texts.holdings_more.format(count=len(holdings.sources) - MOST_SOURCES))
    return ", ".join(named)


def _grouped(number: int, texts: Texts) -> str:
    return f"{number:,}".replace(",", texts.thousands)
