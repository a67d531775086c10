"""The cards that people have in their chats: what each shows, so that its buttons work after a restart too.

Cards are kept for a month, and no more than the latest ten thousand: some ten kilobytes each.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

from bot.database import State
from bot.memory.answer_json import UnreadableAnswerError, from_json, to_json
from retrieval import Answer

CARD_LIFETIME = dt.timedelta(days=30)
MOST_CARDS = 10_000
CARD_KEY_BYTES = 9


@dataclass(frozen=True, slots=True)
class StoredCard:
    """A card in a chat."""

    key: str
    chat: int
    message: int | None
    """None until it is known that the message was delivered."""
    user: int
    """Who asked."""
    language: str
    question: str
    answer: Answer
    opened: Answer | None
    """The quotes of the one of the answer's nearest articles that is shown instead of it."""

    @property
    def visible(self) -> Answer:
        """What the message shows."""
        return self.opened or self.answer


@dataclass(frozen=True, slots=True)
class CardStore:
    """The table of cards; its methods write to disk, and are called in threads."""

    state: State
    most: int = MOST_CARDS

    def add(self, chat: int, user: int, language: str, question: str, answer: Answer, at: dt.datetime) -> str:
        """Keep a card that is about to be sent, and forget those that are too old or too many; returns its key."""
        key = secrets.token_urlsafe(CARD_KEY_BYTES)
        with self.state.transaction() as connection:
            connection.execute(
                "INSERT INTO shown (key, at, chat, user, language, question, answer) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (key, at.timestamp(), chat, user, language, question, to_json(answer)),
            )
            connection.execute("DELETE FROM shown WHERE at < ?", ((at - CARD_LIFETIME).timestamp(),))
            connection.execute("DELETE FROM shown WHERE id <= (SELECT max(id) FROM shown) - ?", (self.most,))
        return key

    def sent(self, key: str, chat: int, message: int) -> None:
        """Note where the card was delivered; the chat may have moved meanwhile."""
        with self.state.transaction() as connection:
            connection.execute("UPDATE shown SET chat = ?, message = ? WHERE key = ?", (chat, message, key))

    def find(self, key: str, chat: int, message: int) -> StoredCard | None:
        """The card of this key in this message; None if it is not known any more, or not there."""
        rows = self.state.rows(
            "SELECT user, language, question, answer, opened, message FROM shown"
            " WHERE key = ? AND chat = ? AND coalesce(message, ?) = ?",
            (key, chat, message, message),
        )
        for user, language, question, answer, opened, known in rows:
            try:
                shown = from_json(str(answer)), from_json(str(opened)) if opened else None
            except UnreadableAnswerError:
                return None
            return StoredCard(
                key, chat, message if known else None, int(str(user)), str(language), str(question), *shown
            )
        return None

    def in_message(self, chat: int, message: int) -> StoredCard | None:
        """The card in this message; None if it is not known any more."""
        rows = self.state.rows("SELECT key FROM shown WHERE (chat, message) = (?, ?)", (chat, message))
        return self.find(str(rows[0][0]), chat, message) if rows else None

    def update(self, shown: StoredCard) -> None:
        """Keep what the card shows from now on."""
        opened = to_json(shown.opened) if shown.opened else None
        with self.state.transaction() as connection:
            connection.execute(
                "UPDATE shown SET answer = ?, opened = ? WHERE key = ?", (to_json(shown.answer), opened, shown.key)
            )
