"""Buttons under a message, and the callback data that a tap on one sends back.

The data is `1:<key of the card or file>:<action>[:<argument>]`, at most 64 bytes. The number in front is the version of
this notation, so that the buttons of another version of the bot are not misread.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup

VERSION = "1"

_DATA = re.compile(rf"{VERSION}:([\w-]{{1,32}}):([a-z])(?::(\d{{1,4}}))?", re.ASCII)


class Action(StrEnum):
    """The action of a button; its argument is named behind the dash."""

    PAGE = "p"
    """Shows a quote - its position."""
    WHY = "w"
    """Explains a quote - its position."""
    GOOD = "g"
    """Votes for a quote - its position."""
    BAD = "b"
    """Votes against a quote - its position."""
    HEADLINE = "h"
    """Quotes one of the nearest articles - its position."""
    NEAREST = "n"
    """Goes back from there to the nearest articles."""
    ANY_TIME = "t"
    """Asks again without the period that was read from the question."""
    EXAMPLE = "x"
    """Asks an example question - its position."""
    AGREE = "a"
    """Consents to questions being kept with votes."""
    REFUSE = "r"
    """Refuses that consent."""
    FORGET = "f"
    """Deletes everything stored of the person."""
    KEEP = "k"
    """Deletes nothing."""
    ADD = "y"
    """Adds the articles of a file; the key is that of the file."""
    DROP = "d"
    """Deletes the file."""


@dataclass(frozen=True, slots=True)
class CallbackData:
    """The data of a button that a tap sends back to the bot."""

    key: str
    action: Action
    argument: int = 0


@dataclass(frozen=True, slots=True)
class CallbackButton:
    """A button whose tap goes to the bot."""

    label: str
    data: CallbackData


@dataclass(frozen=True, slots=True)
class CopyButton:
    """A button that copies a text of at most 256 characters."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class ShareButton:
    """A button that asks for a chat, and types the bot's name and a query there."""

    label: str
    query: str


Button = CallbackButton | CopyButton | ShareButton
Keyboard = tuple[tuple[Button, ...], ...]
"""Rows of buttons."""


def encode_callback(data: CallbackData) -> str:
    """Writes callback data as Telegram stores it."""
    return f"{VERSION}:{data.key}:{data.action}:{data.argument}"


def decode_callback(data: str | None) -> CallbackData | None:
    """Reads callback data; None where this version has no such button."""
    match = _DATA.fullmatch(data or "")
    if not match or match[2] not in frozenset(Action):
        return None
    return CallbackData(match[1], Action(match[2]), int(match[3] or 0))


def to_markup(keyboard: Keyboard) -> InlineKeyboardMarkup | None:
    """Converts rows of buttons for python-telegram-bot; None where there are none."""
    if not keyboard:
        return None
    return InlineKeyboardMarkup([[_button(button) for button in row] for row in keyboard])


def _button(button: Button) -> InlineKeyboardButton:
    match button:
        case CallbackButton(label, data):
            return InlineKeyboardButton(label, callback_data=encode_callback(data))
        case CopyButton(label, text):
            return InlineKeyboardButton(label, copy_text=CopyTextButton(text))
        case ShareButton(label, query):
            return InlineKeyboardButton(label, switch_inline_query=query)
