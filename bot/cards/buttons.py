"""Buttons under a message: values that say what each does, and what a tap on one sends back.

A tap sends `1:<key of the card or file>:<action>[:<argument>]`, at most 64 bytes; the figure in front is the version of
this notation, so that buttons of messages sent by another version of the bot are not misread.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup

VERSION = "1"

_DATA = re.compile(rf"{VERSION}:([\w-]{{1,32}}):([a-z])(?::(\d{{1,4}}))?", re.ASCII)


class Action(StrEnum):
    """What a tap asks for; what the argument is stands behind the dash."""

    PAGE = "p"
    """Show a quote - its position."""
    WHY = "w"
    """Explain a quote - its position."""
    GOOD = "g"
    """The quote helps - its position."""
    BAD = "b"
    """The quote does not help - its position."""
    HEADLINE = "h"
    """Quote one of the nearest articles - its position."""
    NEAREST = "n"
    """Go back from there to the nearest articles."""
    ANY_TIME = "t"
    """Ask again without the time that was read from the question."""
    EXAMPLE = "x"
    """Ask an example - its position."""
    AGREE = "a"
    """Keep questions with the feedback."""
    REFUSE = "r"
    """Keep no questions with it."""
    FORGET = "f"
    """Delete all that is stored of the person."""
    KEEP = "k"
    """Delete nothing."""
    ADD = "y"
    """Add the articles of a file; the key is that of the file."""
    DROP = "d"
    """Forget the file."""


@dataclass(frozen=True, slots=True)
class CallbackData:
    """A tap on a button, read."""

    key: str
    action: Action
    argument: int = 0


@dataclass(frozen=True, slots=True)
class CallbackButton:
    """A button that tells the bot."""

    label: str
    press: CallbackData


@dataclass(frozen=True, slots=True)
class LinkButton:
    """A button that opens an address."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class CopyButton:
    """A button that copies a text of at most 256 characters."""

    label: str
    text: str


Keyboard = tuple[tuple[CallbackButton | LinkButton | CopyButton, ...], ...]
"""Rows of buttons."""


def encode_callback(press: CallbackData) -> str:
    """What a tap sends back."""
    return f"{VERSION}:{press.key}:{press.action}:{press.argument}"


def decode_callback(data: str | None) -> CallbackData | None:
    """What a tap has sent back; None where this version knows no such button."""
    match = _DATA.fullmatch(data or "")
    if not match or match[2] not in frozenset(Action):
        return None
    return CallbackData(match[1], Action(match[2]), int(match[3] or 0))


def to_markup(keyboard: Keyboard) -> InlineKeyboardMarkup | None:
    """The rows as python-telegram-bot takes them; None where there are no buttons."""
    if not keyboard:
        return None
    return InlineKeyboardMarkup([[_button(button) for button in row] for row in keyboard])


def _button(button: CallbackButton | LinkButton | CopyButton) -> InlineKeyboardButton:
    match button:
        case CallbackButton(label, press):
            return InlineKeyboardButton(label, callback_data=encode_callback(press))
        case LinkButton(label, url):
            return InlineKeyboardButton(label, url=url)
        case CopyButton(label, text):
            return InlineKeyboardButton(label, copy_text=CopyTextButton(text))
