"""An answer as one Telegram message.

Telegram refuses a message over 4,096 characters, over 32,768 bytes with its tags, or with tags that it does not
know, and ignores what is marked beyond the hundredth entity. Whatever an article holds, the message stays below
that: every part has its room, and what comes from an article is cleaned and escaped.
"""

from __future__ import annotations

from itertools import groupby

from bot.excerpt import excerpt, trimmed
from bot.markup import escape, host, linked, shorten, visible_width, width
from bot.texts import Texts
from retrieval.datatypes import Answer, Headline, PartialDate, Period, Quote, Reason, Span

COMFORTABLE = 2500
"""Visible characters that a message should not exceed: about two screens of a phone."""
ANSWERS_AT_MOST = 2700
"""Visible characters that the answering sentences together may take, comfortable or not."""
TITLE_ROOM = 150
SOURCE_ROOM = 60
PERIOD_ROOM = 60
QUESTION_ROOM = 100
MOST_QUOTES = 3
MOST_HEADLINES = 5


def render(answer: Answer, texts: Texts) -> str:
    """The answer in Telegram HTML: the quotes with their sources, or why there is none and what lies near."""
    body = _quotes(answer.quotes[:MOST_QUOTES], texts) if answer.answered else _no_answer(answer, texts)
    read_as = texts.read_as.format(question=escape(shorten(answer.read_as, QUESTION_ROOM))) if answer.read_as else ""
    return "\n\n".join(part for part in (read_as, _period(answer.period, texts) if answer.period else "", body) if part)


def _period(period: Period, texts: Texts) -> str:
    days = (PartialDate.of(day).vietnamese for day in (period.since, period.until))
    line = texts.period if period.kept else texts.period_dropped
    return line.format(words=escape(shorten(period.words, PERIOD_ROOM)), days="–".join(days))


def _quotes(quotes: tuple[Quote, ...], texts: Texts) -> str:
    """The quotes by article, in the order of each article's best one, and under them where they are from."""
    ids = [quote.article_id for quote in quotes]
    by_article = [list(same) for _, same in groupby(sorted(quotes, key=lambda q: ids.index(q.article_id)), _article)]
    attributions = [_attribution(same[0], texts) for same in by_article]
    shown = sum(visible_width(line) for line in [*attributions, texts.verbatim])
    rooms = iter(_share([width(quote.text) for same in by_article for quote in same], COMFORTABLE - shown))
    parts = []
    for same, attribution in zip(by_article, attributions, strict=True):
        blocks = [_blockquote(quote, next(rooms), ANSWERS_AT_MOST // len(quotes), texts) for quote in same]
        parts.append("\n".join([*blocks, attribution]))
    return "\n\n".join([*parts, texts.verbatim])


def _article(quote: Quote) -> str:
    return quote.article_id


def _share(wanted: list[int], room: int) -> list[int]:
    """Divide the room fairly; what a short quote leaves goes to the ones before it, so in the end to the first."""
    given = [0] * len(wanted)
    for position in reversed(range(len(wanted))):
        given[position] = max(0, min(wanted[position], room // (position + 1)))
        room -= given[position]
    return given


def _blockquote(quote: Quote, room: int, answer_room: int, texts: Texts) -> str:
    """A part of the quote, word for word, in a block; marks of what was left out stand outside of it.

    The part is at most `room` wide, or as wide as the answering sentence if that takes up to `answer_room`.
    """
    text = quote.text
    answer = Span(quote.answer_span.start - quote.start, quote.answer_span.end - quote.start)
    core = trimmed(text, answer)
    whole = trimmed(text, Span(0, len(text)))
    part = excerpt(text, answer, max(room, min(width(core.of(text)), answer_room)))
    start, end = max(core.start, part.start), min(core.end, part.end)
    quoted = (
        f"{escape(text[part.start : start])}<b>{escape(text[start:end])}</b>{escape(text[end : part.end])}"
        if start < end
        else escape(part.of(text))
    )
    before = f"{texts.cut}\n" if part.start > whole.start else ""
    after = f"\n{texts.cut}" if part.end < whole.end else ""
    return f"{before}<blockquote>{quoted}</blockquote>{after}"


def _attribution(quote: Quote, texts: Texts) -> str:
    return f"📰 {_title(quote.title, quote.url, texts)}\n{_provenance(quote, texts)}"


def _title(title: str, url: str | None, texts: Texts) -> str:
    label = shorten(title, TITLE_ROOM)
    return linked(label if any(map(str.isalnum, label)) else texts.untitled, url)


def _provenance(item: Quote | Headline, texts: Texts) -> str:
    source = shorten(item.source or host(item.url or "") or "", SOURCE_ROOM) or texts.unknown_source
    event = item.event if isinstance(item, Quote) else None
    parts = [escape(source)]
    if item.published:
        parts.append(texts.published.format(date=_date(item.published, texts)))
    if event and event != item.published:
        parts.append(texts.event.format(date=_date(event, texts)))
    if isinstance(item, Quote) and item.copies:
        parts.append(texts.copies.format(count=item.copies))
    return " · ".join(parts)


def _date(date: PartialDate, texts: Texts) -> str:
    if date.month is None:
        return texts.year.format(date=date.vietnamese)
    pattern = texts.month if date.day is None else texts.day
    return pattern.format(date=date.vietnamese)


def _no_answer(answer: Answer, texts: Texts) -> str:
    parts = [_why_not(answer.reason, texts)]
    if answer.nearest:
        lines = (
            f"• {_title(item.title, item.url, texts)} ({_provenance(item, texts)})"
            for item in answer.nearest[:MOST_HEADLINES]
        )
        parts.append("\n".join([texts.nearest, *lines]))
    if answer.reason is not Reason.EMPTY_QUESTION:
        parts.append(texts.try_again)
    return "\n\n".join(parts)


def _why_not(reason: Reason | None, texts: Texts) -> str:
    match reason:
        case Reason.EMPTY_QUESTION:
            return texts.empty
        case Reason.NOTHING_MATCHES:
            return texts.nothing_matches
        case _:
            return texts.not_sure
