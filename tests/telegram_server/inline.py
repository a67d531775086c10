"""Inline mode from a person's point of view: queries typed after the bot's name, and their results."""

from __future__ import annotations

from dataclasses import dataclass

from tests.telegram_server.values import Chat, Json, Query
from tests.telegram_server.world import World


@dataclass(frozen=True, slots=True)
class Offer:
    """An inline result in the list above the input field."""

    json: Json

    @property
    def title(self) -> str:
        """The first line of the result."""
        return str(self.json["title"])

    @property
    def description(self) -> str:
        """The text below the title."""
        return str(self.json.get("description", ""))


@dataclass(frozen=True, slots=True)
class Typed:
    """An inline query: a text typed after the bot's name in a chat."""

    world: World
    chat: Chat
    query: Query
    text: str
    update_id: int

    def is_offered(self) -> list[Offer]:
        """Waits for the bot's answer; returns the results in order."""
        return [Offer(result) for result in self.answer["results"]]

    @property
    def answer(self) -> Json:
        """Waits for the bot's answer; returns its parameters."""
        return self.world.wait_for_answer(self.query)

    def content_of(self, title: str) -> tuple[str, Json]:
        """The id of the result with this title and the content of the message that it sends.

        Raises:
            AssertionError: none was offered.
        """
        ids = [offer.json["id"] for offer in self.is_offered() if offer.title == title]
        if not ids:
            raise AssertionError(f"{title!r} is not among {[offer.title for offer in self.is_offered()]}")
        return ids[0], self.answer["messages"][ids[0]]

    def expires(self) -> None:
        """The bot was too slow: its answer will be refused, without being counted as a broken rule."""
        self.query.expired = True
