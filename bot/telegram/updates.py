"""What the bot asks of an update: whom it is from, in which language, and in which topic."""

from __future__ import annotations

from typing import Any

from telegram import Message, Update
from telegram.ext import Application, CallbackContext, ExtBot

Context = CallbackContext[ExtBot[None], dict[Any, Any], dict[Any, Any], dict[Any, Any]]
BotApplication = Application[ExtBot[None], Context, dict[Any, Any], dict[Any, Any], dict[Any, Any], None]


def language_of(update: Update) -> str | None:
    """The language tag of the sender's client."""
    return update.effective_user.language_code if update.effective_user else None


def sender_of(update: Update) -> int:
    """Whom an update counts for: the user, or the chat in whose name somebody writes."""
    message = update.message
    sender = message.sender_chat if message and message.sender_chat else update.effective_user
    return sender.id if sender else 0


def topic_of(message: Message) -> int | None:
    """The forum topic to answer in; outside of forums the thread id only names a chain of replies."""
    return message.message_thread_id if message.is_topic_message else None
