"""Inline mode from a person's point of view: what is typed after the bot's name, and what is offered for it."""

from __future__ import annotations

from dataclasses import dataclass

from tests.telegram_server.values import Chat, Json, Query
from tests.telegram_server.world import World


@dataclass(frozen=True, slots=True)
class Offer:
    """A result in the list above the input field."""

    json: Json

    @property
    def title(self) -> str:
        """Its first line."""
        return str(self.json["title"])

    @property
    def description(self) -> str:
        """What stands below the title."""
        return str(self.json.get("description", ""))


@dataclass(frozen=True, slots=True)
class Typed:
    """Something that was typed after the bot's name, in some chat."""

    world: World
    chat: Chat
    query: Query
    text: str
    update_id: int

    def is_offered(self) -> list[Offer]:
        """Wait for the bot's answer; the results in their order."""
        return [Offer(result) for result in self.answer["results"]]

    @property
    def answer(self) -> Json:
        """All parameters of the bot's answer, for which this waits."""
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
