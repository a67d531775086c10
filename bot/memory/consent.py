"""Consent to keeping questions with votes; without it only numbers are kept."""

from __future__ import annotations

import datetime as dt

from bot.database import State


def read_consent(state: State, user: int) -> bool | None:
    """Returns whether a user has consented; None where the user has not decided."""
    rows = state.rows("SELECT given FROM consent WHERE user = ? AND given IS NOT NULL", (user,))
    return bool(rows[0][0]) if rows else None


def mark_asked(state: State, user: int, at: dt.datetime) -> bool:
    """Stores that a user was asked for consent; returns whether it was the first time."""
    with state.transaction() as connection:
        added = connection.execute(
            "INSERT INTO consent VALUES (?, NULL, ?) ON CONFLICT DO NOTHING", (user, at.timestamp())
        )
        return bool(added.rowcount)


def record_consent(state: State, user: int, at: dt.datetime, *, given: bool) -> None:
    """Stores a user's decision, and applies it to earlier votes.

    With consent, the questions of stored cards are added to the user's earlier votes; without, they are removed,
    from the files too.
    """
    with state.synced_transaction() as connection:
        connection.execute("INSERT OR REPLACE INTO consent VALUES (?, ?, ?)", (user, given, at.timestamp()))
        connection.execute(_ADD_QUESTIONS if given else _REMOVE_QUESTIONS, (user,))
    if not given:
        state.scrub()


_ADD_QUESTIONS = """\
UPDATE feedback SET question = (SELECT question FROM shown WHERE key = card AND shown.user = feedback.user)
WHERE user = ? AND question IS NULL"""
_REMOVE_QUESTIONS = "UPDATE feedback SET question = NULL WHERE user = ?"
