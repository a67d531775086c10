"""Deleting what is stored of people: all of it when they say so, and what is too old in any case."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bot.database import State
from bot.memory import card_store as shown
from bot.memory import history as conversation


@dataclass(frozen=True, slots=True)
class DeletedCounts:
    """How much was deleted."""

    cards: int
    """Answers with their buttons, and the questions that they were for."""
    votes: int


def delete_person(state: State, user: int) -> DeletedCounts:
    """Delete what is stored of a person, in groups too; what others have said of the same answers stays.

    Who came in by a password has to give it again.
    """
    with state.transaction() as connection:
        connection.execute("DELETE FROM turn WHERE user = ?", (user,))
        connection.execute("DELETE FROM consent WHERE user = ?", (user,))
        connection.execute("DELETE FROM admitted WHERE user_id = ?", (user,))
        # A private chat has the number of the person in it.
        cards = connection.execute("DELETE FROM shown WHERE user = ? OR chat = ?", (user, user)).rowcount
        votes = connection.execute("DELETE FROM feedback WHERE user = ?", (user,)).rowcount
    state.scrub()
    return DeletedCounts(cards, votes)


def delete_expired(state: State, now: dt.datetime) -> None:
    """Delete what has been kept for as long as people were told."""
    with state.transaction() as connection:
        connection.execute("DELETE FROM turn WHERE at < ?", ((now - conversation.TURN_LIFETIME).timestamp(),))
        connection.execute("DELETE FROM shown WHERE at < ?", ((now - shown.CARD_LIFETIME).timestamp(),))
