"""Cards: the text of a message with the buttons under it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.cards.answer_message import MOST_HEADLINES, answer_text
from bot.cards.buttons import Action, CallbackButton, CallbackData, CopyButton, Keyboard, LinkButton
from bot.cards.content import CardContent
from bot.cards.excerpt import trimmed
from bot.cards.explanation import explain
from bot.cards.list_message import LISTED_ACTS
from bot.cards.quote_blocks import answer_sentence, title_label
from bot.cards.reader import Reader
from bot.cards.telegram_html import clean, shorten, web_link, width
from bot.cards.texts import Texts
from retrieval import Answer, Headline, MatchedWords, Quote, Span

LONGEST_COPY = 256
"""Most characters that a button may copy."""
HEADLINE_ROOM = 60
PERIOD_BUTTON_ROOM = 30


@dataclass(frozen=True, slots=True)
class Card:
    """A message: its text in Telegram HTML, and rows of buttons."""

    text: str
    keyboard: Keyboard = ()


def answer_card(content: CardContent, key: str, reader: Reader, page: int = 0) -> Card:
    """Makes the card of an answer or an abstention.

    Args:
        content: what the card shows.
        key: the key under which the card is stored.
        reader: the person who reads it.
        page: position of the quote in front.
    """
    answer, texts = content.visible, reader.texts
    if answer.answered and answer.act in LISTED_ACTS:
        return Card(answer_text(content, reader), (*_period_row(answer, key, texts), _vote_row(key, texts, 0)))
    rows = [*_period_row(answer, key, texts), *(_quote_rows(answer, key, texts, page) if answer.answered else ())]
    if not answer.answered:
        rows += _headline_rows(answer.nearest[:MOST_HEADLINES], key, Action.HEADLINE, texts)
    if content.chosen:
        rows.append((CallbackButton(texts.nearest_button, CallbackData(key, Action.NEAREST)),))
    return Card(answer_text(content, reader, page), tuple(rows))


def explanation_card(content: CardContent, matches: MatchedWords, key: str, reader: Reader, page: int) -> Card:
    """Makes the card that explains a quote, with a button back to it."""
    back = CallbackButton(reader.texts.back_button, CallbackData(key, Action.PAGE, page))
    return Card(explain(content, matches, reader, page), ((back,),))


def welcome_card(examples: Sequence[Headline], key: str, texts: Texts, *, empty: bool) -> Card:
    """Makes the greeting with example questions, or says that the corpus is empty."""
    more = texts.start_empty if empty else texts.start_examples if examples else ""
    text = f"{texts.start}\n\n{more}" if more else texts.start
    return Card(text, tuple(_headline_rows(examples, key, Action.EXAMPLE, texts)))


def _period_row(answer: Answer, key: str, texts: Texts) -> Keyboard:
    if answer.period is None or not answer.period.kept:
        return ()
    words = shorten(answer.period.words, PERIOD_BUTTON_ROOM)
    return ((CallbackButton(texts.any_time_button.format(words=words), CallbackData(key, Action.ANY_TIME)),),)


def _quote_rows(answer: Answer, key: str, texts: Texts, page: int) -> Keyboard:
    quote, count = answer.quotes[page], len(answer.quotes)
    neighbours = [
        (texts.previous_button, page - 1) if page > 0 else None,
        (texts.next_button, page + 1) if page + 1 < count else None,
    ]
    votes = (CallbackButton(texts.why_button, CallbackData(key, Action.WHY, page)), *_vote_row(key, texts, page))
    paging = tuple(
        CallbackButton(words.format(number=number + 1, count=count), CallbackData(key, Action.PAGE, number))
        for words, number in filter(None, neighbours)
    )
    address = web_link(quote.url)
    article = (*((LinkButton(texts.open_button, address),) if address else ()), *_copy_button(quote, texts))
    return tuple(row for row in (paging, article, votes) if row)


def _vote_row(key: str, texts: Texts, page: int) -> tuple[CallbackButton, ...]:
    return (
        CallbackButton(texts.good_button, CallbackData(key, Action.GOOD, page)),
        CallbackButton(texts.bad_button, CallbackData(key, Action.BAD, page)),
    )


def _copy_button(quote: Quote, texts: Texts) -> tuple[CopyButton, ...]:
    """Returns a button that copies the quote, or else its answer sentence. None where neither fits word for word."""
    whole = trimmed(quote.text, Span(0, len(quote.text)))
    for span, words in ((whole, texts.copy_quote_button), (answer_sentence(quote), texts.copy_sentence_button)):
        text = span.of(quote.text)
        if 0 < width(text) <= LONGEST_COPY and clean(text) == text:
            return (CopyButton(words, text),)
    return ()


def _headline_rows(items: Sequence[Headline], key: str, action: Action, texts: Texts) -> Keyboard:
    labels = [title_label(item, texts, HEADLINE_ROOM) for item in items]
    if action is Action.HEADLINE:
        labels = [f"{number}. {words}" for number, words in enumerate(labels, 1)]
    return tuple((CallbackButton(words, CallbackData(key, action, number)),) for number, words in enumerate(labels))
