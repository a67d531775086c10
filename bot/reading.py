"""What a person wants with a message: an answer, one of the fixed replies, or nothing from the bot.

In a private chat everything gets a reaction but service messages and the uncaptioned pictures of an album, which
arrive one by one. In a group the bot is quiet unless `/hoi`, `/thongtin`, a mention or a reply to one of its messages
calls it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum, auto

from telegram import Message, MessageEntity, User
from telegram.constants import ChatType

from bot.texts import LONGEST_QUESTION


@dataclass(frozen=True, slots=True)
class Question:
    """Something to look for."""

    text: str


class Notice(StrEnum):
    """A message that has a fixed reply: the text of the same name."""

    START = auto()
    HOLDINGS = auto()
    HELP = auto()
    USAGE = auto()
    EMPTY = auto()
    TOO_LONG = auto()
    STICKER = auto()
    VOICE = auto()
    PICTURE = auto()
    OTHER = auto()
    UNKNOWN_COMMAND = auto()


Wish = Question | Notice | None


IN_GROUPS = ("hoi", "thongtin")
"""The commands that are obeyed in a group."""


@dataclass(frozen=True, slots=True)
class _Command:
    name: str
    addressee: str
    rest: str


def wish(message: Message, me: User) -> Wish:
    """What the sender of a new message wants of the bot `me`; None to stay quiet."""
    if _is_from_a_bot(message):
        return None
    if message.chat.type == ChatType.PRIVATE:
        return _in_private(message, me)
    if message.chat.type in (ChatType.GROUP, ChatType.SUPERGROUP):
        return _in_group(message, me)
    return None


def _is_from_a_bot(message: Message) -> bool:
    # Administrators who write in the name of their group look like a bot with a `sender_chat`.
    return message.sender_chat is None and (message.from_user is None or message.from_user.is_bot)


def _in_private(message: Message, me: User) -> Wish:
    if command := _command(message):
        return _ordered(command)
    if not _text(message):
        return _about_attachment(message)
    return _question(_without_mention(message, me))


def _ordered(command: _Command) -> Wish:
    match command.name:
        case "start":
            return Notice.START
        case "help":
            return Notice.HELP
        case "thongtin":
            return Notice.HOLDINGS
        case "hoi":
            return _question(command.rest) if command.rest else Notice.USAGE
        case _:
            return Notice.UNKNOWN_COMMAND


def _in_group(message: Message, me: User) -> Wish:
    if command := _command(message):
        mine = command.addressee in ("", (me.username or "").lower())
        return _ordered(command) if mine and command.name in IN_GROUPS else None
    if not _text(message) or not (_mentions(message, me) or _answers(message, me)):
        return None
    return _question(_without_mention(message, me))


def _answers(message: Message, me: User) -> bool:
    """Whether the message is a reply to one of the bot's messages."""
    earlier = message.reply_to_message
    if earlier is None or earlier.from_user is None:
        return False
    # All messages of a forum topic "reply" to the service message that opened it.
    return earlier.from_user.id == me.id and earlier.forum_topic_created is None


def _question(text: str) -> Wish:
    text = text.strip()
    if not any(map(str.isalnum, text)):
        return Notice.EMPTY
    return Question(text) if len(text) <= LONGEST_QUESTION else Notice.TOO_LONG


def _about_attachment(message: Message) -> Wish:
    if message.sticker:
        return Notice.STICKER
    if message.voice or message.audio or message.video_note:
        return Notice.VOICE
    if message.photo or message.video or message.animation:
        return None if message.media_group_id else Notice.PICTURE
    return Notice.OTHER if message.effective_attachment and not message.media_group_id else None


def _text(message: Message) -> str:
    return message.text or message.caption or ""


def _entities(message: Message) -> Sequence[MessageEntity]:
    return message.entities or message.caption_entities


def _command(message: Message) -> _Command | None:
    for entity in _entities(message):
        if entity.type == MessageEntity.BOT_COMMAND and entity.offset == 0:
            order, rest = _split(_text(message), 0, entity.length)
            name, _, addressee = order.removeprefix("/").lower().partition("@")
            return _Command(name, addressee, rest.strip())
    return None


def _mentions(message: Message, me: User) -> list[MessageEntity]:
    return [entity for entity in _entities(message) if _is_mention_of(me, entity, _text(message))]


def _is_mention_of(me: User, entity: MessageEntity, text: str) -> bool:
    if entity.type == MessageEntity.TEXT_MENTION:
        return entity.user is not None and entity.user.id == me.id
    name, _ = _split(text, entity.offset, entity.length)
    return entity.type == MessageEntity.MENTION and name.lower() == f"@{(me.username or '').lower()}"


def _without_mention(message: Message, me: User) -> str:
    text = _text(message)
    for entity in sorted(_mentions(message, me), key=lambda entity: -entity.offset):
        _, text = _split(text, entity.offset, entity.length)
    return text


def _split(text: str, offset: int, length: int) -> tuple[str, str]:
    """An entity's text, and the text without it; Telegram counts in UTF-16 units, which are two bytes each."""
    units = text.encode("utf-16-le", "surrogatepass")
    start, end = 2 * offset, 2 * (offset + length)
    inside, outside = units[start:end], units[:start] + units[end:]
    return inside.decode("utf-16-le", "surrogatepass"), outside.decode("utf-16-le", "surrogatepass")
