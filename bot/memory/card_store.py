"""The store of sent cards. Their buttons work after a restart too.

Cards are kept for a month, and no more than the latest ten thousand, of some ten kilobytes each.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from bot.cards import Heading, heading_of
from bot.database import State
from bot.memory.answer_json import (
    UnreadableAnswerError,
    from_json,
    heading_from_json,
    heading_to_json,
    to_json,
)
from retrieval import Answer

CARD_LIFETIME = dt.timedelta(days=30)
MOST_CARDS = 10_000
CARD_KEY_BYTES = 9


@dataclass(frozen=True, slots=True)
class StoredCard:
    """A sent card with its answer."""

    key: str
    chat: int
    message: int | None
    """Number of the message; None until its delivery is known."""
    user: int
    """User who asked."""
    language: str
    question: str
    answer: Answer
    chosen: Answer | None
    """Quotes of one of the nearest articles, which the reader has chosen; shown in place of `answer`."""
    heading: Heading | None
    """The line above the quotes; None for none."""

    @property
    def visible(self) -> Answer:
        """The answer that the message shows."""
        return self.chosen or self.answer

    @property
    def confidence(self) -> float:
        """The confidence in what is shown.

        A chosen article alone is rated more confidently than among all those for which the bot abstained.
        """
        return min(self.visible.confidence, self.answer.confidence)


@dataclass(frozen=True, slots=True)
class CardStore:
    """The table of cards; called in threads, for it writes to disk."""

    state: State
    most: int = MOST_CARDS

    def add(
        self,
        chat: int,
        user: int,
        language: str,
        question: str,
        answer: Answer,
        at: dt.datetime,
        heading: Heading | None = None,
    ) -> str:
        """Stores a card that is about to be sent, and returns its key. Deletes cards that are too old or too many."""
        key = secrets.token_urlsafe(CARD_KEY_BYTES)
        with self.state.transaction() as connection:
            connection.execute(
                "INSERT INTO shown (key, at, chat, user, language, question, answer, heading)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (key, at.timestamp(), chat, user, language, question, to_json(answer), heading_to_json(heading)),
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
            "SELECT user, language, question, answer, opened, message, heading FROM shown"
            " WHERE key = ? AND chat = ? AND coalesce(message, ?) = ?",
            (key, chat, message, message),
        )
        for user, language, question, answer, opened, known, heading in rows:
            try:
                given, chosen = from_json(str(answer)), from_json(str(opened)) if opened else None
                # Cards of versions before 0.2.0 have their heading in the answer.
                line = heading_from_json(str(heading)) if heading else heading_of(given)
            except UnreadableAnswerError:
                return None
            sent_in = message if known else None
            return StoredCard(key, chat, sent_in, int(str(user)), str(language), str(question), given, chosen, line)
        return None

    def find_in_message(self, chat: int, message: int) -> StoredCard | None:
        """Returns the card in a message; None where it was deleted."""
        rows = self.state.rows("SELECT key FROM shown WHERE (chat, message) = (?, ?)", (chat, message))
        return self.find(str(rows[0][0]), chat, message) if rows else None

    def update(self, card: StoredCard) -> None:
        """Stores what a card shows from now on."""
        chosen = to_json(card.chosen) if card.chosen else None
        with self.state.transaction() as connection:
            connection.execute(
                "UPDATE shown SET answer = ?, opened = ? WHERE key = ?", (to_json(card.answer), chosen, card.key)
            )
