"""Deleting all that is stored of a person."""

from __future__ import annotations

from dataclasses import dataclass

from bot.state import State


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How much was deleted."""

    cards: int
    """Answers with their buttons, and the questions that they were for."""
    votes: int


def forget(state: State, user: int) -> Forgotten:
    """Delete what is stored of a person, in groups too; what others have said of the same answers stays."""
    with state.transaction() as connection:
        connection.execute("DELETE FROM turn WHERE user = ?", (user,))
        connection.execute("DELETE FROM consent WHERE user = ?", (user,))
        # A private chat has the number of the person in it.
        cards = connection.execute("DELETE FROM shown WHERE user = ? OR chat = ?", (user, user)).rowcount
        votes = connection.execute("DELETE FROM feedback WHERE user = ?", (user,)).rowcount
    state.scrub()
    return Forgotten(cards, votes)
