"""The explanation of a quote: why it was chosen, in a reader's words."""

from __future__ import annotations

from collections.abc import Sequence

from bot.cards.answer_message import PERIOD_ROOM
from bot.cards.content import CardContent
from bot.cards.quote_blocks import answer_sentence_quote, date_labels, passage_block, source_line, title_link
from bot.cards.reader import Reader
from bot.cards.telegram_html import escape, shorten
from bot.cards.texts import Texts
from retrieval import Answer, MatchedWords, Quote

VERY_NEAR_COSINE, NEAR_COSINE = 0.89, 0.855
"""Dense scores (cosines of question and passage) from which a passage counts as very near, and as near, in meaning.

Measured with the bundled model: of 102 questions whose first quote was of the right article, half scored above the
first value and nine tenths above the second; half of all candidate passages score below 0.84."""

SENTENCE_ROOM = 400
WORDS_ROOM = 60
MOST_WORDS = 8


def explain(content: CardContent, matches: MatchedWords, reader: Reader, page: int) -> str:
    """Renders the evidence for a quote: matched words, meaning, dates, confidence.

    Args:
        content: what the card shows; its confidence is the probability that the first quote answers.
        matches: the words of the question that the quote contains.
        reader: the person who reads it.
        page: position of the quote.
    """
    answer, texts = content.visible, reader.texts
    quote = answer.quotes[page]
    sentence = passage_block(answer_sentence_quote(quote), SENTENCE_ROOM, texts)
    lines = [
        *_words(matches, texts),
        _meaning(quote, texts),
        _date(answer, quote, reader),
        texts.why_place.format(number=page + 1, count=len(answer.quotes)) if len(answer.quotes) > 1 else "",
        (texts.why_chosen if content.chosen else texts.why_sure).format(percent=_percent(content.confidence)),
    ]
    source = f"📰 {title_link(quote, texts)}\n{source_line(quote, reader)}"
    return "\n\n".join([texts.why, f"{sentence}\n{source}", "\n".join(line for line in lines if line)])


def _words(matches: MatchedWords, texts: Texts) -> list[str]:
    templates = (
        (texts.why_words, matches.text),
        (texts.why_title_words, matches.title),
        (texts.why_missing_words, matches.nowhere),
    )
    lines = [line.format(words=_listed(words)) for line, words in templates if words]
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


def _date(answer: Answer, quote: Quote, reader: Reader) -> str:
    texts, dates = reader.texts, ", ".join(date_labels(quote, reader))
    if not dates:
        return texts.why_no_date
    if answer.period and answer.period.kept:
        return texts.why_date_asked.format(dates=dates, words=escape(shorten(answer.period.words, PERIOD_ROOM)))
    return texts.why_date.format(dates=dates)


def _percent(probability: float) -> int:
    """Returns a percentage between 1 and 99: no answer is certain."""
    return max(1, min(99, round(100 * probability)))
