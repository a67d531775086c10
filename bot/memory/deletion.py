"""Deletion of personal data, at a person's request or when it expires."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from bot.database import State
from bot.memory.card_store import CARD_LIFETIME
from bot.memory.history import TURN_LIFETIME


@dataclass(frozen=True, slots=True)
class DeletedCounts:
    """The numbers of deleted cards and votes."""

    cards: int
    """Stored answers with their questions."""
    votes: int


def delete_person(state: State, user: int) -> DeletedCounts:
    """Deletes what is stored of a user, in groups too. The votes of others on the same answers stay.

    Access that was granted by a password is deleted too. Where another program reads the database, the files hold
    traces until `delete_expired` succeeds.
    """
    with state.transaction() as connection:
        connection.execute("DELETE FROM turn WHERE user = ?", (user,))
        connection.execute("DELETE FROM consent WHERE user = ?", (user,))
        connection.execute("DELETE FROM admitted WHERE user_id = ?", (user,))
        # A private chat has the number of its user.
        cards = connection.execute("DELETE FROM shown WHERE user = ? OR chat = ?", (user, user)).rowcount
        votes = connection.execute("DELETE FROM feedback WHERE user = ?", (user,)).rowcount
    state.scrub()
    return DeletedCounts(cards, votes)


def delete_expired(state: State, now: dt.datetime) -> bool:
    """Deletes turns and cards that have reached the lifetime that people were told.

    Returns whether nothing that was deleted, now or earlier, is left in the files.
    """
    with state.transaction() as connection:
        connection.execute("DELETE FROM turn WHERE at < ?", ((now - TURN_LIFETIME).timestamp(),))
        connection.execute("DELETE FROM shown WHERE at < ?", ((now - CARD_LIFETIME).timestamp(),))
    return state.scrub()
