"""Door."""

from __future__ import annotations

from bot.memory.card_store import CARD_LIFETIME, Cards, Shown
from bot.memory.consent import consent_of, decide, is_first_time
from bot.memory.deletion import forget, forget_old
from bot.memory.export import export_feedback
from bot.memory.feedback import Verdict, Vote, record
from bot.memory.history import TURN_LIFETIME, Conversations, Place

__all__ = [
    "CARD_LIFETIME",
    "TURN_LIFETIME",
    "Cards",
    "Conversations",
    "Place",
    "Shown",
    "Verdict",
    "Vote",
    "consent_of",
    "decide",
    "export_feedback",
    "forget",
    "forget_old",
    "is_first_time",
    "record",
]
