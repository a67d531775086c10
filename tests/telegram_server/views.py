"""What a person sees: messages, their buttons, and the answers to taps."""

from __future__ import annotations

from dataclasses import dataclass

from tests.telegram_server.text import Entity
from tests.telegram_server.values import Json, Query
from tests.telegram_server.world import World


@dataclass(frozen=True, slots=True)
class Said:
    """A message that a person has sent."""

    json: Json
    update_id: int

    @property
    def id(self) -> int:
        """Its number in the chat."""
        return int(self.json["message_id"])


@dataclass(frozen=True, slots=True)
class Reply:
    """A message of the bot as a reader sees it at one moment; `version` counts the edits before that."""

    json: Json
    version: int = 0

    @property
    def id(self) -> int:
        """Its number in the chat."""
        return int(self.json["message_id"])

    @property
    def text(self) -> str:
        """Its text without markup; of a file, the caption."""
        return str(self.json.get("text") or self.json.get("caption", ""))

    @property
    def entities(self) -> list[Entity]:
        """Its entities."""
        marks = self.json.get("entities") or self.json.get("caption_entities", [])
        return [Entity(**entity) for entity in marks]

    def marked(self, *kinds: str) -> list[str]:
        """The parts marked as `bold`, `blockquote`, ..."""
        return [entity.of(self.text) for entity in self.entities if entity.type in kinds]

    @property
    def quotes(self) -> list[str]:
        """The parts in blocks, whether they are collapsed at first or not."""
        return self.marked("blockquote", "expandable_blockquote")

    @property
    def links(self) -> list[tuple[str, str | None]]:
        """Labels and addresses."""
        return [(entity.of(self.text), entity.url) for entity in self.entities if entity.type == "text_link"]

    @property
    def document(self) -> Json:
        """The Document of its file."""
        return dict(self.json["document"])

    @property
    def reply_to(self) -> int | None:
        """The message that it answers."""
        answered = self.json.get("reply_to_message")
        return answered and int(answered["message_id"])

    @property
    def topic(self) -> int | None:
        """The forum topic that it is in."""
        return self.json.get("message_thread_id")

    @property
    def buttons(self) -> list[list[str]]:
        """The labels of its buttons, row by row."""
        return [[button["text"] for button in row] for row in self._keyboard]

    def button(self, label: str) -> Json:
        """The button with this label, as the bot has made it.

        Raises:
            AssertionError: there is none.
        """
        found = [button for row in self._keyboard for button in row if button["text"] == label]
        if not found:
            raise AssertionError(f"no button {label!r} in {self.buttons}")
        return dict(found[0])

    def url_of(self, label: str) -> str:
        """The address that a button opens."""
        return str(self.button(label)["url"])

    def copied(self, label: str) -> str:
        """The text that a button copies."""
        return str(self.button(label)["copy_text"]["text"])

    @property
    def _keyboard(self) -> list[list[Json]]:
        keyboard: list[list[Json]] = self.json.get("reply_markup", {}).get("inline_keyboard", [])
        return keyboard


@dataclass(frozen=True, slots=True)
class Told:
    """The answer to a tap: a note that fades (nothing if empty), or an alert to close."""

    text: str
    alert: bool


@dataclass(frozen=True, slots=True)
class Tap:
    """A tap on a button, of which the bot is told."""

    world: World
    query: Query
    update_id: int

    def is_told(self) -> Told:
        """Wait for the bot's answer; until then the button turns."""
        answer = self.world.wait_for_answer(self.query)
        return Told(answer.get("text", ""), answer.get("show_alert", False))

    def expires(self) -> None:
        """The bot was too slow: its answer will be refused, without being counted as a broken rule."""
        self.query.expired = True
