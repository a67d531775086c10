"""The texts of the bot, in Vietnamese and English.

They are all sentences that a reader sees but those of articles. `texts_for` chooses the language by the reader's
client; every card is made of these texts.
"""

from __future__ import annotations

from bot.cards.texts.english import ENGLISH
from bot.cards.texts.schema import LONGEST_QUESTION, Texts
from bot.cards.texts.vietnamese import VIETNAMESE

__all__ = ["ENGLISH", "LONGEST_QUESTION", "VIETNAMESE", "Texts", "texts_for"]


def texts_for(language: str | None) -> Texts:
    """Returns the texts for a client's IETF language tag: English for English, else Vietnamese."""
    return ENGLISH if (language or "").lower().partition("-")[0] == "en" else VIETNAMESE
