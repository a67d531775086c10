"""People who chat with the bot: they write, send files, edit, tap, type inline, block and come back."""

from __future__ import annotations

import functools
import re
from typing import Any

from tests.telegram_server.errors import ApiError
from tests.telegram_server.files import document_of
from tests.telegram_server.inline import Typed
from tests.telegram_server.places import Group, Place
from tests.telegram_server.quoting import quote_of, without_what_it_answers
from tests.telegram_server.text import found_entities
from tests.telegram_server.values import NOW, Chat, Json, Upload
from tests.telegram_server.views import Reply, Said, Tap
from tests.telegram_server.world import World

LONGEST_INLINE_QUERY = 256
DEEP_LINK = re.compile(r"https://t\.me/(\w+)\?start=([A-Za-z0-9_-]{1,64})")
MEMBER = {"status": "member"}
RIGHTS = (
    "can_be_edited is_anonymous can_manage_chat can_delete_messages can_manage_video_chats can_restrict_members"
    " can_promote_members can_change_info can_invite_users can_post_stories can_edit_stories can_delete_stories"
).split()


class Person(Place):
    """A person who has a private chat with the bot."""

    def __init__(self, world: World, chat: Chat, user: Json) -> None:
        super().__init__(world, chat)
        self.user = user

    def says(
        self,
        text: str,
        *,
        to: Group | None = None,
        answering: Reply | Said | None = None,
        quoting: str | None = None,
        topic: int | None = None,
    ) -> Said:
        """Write a text, in the private chat or in a group; as an answer to a message, or to a part of it."""
        content: dict[str, Any] = {"text": text}
        if entities := found_entities(text):
            content["entities"] = [entity.json() for entity in entities]
        if answering:
            content["reply_to_message"] = without_what_it_answers(answering.json)
        if answering and to:
            # Telegram sets the thread id of replies outside of forums too.
            content["message_thread_id"] = answering.id
        if answering and quoting:
            content["quote"] = quote_of(answering.json, quoting)
        if topic is not None:
            content |= {"message_thread_id": topic, "is_topic_message": True}
        return self.sends(to=to, **content)

    def follows(self, link: str) -> Said:
        """Open a link to the bot and press "Start".

        Raises:
            AssertionError: it is no link to this bot with a payload that Telegram passes on.
        """
        match = DEEP_LINK.fullmatch(link)
        if not match or match.group(1).lower() != self._world.me["username"]:
            raise AssertionError(f"{link!r} does not start a chat with @{self._world.me['username']}")
        return self.says(f"/start {match.group(2)}")

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
        """Deletes a message for both sides; the bot is not told."""
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
        self._world.tell_of_membership(self.chat, self.user, MEMBER, {"status": "kicked", "until_date": 0})

    def unblocks_the_bot(self) -> None:
        """The bot may write here again."""
        self.chat.error = None
        self._world.tell_of_membership(self.chat, self.user, {"status": "kicked", "until_date": 0}, MEMBER)

    def deletes_the_account(self) -> None:
        """Deletes the account, and the chat with it."""
        self.chat.error = ApiError.bad_request("chat not found")

    def leads(self, group: Group) -> None:
        """Becomes an administrator of a group."""
        about = {"status": "administrator", "user": self.user, **dict.fromkeys(RIGHTS, True)}
        group.chat.members[self.user["id"]] = about

    def adds_the_bot(self, group: Group) -> None:
        """Take the bot into a group, for the first time or again."""
        group.chat.error = None
        self._world.tell_of_membership(group.chat, self.user, {"status": "left"}, MEMBER)
        self.sends(to=group, new_chat_members=[self._world.me])

    def removes_the_bot(self, group: Group) -> None:
        """Put the bot out of a group."""
        kind = group.chat.json["type"]
        group.chat.error = ApiError(403, f"Forbidden: bot was kicked from the {kind} chat")
        self._world.tell_of_membership(group.chat, self.user, MEMBER, {"status": "kicked", "until_date": 0})


def _file(name: str) -> Json:
    return {"file_id": f"{name}-id", "file_unique_id": f"{name}-unique"}
