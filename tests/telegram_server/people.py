"""Those who chat with the bot, from a test's point of view: they say, send, edit, block, and hear what comes back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.telegram_server.text import Entity, found_entities
from tests.telegram_server.world import ApiError, Chat, Json, World

NOW = 1_700_000_000


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
    """A message of the bot as a reader sees it."""

    json: Json

    @property
    def id(self) -> int:
        """Its number in the chat."""
        return int(self.json["message_id"])

    @property
    def text(self) -> str:
        """What it says, without markup."""
        return str(self.json["text"])

    @property
    def entities(self) -> list[Entity]:
        """What is marked in it."""
        return [Entity(**entity) for entity in self.json.get("entities", [])]

    def marked(self, kind: str) -> list[str]:
        """The parts marked as `bold`, `blockquote`, ..."""
        return [entity.of(self.text) for entity in self.entities if entity.type == kind]

    @property
    def quotes(self) -> list[str]:
        """The parts in blocks."""
        return self.marked("blockquote")

    @property
    def links(self) -> list[tuple[str, str | None]]:
        """Labels and addresses."""
        return [(entity.of(self.text), entity.url) for entity in self.entities if entity.type == "text_link"]

    @property
    def reply_to(self) -> int | None:
        """The message that it answers."""
        answered = self.json.get("reply_to_message")
        return answered and int(answered["message_id"])

    @property
    def topic(self) -> int | None:
        """The forum topic that it is in."""
        return self.json.get("message_thread_id")


class _Place:
    """A chat in which the bot may speak, read message by message."""

    def __init__(self, world: World, chat: Chat) -> None:
        self._world = world
        self.chat = chat
        self._heard = 0

    def hears(self) -> Reply:
        """Wait for the bot's next message here."""
        self._world.wait_until(lambda: len(self.chat.from_bot) > self._heard, f"a message in {self.chat.json}")
        self._heard += 1
        return Reply(self.chat.from_bot[self._heard - 1])

    def has_heard(self) -> list[Reply]:
        """All of the bot's messages here so far."""
        with self._world.changed:
            return [Reply(message) for message in self.chat.from_bot]


class Person(_Place):
    """Somebody, with a private chat with the bot."""

    def __init__(self, world: World, chat: Chat, user: Json) -> None:
        super().__init__(world, chat)
        self.user = user

    def says(
        self, text: str, *, to: Group | None = None, answering: Reply | None = None, topic: int | None = None
    ) -> Said:
        """Write a text, in the private chat or in a group."""
        content: dict[str, Any] = {"text": text}
        if entities := found_entities(text):
            content["entities"] = [entity.json() for entity in entities]
        if answering:
            # The id of the thread of replies is set outside of forums too.
            content |= {"reply_to_message": answering.json, "message_thread_id": answering.id}
        if topic is not None:
            content |= {"message_thread_id": topic, "is_topic_message": True}
        return self.sends(to=to, **content)

    def sends(self, *, to: Group | None = None, **content: object) -> Said:
        """Send a message with whatever content."""
        place = to.chat if to else self.chat
        message = self._world.new_message(place, **{"from": self.user}, **content)
        return Said(message, self._world.add_update("message", message))

    def sends_sticker(self, *, to: Group | None = None) -> Said:
        """Send a sticker."""
        sticker = {**_file("sticker"), "type": "regular", "width": 512, "height": 512}
        return self.sends(to=to, sticker={**sticker, "is_animated": False, "is_video": False, "emoji": "👍"})

    def sends_voice(self) -> Said:
        """Send a voice message."""
        return self.sends(voice={**_file("voice"), "duration": 3})

    def sends_photo(self, caption: str | None = None, *, album: str | None = None) -> Said:
        """Send a photo."""
        content: dict[str, Any] = {"photo": [{**_file("photo"), "width": 90, "height": 60}]}
        if caption is not None:
            content["caption"] = caption
        if album:
            content["media_group_id"] = album
        return self.sends(**content)

    def edits(self, said: Said, text: str) -> Said:
        """Change what was said before."""
        message = {**said.json, "text": text, "edit_date": NOW + 1}
        return Said(message, self._world.add_update("edited_message", message))

    def deletes(self, said: Said) -> None:
        """Take back what was said; the bot is not told."""
        with self._world.changed:
            del self.chat.messages[said.id]

    def presses(self, reply: Reply, label: str) -> str:
        """Press a button under a message; returns the number of the query."""
        rows = reply.json["reply_markup"]["inline_keyboard"]
        payload = next(button["callback_data"] for row in rows for button in row if button["text"] == label)
        query = f"query-{reply.id}-{label}"
        self._world.open_callbacks.add(query)
        about = {"from": self.user, "message": reply.json, "chat_instance": "1", "data": payload}
        self._world.add_update("callback_query", {"id": query, **about})
        return query

    def blocks_the_bot(self) -> None:
        """The bot may not write here any more."""
        self.chat.error = ApiError(403, "Forbidden: bot was blocked by the user")

    def deletes_the_account(self) -> None:
        """The chat is gone."""
        self.chat.error = ApiError(400, "Bad Request: chat not found")


class Group(_Place):
    """A group in which the bot is a member."""

    def open_topic(self, number: int) -> int:
        """Open a topic of a forum."""
        self.chat.topics.add(number)
        return number

    def becomes(self, other: Group) -> None:
        """The group has moved to another number."""
        self.chat.error = ApiError(
            400,
            "Bad Request: group chat was upgraded to a supergroup chat",
            {"migrate_to_chat_id": other.chat.id},
        )


class Channel(_Place):
    """A channel in which the bot is a member."""

    def posts(self, text: str) -> Said:
        """Publish a text."""
        message = self._world.new_message(self.chat, sender_chat=self.chat.json, text=text)
        return Said(message, self._world.add_update("channel_post", message))


def _file(name: str) -> Json:
    return {"file_id": f"{name}-id", "file_unique_id": f"{name}-unique"}
