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
MOST_SECTIONS = 8


def corpus_text(holdings: CorpusInfo, reader: Reader) -> str:
    """Renders the number, days, papers and sections of the articles; what is not known is left out."""
    texts = reader.texts
    if not holdings.articles:
        return texts.holdings_empty
    synced = PartialDate.of(holdings.synced.astimezone(VIETNAM).date()) if holdings.synced else None
    lines = [
        texts.holdings.format(articles=_grouped(holdings.articles, texts)),
        _days(holdings, reader),
        texts.holdings_papers.format(sources=_sources(holdings, texts)) if holdings.sources else "",
        texts.holdings_sections.format(sections=", ".join(holdings.sections[:MOST_SECTIONS]))
        if holdings.sections
        else "",
        texts.holdings_synced.format(synced=format_date(synced, reader)) if synced else "",
    ]
    told = "\n".join(line for line in lines if line)
    return f"{told}\n\n{texts.holdings_invitation}"


def _days(holdings: CorpusInfo, reader: Reader) -> str:
    if holdings.first is None or holdings.newest is None:
        return ""
    first, newest = (format_date(date, reader) for date in (PartialDate.of(holdings.first), holdings.newest))
    return reader.texts.holdings_days.format(first=first, newest=newest)


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
