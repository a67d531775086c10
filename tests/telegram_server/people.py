"""Those who chat with the bot, from a test's point of view: they say, send, edit, block, and hear what comes back."""

from __future__ import annotations

from typing import Any

from tests.telegram_server.text import found_entities
from tests.telegram_server.views import Reply, Said, Tap
from tests.telegram_server.world import NOW, ApiError, Chat, Json, World


class _Place:
    """A chat in which the bot may speak, read message by message."""

    def __init__(self, world: World, chat: Chat) -> None:
        self._world = world
        self.chat = chat
        self._heard = 0

    def hears(self) -> Reply:
        """Wait for the bot's next message here; the reply shows it as it was sent, whatever came of it since."""
        self._world.wait_until(lambda: len(self.chat.from_bot) > self._heard, f"a message in {self.chat.json}")
        self._heard += 1
        return Reply(self.chat.from_bot[self._heard - 1])

    def has_heard(self) -> list[Reply]:
        """All of the bot's messages here so far."""
        with self._world.changed:
            return [Reply(message) for message in self.chat.from_bot]

    def sees(self, reply: Reply) -> Reply:
        """The message as it stands now.

        Raises:
            AssertionError: it is deleted.
        """
        with self._world.changed:
            if reply.id not in self.chat.messages:
                raise AssertionError(f"message {reply.id} is deleted")
            versions = self.chat.versions[reply.id]
            return Reply(versions[-1], len(versions) - 1)

    def waits_for_edit(self, reply: Reply) -> Reply:
        """Wait until the message differs from what the reply shows; returns it as the next edit has made it."""
        versions, version = self.chat.versions[reply.id], reply.version + 1
        self._world.wait_until(lambda: len(versions) > version, f"an edit of {reply.text!r}")
        return Reply(versions[version], version)

    def waits_until_gone(self, reply: Reply) -> None:
        """Wait until the message is deleted."""
        self._world.wait_until(lambda: reply.id not in self.chat.messages, f"{reply.text!r} being deleted")


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
        message = {**said.json, "text": text, "edit_date": NOW}
        self._world.replace_message(message)
        return Said(message, self._world.add_update("edited_message", message))

    def deletes(self, message: Said | Reply) -> None:
        """Take a message out of the chat, for both; the bot is not told."""
        self._world.delete_message(self._world.chats[message.json["chat"]["id"]], message.id)

    def taps(self, reply: Reply, label: str) -> Tap:
        """Tap a button of a message as it stands now, in whichever chat.

        A message that was deleted is tapped as the reply shows it: the screen was not up to date.
        """
        world = self._world
        with world.changed:
            chat = world.chats[reply.json["chat"]["id"]]
            message = chat.messages.get(reply.id)
            data = Reply(message or reply.json).button(label)["callback_data"]
            gone = {"chat": chat.json, "message_id": reply.id, "date": 0}
            query = world.new_query()
            about = {"from": self.user, "message": message or gone, "chat_instance": str(chat.id), "data": data}
            return Tap(world, query, world.add_update("callback_query", {"id": query.id, **about}))

    def taps_twice(self, reply: Reply, label: str) -> tuple[Tap, Tap]:
        """Tap a button two times before the bot can change anything."""
        with self._world.changed:
            return self.taps(reply, label), self.taps(reply, label)

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
