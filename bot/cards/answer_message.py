"""An answer as the text of one Telegram message.

Telegram refuses a message over 4,096 characters, over 32,768 bytes with its tags, or with tags that it does not
know, and ignores what is marked beyond the hundredth entity. Whatever an article holds, the message stays below
that: every part has its room, and what comes from an article is cleaned and escaped.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise

from bot.cards.dates import format_date
from bot.cards.quote_blocks import answer_sentence_width, blockquote, source_line, title_link
from bot.cards.telegram_html import escape, shorten, visible_width, width
from bot.cards.texts import Texts
from retrieval import AbstainReason, Answer, PartialDate, Period, Quote

MESSAGE_ROOM = 2500
"""Visible characters, in UTF-16 units, that no message exceeds: about two screens of a phone."""
FOLDED_TITLE_ROOM = 90
PERIOD_ROOM = 60
QUESTION_ROOM = 100
QUOTES_SHOWN = 3
"""The one in front, and further ones that are folded."""
MOST_HEADLINES = 3
QUOTE_FRAME_ROOM = 12
"""Width of line breaks and of marks of what is left out."""


def answer_text(answer: Answer, texts: Texts, today: dt.date, page: int = 0, *, chosen: bool = False) -> str:
    """The answer in Telegram HTML: quotes with their sources, or why there is none and what lies near.

    Args:
        answer: what was found.
        texts: the reader's language.
        today: the day on which it is read.
        page: which quote stands in front; those before it are not shown.
        chosen: whether the reader has asked for this article, however unsure it is that it answers.
    """
    head = [_read_as(answer, texts), _period(answer.period, texts) if answer.period else ""]
    if not answer.answered:
        return _paragraphs([*head, *_no_answer(answer, texts, today)])
    head.append(texts.chosen if chosen else "")
    quotes = answer.quotes[page : page + QUOTES_SHOWN]
    sources = _attributions(quotes, texts, today)
    fixed = sum(visible_width(part) + 2 for part in [*head, *sources, texts.verbatim])
    rooms = _rooms(quotes, MESSAGE_ROOM - fixed - QUOTE_FRAME_ROOM * len(quotes))
    shown = [
        f"{blockquote(quote, room, texts, folded=number > 0)}\n{source}"
        for number, (quote, room, source) in enumerate(zip(quotes, rooms, sources, strict=True))
    ]
    return _paragraphs([*head, *shown, texts.verbatim])


def _paragraphs(parts: Sequence[str]) -> str:
    return "\n\n".join(part for part in parts if part)


def _read_as(answer: Answer, texts: Texts) -> str:
    return texts.read_as.format(question=escape(shorten(answer.read_as, QUESTION_ROOM))) if answer.read_as else ""


def _period(period: Period, texts: Texts) -> str:
    days = (PartialDate.of(day).vietnamese for day in (period.since, period.until))
    line = texts.period if period.kept else texts.period_dropped
    return line.format(words=escape(shorten(period.words, PERIOD_ROOM)), days="–".join(days))


def _attributions(quotes: Sequence[Quote], texts: Texts, today: dt.date) -> list[str]:
    """Under each quote, where it is from: on two lines, then on one; of an article that was just named, that it is."""
    first = quotes[0]
    lines = [f"📰 {title_link(first, texts)}\n{source_line(first, texts, today)}"]
    for before, quote in pairwise(quotes):
        if quote.article_id == before.article_id:
            lines.append(f"📰 {texts.same_article}")
        else:
            lines.append(f"📰 {title_link(quote, texts, FOLDED_TITLE_ROOM)} · {source_line(quote, texts, today)}")
    return lines


def _rooms(quotes: Sequence[Quote], room: int) -> list[int]:
    """How wide each quote may be; the first one's answering sentence is kept whole before others have their shares."""
    wanted = [width(quote.text) for quote in quotes]
    shares = _share(wanted, room)
    least = min(answer_sentence_width(quotes[0]), room * 3 // 5)
    return shares if shares[0] >= least else [least, *_share(wanted[1:], room - least)]


def _share(wanted: Sequence[int], room: int) -> list[int]:
    """Divide the room fairly; what a short quote leaves goes to the ones before it, so in the end to the first."""
    given = [0] * len(wanted)
    for position in reversed(range(len(wanted))):
        given[position] = max(0, min(wanted[position], room // (position + 1)))
        room -= given[position]
    return given


def _no_answer(answer: Answer, texts: Texts, today: dt.date) -> list[str]:
    if answer.reason is AbstainReason.EMPTY_QUESTION:
        return [texts.empty]
    why = texts.nothing_matches if answer.reason is AbstainReason.NOTHING_MATCHES else texts.not_sure
    reaches = texts.reaches.format(date=format_date(answer.newest, texts, today)) if answer.newest else ""
    lines = [
        f"{number}. {title_link(item, texts)} ({source_line(item, texts, today)})"
        for number, item in enumerate(answer.nearest[:MOST_HEADLINES], 1)
    ]
    nearest = "\n".join([texts.nearest, *lines]) if lines else ""
    return [f"{why} {reaches}".rstrip(), nearest, texts.try_again]
