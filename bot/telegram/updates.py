"""Reads the sender, the language and the forum topic of an update."""

from __future__ import annotations

from typing import Any

from telegram import Message, Update
from telegram.ext import Application, CallbackContext, ExtBot

from bot.telegram.inbox import Handling

# The builder of applications makes contexts of this type; no handler uses their bot.
Context = CallbackContext[ExtBot[None], dict[Any, Any], dict[Any, Any], dict[Any, Any]]
BotApplication = Application[ExtBot[Handling], Context, dict[Any, Any], dict[Any, Any], dict[Any, Any], None]


def language_of(update: Update) -> str | None:
    """Returns the IETF language tag of the sender's client."""
    return update.effective_user.language_code if update.effective_user else None


def sender_of(update: Update) -> int:
    """Returns the number of the sending user, or of the chat in whose name somebody writes."""
    message = update.message
    sender = message.sender_chat if message and message.sender_chat else update.effective_user
    return sender.id if sender else 0


def topic_of(message: Message) -> int | None:
    """Returns the forum topic to reply in. Outside of forums a thread id only names a chain of replies."""
    return message.message_thread_id if message.is_topic_message else None
