"""Door."""

from __future__ import annotations

from bot.telegram.http_client import HttpClient
from bot.telegram.inbox import Inbox, current_turn
from bot.telegram.receiving import TokenRejectedError, poll_observer, receive_updates, translate_start_errors
from bot.telegram.send_limits import SendLimiter, SendLimits
from bot.telegram.sending import (
    RetryPolicy,
    acknowledge,
    call_with_retries,
    chat_is_reachable,
    edit,
    error_summary,
    is_harmless,
    reply,
    typing,
)
from bot.telegram.sockets import listening_socket
from bot.telegram.updates import BotApplication, Context, language_of, sender_of, topic_of

__all__ = [
    "BotApplication",
    "Context",
    "HttpClient",
    "Inbox",
    "RetryPolicy",
    "SendLimiter",
    "SendLimits",
    "TokenRejectedError",
    "acknowledge",
    "call_with_retries",
    "chat_is_reachable",
    "current_turn",
    "edit",
    "error_summary",
    "is_harmless",
    "language_of",
    "listening_socket",
    "poll_observer",
    "receive_updates",
    "reply",
    "sender_of",
    "topic_of",
    "translate_start_errors",
    "typing",
]
