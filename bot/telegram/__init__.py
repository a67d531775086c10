"""Door."""

from __future__ import annotations

from bot.telegram.http_client import Caller
from bot.telegram.inbox import Inbox, current_turn
from bot.telegram.receiving import TokenRejectedError, listening, start_failures, watching
from bot.telegram.send_limits import Outgoing, Pace
from bot.telegram.sending import (
    Patience,
    acknowledge,
    edit,
    in_short,
    insist,
    is_about_the_call,
    is_harmless,
    reply,
    typing,
)
from bot.telegram.sockets import bound
from bot.telegram.updates import BotApplication, Context, language_of, sender_of, topic_of

__all__ = [
    "BotApplication",
    "Caller",
    "Context",
    "Inbox",
    "Outgoing",
    "Pace",
    "Patience",
    "TokenRejectedError",
    "acknowledge",
    "bound",
    "current_turn",
    "edit",
    "in_short",
    "insist",
    "is_about_the_call",
    "is_harmless",
    "language_of",
    "listening",
    "reply",
    "sender_of",
    "start_failures",
    "topic_of",
    "typing",
    "watching",
]
