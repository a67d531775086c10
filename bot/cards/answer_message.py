"""The text of an answer, as one Telegram message.

Telegram refuses a message over 4,096 characters, over 32,768 bytes with its tags, or with unknown tags, and ignores
markup beyond the hundredth entity. The message stays below these limits whatever an article contains: every part has a
largest width, and all text from articles is cleaned and escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.cards.content import CardContent, Heading
from bot.cards.dates import format_date
from bot.cards.list_message import LISTED_ACTS, listed_parts
from bot.cards.quote_blocks import (
    date_labels,
    is_told_by_its_sentence,
    passage_block,
    sentence_block,
    source_line,
    source_link,
    title_link,
)
from bot.cards.reader import Reader
from bot.cards.telegram_html import escape, shorten, visible_width
from bot.cards.texts import Texts
from retrieval import AbstainReason, Answer, Browse, DialogueAct, Headline, PartialDate, Period, Quote, Rewriting

MESSAGE_ROOM = 2500
"""Largest visible width of a message, in UTF-16 units: about two screens of a phone."""
PASSAGE_ROOM = 1200
"""Largest width of the passage that is folded under its answer sentence."""
PERIOD_ROOM = 60
QUESTION_ROOM = 100
MOST_OTHERS = 2
"""Most further articles whose answer is folded below the quote in front."""
MOST_HEADLINES = 3
MOST_BROWSED, LONGEST_BROWSED_URL_BYTES = 10, 900
"""Most headlines of a browsing reader, and the longest address of one: Telegram takes few bytes of links a message."""
TOPIC_ROOM = 60
MOST_MISSING, MISSING_ROOM = 3, 60
"""Most names and numbers that are said to be missing, and most characters of each."""
QUOTE_FRAME_ROOM = 12
"""Width of a quote's line breaks and of the marks of omitted text."""


def answer_text(content: CardContent, reader: Reader, page: int = 0) -> str:
    """Renders an answer or an abstention in Telegram HTML.

    The answer sentence comes first, then its source, and then, folded, the passage around it and further answers.

    Args:
        content: the answer, as its card shows it.
        reader: the person who reads it.
        page: position of the quote in front; earlier quotes are not shown.
    """
    answer, texts = content.visible, reader.texts
    if answer.act is DialogueAct.BROWSE and answer.headlines:
        return _browsed(answer, content.visible_heading, reader)
    head = [
        _heading(content.visible_heading, texts),
        _period(answer.period, texts) if answer.period else "",
        _stale(answer.stale, reader) if answer.stale else "",
    ]
    if not answer.answered:
        return _paragraphs([_lines(head), *_abstention(answer, reader)])
    foot = texts.verbatim if content.is_introduction else ""
    if answer.act in LISTED_ACTS:
        room = MESSAGE_ROOM - sum(visible_width(part) + 2 for part in [*head, foot])
        return _paragraphs([_lines(head), *listed_parts(answer, reader, room), foot])
    others = _lines([_further_answer(quote, reader) for quote in _of_other_articles(answer.quotes[page:])])
    return _answer(_lines([*head, _certainty(content, texts)]), answer.quotes[page], [others, foot], reader)


def quote_text(quote: Quote, question: str, reader: Reader) -> str:
    """Renders one quote below the question that it answers, as a message of its own."""
    return _answer(_heading(Heading(question), reader.texts), quote, [reader.texts.verbatim], reader)


def _answer(head: str, quote: Quote, foot: Sequence[str], reader: Reader) -> str:
    """Renders an answer sentence with its source and, in the room that is left, the passage around it."""
    texts = reader.texts
    sentence = sentence_block(quote, texts)
    source = f"📰 {title_link(quote, texts)}\n{source_line(quote, reader)}"
    told = _lines([sentence, source])
    if sentence and is_told_by_its_sentence(quote):
        return _paragraphs([head, told, *foot])
    fixed = sum(visible_width(part) + 2 for part in (head, told, *foot))
    room = min(PASSAGE_ROOM, MESSAGE_ROOM - fixed - QUOTE_FRAME_ROOM)
    passage = passage_block(quote, room, texts, folded=bool(sentence))
    return _paragraphs([head, _lines([told, passage] if sentence else [passage, source]), *foot])


def _of_other_articles(quotes: Sequence[Quote]) -> list[Quote]:
    """Returns the best quote of each further article; pages show what else an article says."""
    best = {quote.article_id: quote for quote in reversed(quotes)}
    firsts = [quote for quote in quotes if best[quote.article_id] is quote]
    return firsts[1 : 1 + MOST_OTHERS]


def _further_answer(quote: Quote, reader: Reader) -> str:
    """Renders a further answer: a line with its source as link and its date, and its answer sentence, folded."""
    source = " · ".join([f"📰 {source_link(quote, reader.texts)}", *date_labels(quote, reader)[:1]])
    return _lines([source, sentence_block(quote, reader.texts, folded=True)])


def _certainty(content: CardContent, texts: Texts) -> str:
    if content.chosen:
        return texts.chosen
    return "" if content.answer.is_sure else texts.possible


def _lines(parts: Sequence[str]) -> str:
    return "\n".join(part for part in parts if part)


def _paragraphs(parts: Sequence[str]) -> str:
    return "\n\n".join(part for part in parts if part)


def _heading(heading: Heading | None, texts: Texts) -> str:
    if heading is None:
        return ""
    templates = {None: texts.asked, Rewriting.CONTINUATION: texts.continues}
    line = templates.get(heading.rewriting, texts.read_as)
    return line.format(question=escape(shorten(heading.text, QUESTION_ROOM)))


def _period(period: Period, texts: Texts) -> str:
    days = (PartialDate.of(day).vietnamese for day in (period.since, period.last or period.until))
    line = texts.period if period.kept else texts.period_dropped
    return line.format(words=escape(shorten(period.words, PERIOD_ROOM)), days="–".join(dict.fromkeys(days)))


def _stale(date: PartialDate, reader: Reader) -> str:
    """Renders the day of an answer that is older than the question asks for, with its age."""
    texts, days = reader.texts, (reader.today - date.last).days
    age = texts.months_old.format(count=days // 30) if days >= 60 else texts.days_old.format(count=days)
    return texts.stale.format(date=date.vietnamese, age=age)


def _browsed(answer: Answer, heading: Heading | None, reader: Reader) -> str:
    """Renders the headlines that were asked for, and which articles these are."""
    texts, browse, period = reader.texts, answer.browse or Browse(), answer.period
    topic = texts.browse_topic.format(topic=escape(shorten(browse.topic, TOPIC_ROOM))) if browse.topic else ""
    source = browse.where.source
    of_source = texts.browse_source.format(source=escape(shorten(source, TOPIC_ROOM))) if source else ""
    lines = [
        f"{number}. {title_link(_with_short_url(item), texts)} ({source_line(item, reader)})"
        for number, item in enumerate(answer.headlines[:MOST_BROWSED], 1)
    ]
    parts = [
        _heading(heading, texts),
        _browsed_days(period, texts) if period else "",
        "\n".join([texts.browse.format(topic=topic, source=of_source), *lines]),
        texts.browse_more,
    ]
    return _paragraphs(parts)


def _browsed_days(period: Period, texts: Texts) -> str:
    line = texts.period if period.kept else texts.browse_days_dropped
    days = dict.fromkeys(PartialDate.of(day).vietnamese for day in (period.since, period.until))
    return line.format(words=escape(shorten(period.words, PERIOD_ROOM)), days="–".join(days))


def _with_short_url(item: Headline) -> Headline:
    is_long = item.url is not None and len(escape(item.url).encode()) > LONGEST_BROWSED_URL_BYTES
    return replace(item, url=None) if is_long else item


def _reason(answer: Answer, texts: Texts) -> str:
    if answer.reason is AbstainReason.OTHER_PREMISE:
        missing = (escape(shorten(words, MISSING_ROOM)) for words in answer.missing[:MOST_MISSING])
        instead = next((shorten(words, MISSING_ROOM) for words in answer.found if words), "")
        text = texts.other_found if instead else texts.other_premise
        return text.format(words=", ".join(f"<b>{words}</b>" for words in missing), found=escape(instead))
    reasons = {
        AbstainReason.NOTHING_MATCHES: texts.nothing_matches,
        AbstainReason.NOT_REPORTED: texts.not_reported,
        AbstainReason.ADVICE: texts.no_advice,
    }
    return reasons.get(answer.reason, texts.not_sure) if answer.reason else texts.not_sure


def _abstention(answer: Answer, reader: Reader) -> list[str]:
    texts = reader.texts
    if answer.reason is AbstainReason.EMPTY_QUESTION:
        return [texts.empty]
    reaches = texts.reaches.format(date=format_date(answer.newest, reader)) if answer.newest else ""
    lines = [
        f"{number}. {title_link(item, texts)} ({source_line(item, reader)})"
        for number, item in enumerate(answer.nearest[:MOST_HEADLINES], 1)
    ]
    nearest = "\n".join([texts.nearest, *lines]) if lines else ""
    again = "" if answer.reason in (AbstainReason.NOT_REPORTED, AbstainReason.ADVICE) else texts.try_again
    return [f"{_reason(answer, texts)} {reaches}".rstrip(), nearest, again]
