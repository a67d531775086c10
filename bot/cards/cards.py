"""Cards: the text of a message with the buttons under it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.cards.answer_message import MOST_HEADLINES, answer_text
from bot.cards.buttons import Action, CallbackButton, CallbackData, CopyButton, Keyboard, ShareButton
from bot.cards.content import CardContent
from bot.cards.explanation import explain
from bot.cards.list_message import LISTED_ACTS
from bot.cards.quote_blocks import shown_sentence, title_label
from bot.cards.reader import Reader
from bot.cards.telegram_html import clean, web_link, width
from bot.cards.texts import Texts
from retrieval import Answer, Headline, MatchedWords, Quote

LONGEST_QUERY = 256
"""Most characters of a query in inline mode."""
HEADLINE_ROOM = 60


@dataclass(frozen=True, slots=True)
class Card:
    """A message: its text in Telegram HTML, and rows of buttons."""

    text: str
    keyboard: Keyboard = ()
    previewed: str | None = None
    """Address of the article whose preview the operator may have shown; None for none."""


def answer_card(content: CardContent, key: str, reader: Reader, page: int = 0) -> Card:
    """Makes the card of an answer or an abstention, with at most two rows of buttons.

    Args:
        content: what the card shows.
        key: the key under which the card is stored.
        reader: the person who reads it.
        page: position of the quote in front.
    """
    answer = content.visible
    if answer.answered and answer.act in LISTED_ACTS:
        texts = reader.texts
        votes = _vote_buttons(key, 0, texts.good_button, texts.bad_button)
        return Card(answer_text(content, reader), ((*votes, *_any_time_button(answer, key, texts)),))
    rows = _answer_rows(content, key, reader, page) if answer.answered else (_nearest_row(answer, key, reader.texts),)
    previewed = web_link(answer.quotes[page].url) if answer.answered else None
    return Card(answer_text(content, reader, page), tuple(row for row in rows if row), previewed)


def explanation_card(content: CardContent, matches: MatchedWords, key: str, reader: Reader, page: int) -> Card:
    """Makes the card that explains a quote, with a button back to it."""
    back = CallbackButton(reader.texts.back_button, CallbackData(key, Action.PAGE, page))
    return Card(explain(content, matches, reader, page), ((back,),))


def welcome_card(examples: Sequence[Headline], key: str, texts: Texts, *, empty: bool) -> Card:
    """Makes the greeting with example questions, or says that the corpus is empty."""
    more = texts.start_empty if empty else texts.start_examples if examples else ""
    text = f"{texts.start}\n\n{more}" if more else texts.start
    return Card(text, _example_rows(examples, key, texts))


def _answer_rows(content: CardContent, key: str, reader: Reader, page: int) -> Keyboard:
    """Returns the buttons of an answer: first what can be done with it, or whether it is one, then the rest."""
    answer, texts = content.visible, reader.texts
    why = CallbackButton(texts.why_button, CallbackData(key, Action.WHY, page))
    copy, pages = _copy_button(answer.quotes[page], texts), _page_buttons(answer, key, texts, page)
    if content.chosen:
        nearest = CallbackButton(texts.nearest_button, CallbackData(key, Action.NEAREST))
        return ((nearest, why, *copy), (*_vote_buttons(key, page, texts.good_button, texts.bad_button), *pages))
    any_time = _any_time_button(answer, key, texts)
    if answer.is_sure:
        votes = _vote_buttons(key, page, texts.good_button, texts.bad_button)
        return ((why, *copy, *_share_button(answer, reader)), (*votes, *any_time, *pages))
    return (_vote_buttons(key, page, texts.yes_button, texts.no_button), (why, *(any_time or copy), *pages))


def _nearest_row(answer: Answer, key: str, texts: Texts) -> tuple[CallbackButton, ...]:
    """Returns a button with the number of each nearest headline, and one to search all times."""
    numbers = tuple(
        CallbackButton(str(number + 1), CallbackData(key, Action.HEADLINE, number))
        for number in range(len(answer.nearest[:MOST_HEADLINES]))
    )
    return (*numbers, *_any_time_button(answer, key, texts))


def _vote_buttons(key: str, page: int, good: str, bad: str) -> tuple[CallbackButton, ...]:
    return (
        CallbackButton(good, CallbackData(key, Action.GOOD, page)),
        CallbackButton(bad, CallbackData(key, Action.BAD, page)),
    )


def _page_buttons(answer: Answer, key: str, texts: Texts, page: int) -> tuple[CallbackButton, ...]:
    count = len(answer.quotes)
    neighbours = [
        (texts.previous_button, page - 1) if page > 0 else None,
        (texts.next_button, page + 1) if page + 1 < count else None,
    ]
    return tuple(
        CallbackButton(words.format(number=number + 1, count=count), CallbackData(key, Action.PAGE, number))
        for words, number in filter(None, neighbours)
    )


def _any_time_button(answer: Answer, key: str, texts: Texts) -> tuple[CallbackButton, ...]:
    if answer.period is None or not answer.period.kept:
        return ()
    return (CallbackButton(texts.any_time_button, CallbackData(key, Action.ANY_TIME)),)


def _copy_button(quote: Quote, texts: Texts) -> tuple[CopyButton, ...]:
    """Returns a button that copies the answer sentence as shown; none where it would not be copied word for word."""
    text = shown_sentence(quote).of(quote.text)
    return (CopyButton(texts.copy_button, text),) if text and clean(text) == text else ()


def _share_button(answer: Answer, reader: Reader) -> tuple[ShareButton, ...]:
    """Returns a button that asks the same question in another chat, in inline mode; none where it cannot be typed."""
    question = " ".join(clean(answer.turn.question if answer.turn else answer.question).split())
    if not reader.has_inline_mode or not any(map(str.isalnum, question)) or width(question) > LONGEST_QUERY:
        return ()
    return (ShareButton(reader.texts.share_button, question),)


def _example_rows(items: Sequence[Headline], key: str, texts: Texts) -> Keyboard:
    return tuple(
        (CallbackButton(title_label(item, texts, HEADLINE_ROOM), CallbackData(key, Action.EXAMPLE, number)),)
        for number, item in enumerate(items)
    )
