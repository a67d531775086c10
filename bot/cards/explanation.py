"""Why a passage was quoted, in words that a reader understands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from bot.cards.answer_message import PERIOD_ROOM
from bot.cards.quote_blocks import answer_sentence_quote, blockquote, date_labels, source_line, title_link
from bot.cards.telegram_html import escape, shorten
from bot.cards.texts import Texts
from retrieval import Answer, MatchedWords, Quote

VERY_NEAR_COSINE, NEAR_COSINE = 0.89, 0.855
"""Cosines of passage and question from which their meaning counts as very near, and as near.

Of the bundled model: of 102 questions whose first quote was of the right article, half lay above the one and nine
tenths above the other; of all passages that come into question, half lie below 0.84."""

SENTENCE_ROOM = 400
WORDS_ROOM = 60
MOST_WORDS = 8


def explain(
    answer: Answer, page: int, matches: MatchedWords, texts: Texts, today: dt.date, *, chosen: bool = False
) -> str:
    """What speaks for a quote of the answer: words, meaning, dates, confidence.

    Args:
        answer: the answer.
        page: which of its quotes.
        matches: which words of the question that quote holds.
        texts: the reader's language.
        today: the day on which it is read.
        chosen: as of `render`.
    """
    quote = answer.quotes[page]
    sentence = blockquote(answer_sentence_quote(quote), SENTENCE_ROOM, texts)
    lines = [
        *_words(matches, texts),
        _meaning(quote, texts),
        _date(answer, quote, texts, today),
        texts.why_place.format(number=page + 1, count=len(answer.quotes)) if len(answer.quotes) > 1 else "",
        (texts.why_chosen if chosen else texts.why_sure).format(percent=_percent(answer.confidence)),
    ]
    source = f"📰 {title_link(quote, texts)}\n{source_line(quote, texts, today)}"
    return "\n\n".join([texts.why, f"{sentence}\n{source}", "\n".join(line for line in lines if line)])


def _words(matches: MatchedWords, texts: Texts) -> list[str]:
    told = (
        (texts.why_words, matches.text),
        (texts.why_title_words, matches.title),
        (texts.why_missing_words, matches.nowhere),
    )
    lines = [line.format(words=_listed(words)) for line, words in told if words]
    return lines if matches.text else [texts.why_no_words, *lines]


def _listed(words: Sequence[str]) -> str:
    listed = [f"<b>{escape(shorten(word, WORDS_ROOM))}</b>" for word in words[:MOST_WORDS]]
    return ", ".join([*listed, "…"] if len(words) > MOST_WORDS else listed)


def _meaning(quote: Quote, texts: Texts) -> str:
    if quote.hit is None:
        return ""
    cosine = quote.hit.dense_score
    nearness = texts.why_rather_near
    if cosine >= NEAR_COSINE:
        nearness = texts.why_very_near if cosine >= VERY_NEAR_COSINE else texts.why_near
    return texts.why_meaning.format(nearness=nearness)


def _date(answer: Answer, quote: Quote, texts: Texts, today: dt.date) -> str:
    dates = ", ".join(date_labels(quote, texts, today))
    if not dates:
        return texts.why_no_date
    if answer.period and answer.period.kept:
        return texts.why_date_asked.format(dates=dates, words=escape(shorten(answer.period.words, PERIOD_ROOM)))
    return texts.why_date.format(dates=dates)


def _percent(probability: float) -> int:
    """Neither none nor all: nothing is that sure."""
    return max(1, min(99, round(100 * probability)))
