"""What a person wants with a message: an answer, one of the fixed replies, or nothing from the bot.

In a private chat everything gets a reaction but service messages and the uncaptioned pictures of an album, which
arrive one by one. In a group the bot is quiet unless one of a few commands, a mention or a reply to one of its messages
calls it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum, auto

from telegram import Message, MessageEntity, User
from telegram.constants import ChatType

from bot.cards import LONGEST_QUESTION
from bot.conversation.deep_links import decode_question


@dataclass(frozen=True, slots=True)
class AskIntent:
    """Something to look for."""

    text: str
    said: bool = True
    """Whether it is what the message says; else it comes from a link, or from the message that this one answers."""
    card: int | None = None
    """The message of the bot's that it answers."""
    about: str | None = None
    """The text of another message that it answers."""


class StandardReply(StrEnum):
    """A message that has a fixed reply: the text of the same name."""

    START = auto()
    HOLDINGS = auto()
    CONSENT = auto()
    FORGET = auto()
    PRIVACY = auto()
    AFRESH = auto()
    HELP = auto()
    USAGE = auto()
    EMPTY = auto()
    TOO_LONG = auto()
    STICKER = auto()
    VOICE = auto()
    PICTURE = auto()
    OTHER = auto()
    UNKNOWN_COMMAND = auto()


Intent = AskIntent | StandardReply | None

GROUP_COMMANDS = ("hoi", "moi", "thongtin")
"""The commands that are obeyed in a group."""


@dataclass(frozen=True, slots=True)
class _Command:
    name: str
    addressee: str
    rest: str


def parse_intent(message: Message, me: User) -> Intent:
    """What the sender of a new message wants of the bot `me`; None to stay quiet."""
    if _is_from_a_bot(message) or _came_through(message, me):
        return None
    if message.chat.type == ChatType.PRIVATE:
        return _in_private(message, me)
    if message.chat.type in (ChatType.GROUP, ChatType.SUPERGROUP):
        return _in_group(message, me)
    return None


def _is_from_a_bot(message: Message) -> bool:
    # Administrators who write in the name of their group look like a bot with a `sender_chat`.
    return message.sender_chat is None and (message.from_user is None or message.from_user.is_bot)


def _came_through(message: Message, me: User) -> bool:
    """Whether the message is one of the bot's own quotes, which somebody has sent through inline mode."""
    return message.via_bot is not None and message.via_bot.id == me.id


def _in_private(message: Message, me: User) -> Intent:
    if command := _command(message):
        return _ordered(command, message, me)
    if not _text(message):
        return _about_attachment(message)
    return _question(_without_mention(message, me), message, me)


def _ordered(command: _Command, message: Message, me: User) -> Intent:
    match command.name:
        case "start":
            question = decode_question(command.rest)
            return AskIntent(question, said=False) if question else StandardReply.START
        case "help":
            return StandardReply.HELP
        case "moi":
            return StandardReply.AFRESH
        case "thongtin":
            return StandardReply.HOLDINGS
        case "gopy":
            return StandardReply.CONSENT
        case "xoadulieu":
            return StandardReply.FORGET
        case "riengtu":
            return StandardReply.PRIVACY
        case "hoi":
            return _question(command.rest, message, me, otherwise=StandardReply.USAGE)
        case _:
            return StandardReply.UNKNOWN_COMMAND


def _in_group(message: Message, me: User) -> Intent:
    if command := _command(message):
        mine = command.addressee in ("", (me.username or "").lower())
        return _ordered(command, message, me) if mine and command.name in GROUP_COMMANDS else None
    if not _text(message) or not (_mentions(message, me) or _card(message, me)):
        return None
    return _question(_without_mention(message, me), message, me)


def _question(text: str, message: Message, me: User, otherwise: StandardReply = StandardReply.EMPTY) -> Intent:
    """The question that a message asks: in its own words, or, having none, in those of the message that it answers."""
    text, card, about = text.strip(), _card(message, me), _about(message, me)
    said = _has_words(text)
    if not said and about:
        text, about = about, None
    if not _has_words(text):
        return StandardReply.EMPTY if text else otherwise
    return AskIntent(text, said, card, about) if len(text) <= LONGEST_QUESTION else StandardReply.TOO_LONG


def _has_words(text: str) -> bool:
    return any(map(str.isalnum, text))


def _answered(message: Message) -> Message | None:
    """The message that this one answers."""
    earlier = message.reply_to_message
    # All messages of a forum topic "reply" to the service message that opened it.
    return earlier if earlier and earlier.forum_topic_created is None else None


def _card(message: Message, me: User) -> int | None:
    """The number of the bot's message that a message answers."""
    earlier = _answered(message)
    return earlier.message_id if earlier and earlier.from_user and earlier.from_user.id == me.id else None


def _about(message: Message, me: User) -> str | None:
    """The text of somebody else's message that a message answers, or the part of it that is marked in the answer."""
    earlier = _answered(message)
    if earlier is None or _card(message, me) is not None:
        return None
    command = _command(earlier)
    text = message.quote.text if message.quote else command.rest if command else _without_mention(earlier, me)
    text = text.strip()
    return text if _has_words(text) and len(text) <= LONGEST_QUESTION else None


def _about_attachment(message: Message) -> Intent:
    if message.sticker:
        return StandardReply.STICKER
    if message.voice or message.audio or message.video_note:
        return StandardReply.VOICE
    if message.photo or message.video or message.animation:
        return None if message.media_group_id else StandardReply.PICTURE
    return StandardReply.OTHER if message.effective_attachment and not message.media_group_id else None


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
