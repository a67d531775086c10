"""Every sentence that a reader sees in Telegram and that is not quoted from an article, in two languages."""

from __future__ import annotations

from bot.cards.texts.english import ENGLISH
from bot.cards.texts.schema import LONGEST_QUESTION, Texts
from bot.cards.texts.vietnamese import VIETNAMESE

__all__ = ["ENGLISH", "LONGEST_QUESTION", "VIETNAMESE", "Texts", "texts_for"]


def texts_for(language: str | None) -> Texts:
    """The texts for a reader's client, named by its IETF language tag: English for English ones, else Vietnamese."""
    return ENGLISH if (language or "").lower().partition("-")[0] == "en" else VIETNAMESE
