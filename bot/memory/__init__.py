"""Memory: what the bot stores of conversations, in its own database.

In come sent cards, questions, votes and consent; out come the cards behind buttons, the previous turn of a follow-up,
and exported feedback. `conversation` reads and writes, `background` deletes expired data, `cli` exports feedback.
"""

from __future__ import annotations

from bot.memory.card_store import CARD_LIFETIME, CardStore, StoredCard
from bot.memory.consent import mark_asked, read_consent, record_consent
from bot.memory.deletion import delete_expired, delete_person
from bot.memory.export import export_feedback
from bot.memory.feedback import Verdict, Vote, toggle_vote
from bot.memory.history import TURN_LIFETIME, History, Place

__all__ = [
    "CARD_LIFETIME",
    "TURN_LIFETIME",
    "CardStore",
    "History",
    "Place",
    "StoredCard",
    "Verdict",
    "Vote",
    "delete_expired",
    "delete_person",
    "export_feedback",
    "mark_asked",
    "read_consent",
    "record_consent",
    "toggle_vote",
]
