"""The store of sent cards. Their buttons work after a restart too.

Cards are kept for a month, and no more than the latest ten thousand, of some ten kilobytes each.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from bot.cards import CardContent, heading_of
from bot.database import State
from bot.memory.answer_json import (
    UnreadableAnswerError,
    from_json,
    heading_from_json,
    heading_to_json,
    to_json,
)

CARD_LIFETIME = dt.timedelta(days=30)
MOST_CARDS = 10_000
CARD_KEY_BYTES = 9


@dataclass(frozen=True, slots=True)
class StoredCard:
    """A sent card with its content."""

    key: str
    chat: int
    message: int | None
    """Number of the message; None until its delivery is known."""
    user: int
    """User who asked."""
    language: str
    question: str
    content: CardContent


@dataclass(frozen=True, slots=True)
class CardStore:
    """The table of cards; called in threads, for it writes to disk."""

    state: State
    most: int = MOST_CARDS

    def add(self, chat: int, user: int, language: str, question: str, content: CardContent, at: dt.datetime) -> str:
        """Stores a card that is about to be sent, and returns its key. Deletes cards that are too old or too many."""
        key, columns = secrets.token_urlsafe(CARD_KEY_BYTES), _columns(content)
        with self.state.transaction() as connection:
            connection.execute(
                "INSERT INTO shown (key, at, chat, user, language, question, answer, opened, heading, introduces)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (key, at.timestamp(), chat, user, language, question, *columns),
            )
            connection.execute("DELETE FROM shown WHERE at < ?", ((at - CARD_LIFETIME).timestamp(),))
            connection.execute("DELETE FROM shown WHERE id <= (SELECT max(id) FROM shown) - ?", (self.most,))
        return key

    def mark_sent(self, key: str, chat: int, message: int) -> None:
        """Stores the message of a delivered card. The chat may have a new number meanwhile."""
        with self.state.transaction() as connection:
            connection.execute("UPDATE shown SET chat = ?, message = ? WHERE key = ?", (chat, message, key))

    def find(self, key: str, chat: int, message: int) -> StoredCard | None:
        """Returns the card of a key in a message; None where it is not there."""
        rows = self.state.rows(
            "SELECT user, language, question, message, answer, opened, heading, introduces FROM shown"
            " WHERE key = ? AND chat = ? AND coalesce(message, ?) = ?",
            (key, chat, message, message),
        )
        for user, language, question, known, *columns in rows:
            try:
                content = _content(*columns)
            except UnreadableAnswerError:
                return None
            sent_in = message if known else None
            return StoredCard(key, chat, sent_in, int(str(user)), str(language), str(question), content)
        return None

    def find_in_message(self, chat: int, message: int) -> StoredCard | None:
        """Returns the card in a message; None where it was deleted."""
        rows = self.state.rows("SELECT key FROM shown WHERE (chat, message) = (?, ?)", (chat, message))
        return self.find(str(rows[0][0]), chat, message) if rows else None

    def has_introduction(self, chat: int) -> bool:
        """Tells whether a card in a chat tells already that quotes are word for word."""
        return bool(self.state.rows("SELECT 1 FROM shown WHERE chat = ? AND introduces LIMIT 1", (chat,)))

    def update(self, card: StoredCard) -> None:
        """Stores what a card shows from now on."""
        with self.state.transaction() as connection:
            connection.execute(
                "UPDATE shown SET answer = ?, opened = ?, heading = ?, introduces = ? WHERE key = ?",
                (*_columns(card.content), card.key),
            )


def _columns(content: CardContent) -> tuple[str, str | None, str | None, bool]:
    """Returns the columns `answer`, `opened`, `heading` and `introduces`."""
    chosen = to_json(content.chosen) if content.chosen else None
    return to_json(content.answer), chosen, heading_to_json(content.heading), content.is_introduction


def _content(answer: object, opened: object, heading: object, introduces: object) -> CardContent:
    given, chosen = from_json(str(answer)), from_json(str(opened)) if opened else None
    # Cards of versions before 0.2.0 have their heading in the answer, which another answer may replace.
    shown_heading = heading_from_json(str(heading)) if heading else heading_of(given)
    return CardContent(given, shown_heading, chosen, bool(introduces))
