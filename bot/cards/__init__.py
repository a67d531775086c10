"""Door."""

from __future__ import annotations

from bot.cards.answer_message import answer_text
from bot.cards.buttons import Action, Keyboard, Press, Tap, read_press, to_markup
from bot.cards.cards import Card, answer_card, explanation_card, welcome_card
from bot.cards.corpus_info import holdings_text
from bot.cards.quote_blocks import answering, label
from bot.cards.telegram_html import escape, shorten
from bot.cards.texts import ENGLISH, LONGEST_QUESTION, VIETNAMESE, Texts, texts_for

__all__ = [
    "ENGLISH",
    "LONGEST_QUESTION",
    "VIETNAMESE",
    "Action",
    "Card",
    "Keyboard",
    "Press",
    "Tap",
    "Texts",
    "answer_card",
    "answer_text",
    "answering",
    "escape",
    "explanation_card",
    "holdings_text",
    "label",
    "read_press",
    "shorten",
    "texts_for",
    "to_markup",
    "welcome_card",
]
