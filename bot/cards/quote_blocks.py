"""Blocks of messages: a quote word for word, with its article's title, source and dates."""

from __future__ import annotations

from dataclasses import replace

from bot.cards.dates import format_date
from bot.cards.excerpt import excerpt, shorten_sentence, trimmed
from bot.cards.reader import Reader
from bot.cards.telegram_html import escape, host, link, shorten
from bot.cards.texts import Texts
from retrieval import Headline, Quote, Span

ANSWER_SENTENCE_ROOM = 240
"""Largest width of an answer sentence that stands alone, in UTF-16 units: seven lines of a phone."""
TITLE_ROOM = 110
SOURCE_ROOM = 60


def answer_sentence(quote: Quote) -> Span:
    """Returns the span of the answer sentence in the quote's text, without blanks at its ends."""
    return trimmed(quote.text, Span(quote.answer_span.start - quote.start, quote.answer_span.end - quote.start))


def shown_sentence(quote: Quote) -> Span:
    """Returns the span of what is shown of the answer sentence: all of it, or words that hold those that answer."""
    exact = quote.exact_span and Span(quote.exact_span.start - quote.start, quote.exact_span.end - quote.start)
    return shorten_sentence(quote.text, answer_sentence(quote), exact, ANSWER_SENTENCE_ROOM)


def is_told_by_its_sentence(quote: Quote) -> bool:
    """Tells whether nothing of a quote is left out where its answer sentence is shown."""
    return shown_sentence(quote) == trimmed(quote.text, Span(0, len(quote.text)))


def sentence_block(quote: Quote, texts: Texts, *, folded: bool = False) -> str:
    """Renders the answer sentence alone, in bold in a block unless it is folded; nothing where there is none."""
    sentence, part = answer_sentence(quote), shown_sentence(quote)
    quoted = escape(part.of(quote.text))
    if not quoted.strip():
        return ""
    return _block(quoted if folded else f"<b>{quoted}</b>", part, sentence, texts, folded=folded)


def passage_block(quote: Quote, room: int, texts: Texts, *, folded: bool = False) -> str:
    """Renders an excerpt of the quote at most `room` wide in a block, with the answer sentence in bold."""
    text, core = quote.text, answer_sentence(quote)
    whole = trimmed(text, Span(0, len(text)))
    part = excerpt(text, core, room)
    start, end = max(core.start, part.start), min(core.end, part.end)
    quoted = (
        f"{escape(text[part.start : start])}<b>{escape(text[start:end])}</b>{escape(text[end : part.end])}"
        if start < end
        else escape(part.of(text))
    )
    return _block(quoted, part, whole, texts, folded=folded)


def _block(quoted: str, part: Span, whole: Span, texts: Texts, *, folded: bool) -> str:
    """Frames a quoted part. Marks of omitted text stand outside; a folded block shows few lines until it is tapped."""
    before = f"{texts.cut}\n" if part.start > whole.start else ""
    after = f"\n{texts.cut}" if part.end < whole.end else ""
    return f"{before}<blockquote{' expandable' if folded else ''}>{quoted}</blockquote>{after}"


def answer_sentence_quote(quote: Quote) -> Quote:
    """Returns the answer sentence as a quote of its own; the whole quote where it has none."""
    span = answer_sentence(quote)
    if span.start == span.end:
        return quote
    start, end = quote.start + span.start, quote.start + span.end
    return replace(quote, start=start, end=end, text=span.of(quote.text), answer_span=Span(start, end))


def title_link(item: Quote | Headline, texts: Texts, room: int = TITLE_ROOM) -> str:
    """Returns the article's title in HTML, as a link where its address is known."""
    return link(title_label(item, texts, room), item.url)


def title_label(item: Quote | Headline, texts: Texts, room: int) -> str:
    """Returns the article's title on one line, as plain text."""
    title = shorten(item.title, room)
    return title if any(map(str.isalnum, title)) else texts.untitled


def source_line(item: Quote | Headline, reader: Reader) -> str:
    """Returns the article's source, its dates, and the number of its copies."""
    texts = reader.texts
    parts = [escape(_source(item) or texts.unknown_source), *date_labels(item, reader)]
    if isinstance(item, Quote) and item.copies:
        parts.append(texts.copies.format(count=item.copies))
    return " · ".join(parts)


def source_link(quote: Quote, texts: Texts) -> str:
    """Returns the article's source in HTML, or else its title, as a link where its address is known."""
    return link(_source(quote) or title_label(quote, texts, SOURCE_ROOM), quote.url)


def _source(item: Quote | Headline) -> str:
    return shorten(item.source or host(item.url or "") or "", SOURCE_ROOM)


def date_labels(item: Quote | Headline, reader: Reader) -> list[str]:
    """Returns the date of publication, and that of the event where it is another day."""
    texts = reader.texts
    event = item.event if isinstance(item, Quote) else None
    parts = [texts.published.format(date=format_date(item.published, reader))] if item.published else []
    if event and event != item.published:
        parts.append(texts.event.format(date=format_date(event, reader)))
    return parts
