"""Chats from a test's point of view: the bot's messages there, as they arrive and as they change."""

from __future__ import annotations

from tests.telegram_server.errors import ApiError
from tests.telegram_server.values import Chat
from tests.telegram_server.views import Reply, Said
from tests.telegram_server.world import World

ANONYMOUS = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
"""Who does what a group does by itself."""


class Place:
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
        """The message as it stands now, in whichever chat.

        Raises:
            AssertionError: it is deleted.
        """
        with self._world.changed:
            chat = self._chat_of(reply)
            if reply.id not in chat.messages:
                raise AssertionError(f"message {reply.id} is deleted")
            versions = chat.versions[reply.id]
            return Reply(versions[-1], len(versions) - 1)

    def waits_for_edit(self, reply: Reply) -> Reply:
        """Wait until the message differs from what the reply shows; returns it as the next edit has made it."""
        versions, version = self._chat_of(reply).versions[reply.id], reply.version + 1
        self._world.wait_until(lambda: len(versions) > version, f"an edit of {reply.json}")
        return Reply(versions[version], version)

    def waits_until_gone(self, reply: Reply) -> None:
        """Wait until the message is deleted."""
        messages = self._chat_of(reply).messages
        self._world.wait_until(lambda: reply.id not in messages, f"the end of {reply.json}")

    def _chat_of(self, message: Said | Reply) -> Chat:
        return self._world.chats[message.json["chat"]["id"]]


class Group(Place):
    """A group in which the bot is a member; those who write there are members too."""

    def open_topic(self, number: int) -> int:
        """Open a topic of a forum."""
        self.chat.topics.add(number)
        return number

    def becomes(self, other: Group) -> None:
        """Moves the group to another id; service messages in both tell the bot."""
        self.chat.error = ApiError(
            400,
            "Bad Request: group chat was upgraded to a supergroup chat",
            {"migrate_to_chat_id": other.chat.id},
        )
        self._serves(migrate_to_chat_id=other.chat.id)
        other._serves(migrate_from_chat_id=self.chat.id)

    def _serves(self, **content: int) -> None:
        about = {"from": ANONYMOUS, "sender_chat": self.chat.json, **content}
        self._world.add_update("message", self._world.new_message(self.chat, **about))


class Channel(Place):
    """A channel in which the bot is a member."""

    def posts(self, text: str) -> Said:
        """Publish a text."""
        message = self._world.new_message(self.chat, sender_chat=self.chat.json, text=text)
        return Said(message, self._world.add_update("channel_post", message))
