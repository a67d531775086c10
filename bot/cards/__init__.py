"""Cards: the text of a Telegram message with the buttons under it.

In come answers and other values of `retrieval`, and the reader they are for; out come cards, as pure functions of
what they show. `conversation`, `admission` and `admin` make cards, `telegram` sends them. Every sentence that readers
see is in `cards/texts/`.
"""

from __future__ import annotations

from bot.cards.answer_message import answer_text, quote_text
from bot.cards.buttons import Action, CallbackButton, CallbackData, Keyboard, decode_callback, to_markup
from bot.cards.cards import Card, answer_card, explanation_card, welcome_card
from bot.cards.content import CardContent, Heading, heading_of
from bot.cards.corpus_info import corpus_text
from bot.cards.quote_blocks import answer_sentence, title_label
from bot.cards.reader import Reader
from bot.cards.telegram_html import escape, shorten
from bot.cards.texts import ENGLISH, LONGEST_QUESTION, VIETNAMESE, Texts, texts_for

__all__ = [
    "ENGLISH",
    "LONGEST_QUESTION",
    "VIETNAMESE",
    "Action",
    "CallbackButton",
    "CallbackData",
    "Card",
    "CardContent",
    "Heading",
    "Keyboard",
    "Reader",
    "Texts",
    "answer_card",
    "answer_sentence",
    "answer_text",
    "corpus_text",
    "decode_callback",
    "escape",
    "explanation_card",
    "heading_of",
    "quote_text",
    "shorten",
    "texts_for",
    "title_label",
    "to_markup",
    "welcome_card",
]
