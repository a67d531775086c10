"""Who has agreed to their questions being kept with their feedback; without that, only numbers are."""

from __future__ import annotations

import datetime as dt

from bot.database import State


def read_consent(state: State, user: int) -> bool | None:
    """What somebody has said; None where nothing yet."""
    rows = state.rows("SELECT given FROM consent WHERE user = ? AND given IS NOT NULL", (user,))
    return bool(rows[0][0]) if rows else None


def mark_asked(state: State, user: int, at: dt.datetime) -> bool:
    """Whether somebody was never asked; from now on they were."""
    with state.transaction() as connection:
        added = connection.execute(
            "INSERT INTO consent VALUES (?, NULL, ?) ON CONFLICT DO NOTHING", (user, at.timestamp())
        )
        return bool(added.rowcount)


def record_consent(state: State, user: int, at: dt.datetime, *, given: bool) -> None:
    """Note what somebody says now.

    Who agrees has the questions put beside earlier feedback too, as far as their cards are known; who does not, has
    them taken out.
    """
    with state.synced_transaction() as connection:
        connection.execute("INSERT OR REPLACE INTO consent VALUES (?, ?, ?)", (user, given, at.timestamp()))
        connection.execute(_ADD_QUESTIONS if given else _REMOVE_QUESTIONS, (user,))


_ADD_QUESTIONS = """\
UPDATE feedback SET question = (SELECT question FROM shown WHERE key = card AND shown.user = feedback.user)
WHERE user = ? AND question IS NULL"""
_REMOVE_QUESTIONS = "UPDATE feedback SET question = NULL WHERE user = ?"
