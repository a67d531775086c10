"""A quote in a block, word for word, and where it is from: the parts of which messages are made."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from bot.cards.dates import format_date
from bot.cards.excerpt import excerpt, trimmed
from bot.cards.telegram_html import escape, host, link, shorten, width
from bot.cards.texts import Texts
from retrieval import Headline, Quote, Span

TITLE_ROOM = 150
SOURCE_ROOM = 60


def answer_sentence(quote: Quote) -> Span:
    """The sentence that answers, without blanks at its ends, in the offsets of the quote's text."""
    return trimmed(quote.text, Span(quote.answer_span.start - quote.start, quote.answer_span.end - quote.start))


def blockquote(quote: Quote, room: int, texts: Texts, *, folded: bool = False) -> str:
    """A part of the quote at most `room` wide, in a block; marks of what was left out stand outside of it.

    The answering sentence is in bold. A folded block shows its first lines until it is tapped.
    """
    text, core = quote.text, answer_sentence(quote)
    whole = trimmed(text, Span(0, len(text)))
    part = excerpt(text, core, room)
    start, end = max(core.start, part.start), min(core.end, part.end)
    quoted = (
        f"{escape(text[part.start : start])}<b>{escape(text[start:end])}</b>{escape(text[end : part.end])}"
        if start < end
        else escape(part.of(text))
    )
    before = f"{texts.cut}\n" if part.start > whole.start else ""
    after = f"\n{texts.cut}" if part.end < whole.end else ""
    return f"{before}<blockquote{' expandable' if folded else ''}>{quoted}</blockquote>{after}"


def answer_sentence_width(quote: Quote) -> int:
    """Width of the answering sentence, in UTF-16 units."""
    return width(answer_sentence(quote).of(quote.text))


def answer_sentence_quote(quote: Quote) -> Quote:
    """The answering sentence as a quote of its own; all of the quote where none is marked."""
    span = answer_sentence(quote)
    if span.start == span.end:
        return quote
    start, end = quote.start + span.start, quote.start + span.end
    return replace(quote, start=start, end=end, text=span.of(quote.text), answer_span=Span(start, end))


def title_link(item: Quote | Headline, texts: Texts, room: int = TITLE_ROOM) -> str:
    """The article's title, as a link where its address is known."""
    return link(title_label(item, texts, room), item.url)


def title_label(item: Quote | Headline, texts: Texts, room: int) -> str:
    """The article's title on one line, as plain text."""
    title = shorten(item.title, room)
    return title if any(map(str.isalnum, title)) else texts.untitled


def source_line(item: Quote | Headline, texts: Texts, today: dt.date) -> str:
    """The article's source and dates, and who else prints it."""
    source = shorten(item.source or host(item.url or "") or "", SOURCE_ROOM) or texts.unknown_source
    parts = [escape(source), *date_labels(item, texts, today)]
    if isinstance(item, Quote) and item.copies:
        parts.append(texts.copies.format(count=item.copies))
    return " · ".join(parts)


def date_labels(item: Quote | Headline, texts: Texts, today: dt.date) -> list[str]:
    """When the article was published, and when the event was that it reports, where that is another day."""
    event = item.event if isinstance(item, Quote) else None
    parts = [texts.published.format(date=format_date(item.published, texts, today))] if item.published else []
    if event and event != item.published:
        parts.append(texts.event.format(date=format_date(event, texts, today)))
    return parts
