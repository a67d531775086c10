"""Intents: what a message asks for; an answer, a standard reply, or nothing.

In a private chat the bot replies to everything but service messages and the pictures of an album without a caption,
which arrive one by one. In a group it replies to a few commands, to mentions, and to replies to its own messages.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum, auto

from telegram import Message, MessageEntity, User
from telegram.constants import ChatType

from bot.cards import LONGEST_QUESTION
from bot.conversation.deep_links import decode_question

_BLANK_PATTERN = "\u2800"
"""A braille pattern without dots, which looks like a space."""


@dataclass(frozen=True, slots=True)
class AskIntent:
    """A message that asks a question."""

    text: str
    typed: bool = True
    """Whether the message itself holds the question; else it comes from a link, a button or the replied-to message."""
    card_message: int | None = None
    """Number of the bot's message that this one replies to."""
    quoted_text: str | None = None
    """Text of another message that this one replies to."""


class StandardReply(StrEnum):
    """A message that asks no question, named by the text that replies to it."""

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
"""The commands that the bot obeys in groups."""


@dataclass(frozen=True, slots=True)
class _Command:
    name: str
    addressee: str
    argument: str


def parse_intent(message: Message, me: User) -> Intent:
    """Reads what a message asks of the bot `me`; None where it asks for nothing."""
    if _is_from_a_bot(message) or _is_inline_result(message, me):
        return None
    if message.chat.type == ChatType.PRIVATE:
        return _in_private(message, me)
    if message.chat.type in (ChatType.GROUP, ChatType.SUPERGROUP):
        return _in_group(message, me)
    return None


def _is_from_a_bot(message: Message) -> bool:
    # An administrator who writes in the name of the group looks like a bot with a `sender_chat`.
    return message.sender_chat is None and (message.from_user is None or message.from_user.is_bot)


def _is_inline_result(message: Message, me: User) -> bool:
    """Tells whether the message is one of the bot's own quotes, sent through inline mode."""
    return message.via_bot is not None and message.via_bot.id == me.id


def _in_private(message: Message, me: User) -> Intent:
    if command := _command(message):
        return _command_intent(command, message, me)
    if not _text(message):
        return _attachment_intent(message)
    return _ask_intent(_without_mention(message, me), message, me)


def _command_intent(command: _Command, message: Message, me: User) -> Intent:
    match command.name:
        case "start":
            question = decode_question(command.argument)
            return AskIntent(question, typed=False) if question else StandardReply.START
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
            return _ask_intent(command.argument, message, me, fallback=StandardReply.USAGE)
        case _:
            return StandardReply.UNKNOWN_COMMAND


def _in_group(message: Message, me: User) -> Intent:
    if command := _command(message):
        mine = command.addressee in ("", (me.username or "").lower())
        return _command_intent(command, message, me) if mine and command.name in GROUP_COMMANDS else None
    if not _text(message) or not (_mentions(message, me) or _card_message(message, me)):
        return None
    return _ask_intent(_without_mention(message, me), message, me)


def _ask_intent(text: str, message: Message, me: User, fallback: StandardReply = StandardReply.EMPTY) -> Intent:
    """Returns the question in a message's own text, or else in the replied-to message."""
    text, card_message, quoted_text = text.strip(), _card_message(message, me), _quoted_text(message, me)
    typed = _has_words(text)
    if not typed and quoted_text:
        text, quoted_text = quoted_text, None
    if not _has_words(text) and not _has_signs(text):
        return StandardReply.EMPTY if text else fallback
    if len(text) > LONGEST_QUESTION:
        return StandardReply.TOO_LONG
    return AskIntent(text, typed, card_message, quoted_text)


def _has_words(text: str) -> bool:
    return any(map(str.isalnum, text))


def _has_signs(text: str) -> bool:
    """Tells whether a text has punctuation marks or pictures, which may laugh or thank."""
    return any(unicodedata.category(character)[0] in "PS" and character != _BLANK_PATTERN for character in text)


def _replied_to(message: Message) -> Message | None:
    """Returns the message that this one replies to."""
    earlier = message.reply_to_message
    # Every message of a forum topic "replies" to the service message that opened the topic.
    return earlier if earlier and earlier.forum_topic_created is None else None


def _card_message(message: Message, me: User) -> int | None:
    """Returns the number of the bot's message that a message replies to."""
    earlier = _replied_to(message)
    return earlier.message_id if earlier and earlier.from_user and earlier.from_user.id == me.id else None


def _quoted_text(message: Message, me: User) -> str | None:
    """Returns the text of the replied-to message, or the part that the reply quotes. None for the bot's own.

    Of a message in another chat, only what is quoted is known.
    """
    earlier = _replied_to(message)
    if _card_message(message, me) is not None:
        return None
    if message.quote and (earlier or message.external_reply):
        text = message.quote.text
    elif earlier:
        command = _command(earlier)
        text = command.argument if command else _without_mention(earlier, me)
    else:
        return None
    text = text.strip()
    return text if _has_words(text) and len(text) <= LONGEST_QUESTION else None


def _attachment_intent(message: Message) -> Intent:
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
    """Splits a text into an entity's text and the rest. Offsets are in UTF-16 units of two bytes."""
    units = text.encode("utf-16-le", "surrogatepass")
    start, end = 2 * offset, 2 * (offset + length)
    inside, outside = units[start:end], units[:start] + units[end:]
    return inside.decode("utf-16-le", "surrogatepass"), outside.decode("utf-16-le", "surrogatepass")
