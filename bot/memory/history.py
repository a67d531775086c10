"""The last turn of each person in each chat and topic, for follow-ups. It expires after half an hour."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass

from bot.database import State
from retrieval import PreviousTurn

TURN_LIFETIME = dt.timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Place:
    """A conversation: one person in one chat and topic."""

    chat: int
    topic: int
    """Forum topic; 0 outside of forums."""
    user: int


@dataclass(frozen=True, slots=True)
class History:
    """The table of last turns; called in threads, for it writes to disk."""

    state: State

    def previous(self, place: Place, now: dt.datetime) -> PreviousTurn | None:
        """Returns the last turn; None where there is none, or it has expired."""
        rows = self.state.rows(
            "SELECT question, topic_question, shown, articles FROM turn"
            " WHERE (chat, topic, user) = (?, ?, ?) AND at >= ?",
            (place.chat, place.topic, place.user, (now - TURN_LIFETIME).timestamp()),
        )
        for question, topic, shown, articles in rows:
            ids = tuple(json.loads(str(articles))) if articles else ()
            return PreviousTurn(str(question), str(topic), None if shown is None else str(shown), ids)
        return None

    def record(self, place: Place, turn: PreviousTurn, now: dt.datetime) -> None:
        """Stores a turn in place of the last one."""
        with self.state.transaction() as connection:
            articles = json.dumps(turn.articles)
            connection.execute(
                "INSERT OR REPLACE INTO turn (chat, topic, user, question, topic_question, at, shown, articles)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (place.chat, place.topic, place.user, turn.question, turn.topic, now.timestamp(), turn.shown, articles),
            )

    def clear(self, place: Place) -> None:
        """Deletes the last turn, from the files too."""
        with self.state.transaction() as connection:
            deleted = connection.execute(
                "DELETE FROM turn WHERE (chat, topic, user) = (?, ?, ?)", (place.chat, place.topic, place.user)
            ).rowcount
        if deleted:
            self.state.scrub()
