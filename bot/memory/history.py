"""What each person asked last in each place, so that a follow-up can lean on it; forgotten after half an hour."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bot.database import State
from retrieval import PreviousTurn

TURN_LIFETIME = dt.timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody talks with the bot."""

    chat: int
    topic: int
    """The forum topic; 0 outside of forums."""
    user: int


@dataclass(frozen=True, slots=True)
class History:
    """The table of turns; its methods write to disk, and are called in threads."""

    state: State

    def before(self, place: Place, now: dt.datetime) -> PreviousTurn | None:
        """The turn before; None where there was none of late."""
        rows = self.state.rows(
            "SELECT question, topic_question FROM turn WHERE (chat, topic, user) = (?, ?, ?) AND at >= ?",
            (place.chat, place.topic, place.user, (now - TURN_LIFETIME).timestamp()),
        )
        return next((PreviousTurn(str(question), str(topic)) for question, topic in rows), None)

    def went_on(self, place: Place, turn: PreviousTurn, now: dt.datetime) -> None:
        """Remember a turn in place of the one before."""
        with self.state.transaction() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO turn (chat, topic, user, question, topic_question, at)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (place.chat, place.topic, place.user, turn.question, turn.topic, now.timestamp()),
            )

    def start_afresh(self, place: Place) -> None:
        """Forget the turn before."""
        with self.state.transaction() as connection:
            connection.execute(
                "DELETE FROM turn WHERE (chat, topic, user) = (?, ?, ?)", (place.chat, place.topic, place.user)
            )
