"""Those who chat with the bot, from a test's point of view: they say, send, edit, block, and hear what comes back."""

from __future__ import annotations

import functools
from typing import Any

from tests.telegram_server.errors import ApiError
from tests.telegram_server.files import document_of
from tests.telegram_server.inline import Typed
from tests.telegram_server.text import found_entities
from tests.telegram_server.views import Reply, Said, Tap
from tests.telegram_server.world import NOW, Chat, Json, Upload, World

LONGEST_INLINE_QUERY = 256
RIGHTS = (
    "can_be_edited is_anonymous can_manage_chat can_delete_messages can_manage_video_chats can_restrict_members"
    " can_promote_members can_change_info can_invite_users can_post_stories can_edit_stories can_delete_stories"
).split()


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
        place.members.setdefault(self.user["id"], {"status": "member", "user": self.user})
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

    def sends_document(self, name: str, content: bytes, caption: str | None = None) -> Said:
        """Send a file, in the private chat."""
        message: Json = {"document": document_of(self._world, Upload(name, content))}
        if caption is not None:
            message["caption"] = caption
        return self.sends(**message)

    def opens(self, reply: Reply) -> bytes:
        """Fetch the file that the bot has sent."""
        return self._world.files[reply.document["file_id"]].content

    def edits(self, said: Said, text: str) -> Said:
        """Change what was said before."""
        message = {**said.json, "text": text, "edit_date": NOW}
        self._world.replace_message(message)
        return Said(message, self._world.add_update("edited_message", message))

    def deletes(self, message: Said | Reply) -> None:
        """Take a message out of the chat, for both; the bot is not told."""
        self._world.delete_message(self._chat_of(message), message.id)

    def taps(self, reply: Reply, label: str) -> Tap:
        """Tap a button of a message as it stands now, in whichever chat.

        A message that was deleted is tapped as the reply shows it: the screen was not up to date.
        """
        world = self._world
        with world.changed:
            chat = self._chat_of(reply)
            message = chat.messages.get(reply.id)
            data = Reply(message or reply.json).button(label)["callback_data"]
            if inline := world.inline_id(chat, reply.id):
                tapped: Json = {"inline_message_id": inline}
            else:
                tapped = {"message": message or {"chat": chat.json, "message_id": reply.id, "date": 0}}
            query = world.new_query()
            about = {"id": query.id, "from": self.user, "chat_instance": str(chat.id), "data": data}
            return Tap(world, query, world.add_update("callback_query", about | tapped))

    def taps_twice(self, reply: Reply, label: str) -> tuple[Tap, Tap]:
        """Tap a button two times before the bot can change anything."""
        with self._world.changed:
            return self.taps(reply, label), self.taps(reply, label)

    def types_inline(self, text: str, *, to: Group | Person | None = None, offset: str = "") -> Typed:
        """Type after the bot's name: in a group, in one's own chat with the bot, or else in a chat with a friend.

        Telegram passes on no more than the first 256 characters.
        """
        chat = to.chat if to else self._with_a_friend
        kind = "sender" if chat is self.chat else chat.json["type"]
        query, text = self._world.new_query(), text[:LONGEST_INLINE_QUERY]
        about = {"id": query.id, "from": self.user, "query": text, "offset": offset, "chat_type": kind}
        return Typed(self._world, chat, query, text, self._world.add_update("inline_query", about))

    def chooses(self, typed: Typed, title: str) -> Reply:
        """Wait for the results and tap the one with this title, which sends its message into the chat.

        Where the bot is in that chat, it gets the message too, and must not take it for a question. The real Telegram
        tells of a choice only after /setinlinefeedback at @BotFather; here that is on.
        """
        number, content = typed.content_of(title)
        about = {"from": self.user, "via_bot": self._world.me}
        message = self._world.new_message(typed.chat, **about, **content)
        chosen = {"result_id": number, "from": self.user, "query": typed.text}
        if "reply_markup" in content:
            chosen["inline_message_id"] = self._world.new_inline_id(typed.chat, message["message_id"])
        self._world.add_update("chosen_inline_result", chosen)
        if not typed.chat.hidden:
            self._world.add_update("message", message)
        return Reply(message)

    @functools.cached_property
    def _with_a_friend(self) -> Chat:
        chat = self._world.new_chat(type="private", first_name="Bạn")
        chat.hidden = True
        return chat

    def blocks_the_bot(self) -> None:
        """The bot may not write here any more."""
        self.chat.error = ApiError(403, "Forbidden: bot was blocked by the user")

    def deletes_the_account(self) -> None:
        """The chat is gone."""
        self.chat.error = ApiError(400, "Bad Request: chat not found")


class Group(_Place):
    """A group in which the bot is a member; those who write there are members too."""

    def is_led_by(self, person: Person) -> None:
        """Make somebody an administrator."""
        about = {"status": "administrator", "user": person.user, **dict.fromkeys(RIGHTS, True)}
        self.chat.members[person.user["id"]] = about

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
