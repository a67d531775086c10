"""The transport: receives updates from Telegram and sends calls to it.

In come updates, stored in a durable inbox before they are acknowledged; out go messages, paced as Telegram allows and
retried where that is safe. The handlers of `admission`, `conversation` and `admin` send through a `Messenger`;
`wiring` and `app` start and stop the rest.
"""

from __future__ import annotations

from bot.telegram.http_client import HttpClient
from bot.telegram.inbox import Handling, Inbox
from bot.telegram.receiving import TokenRejectedError, poll_observer, receive_updates, translate_start_errors
from bot.telegram.send_limits import SendLimiter, SendLimits
from bot.telegram.sending import (
    Messenger,
    RetryPolicy,
    call_with_retries,
    chat_is_reachable,
    error_summary,
    is_harmless,
    show_typing,
)
from bot.telegram.sockets import listening_socket
from bot.telegram.updates import BotApplication, Context, language_of, sender_of, topic_of

__all__ = [
    "BotApplication",
    "Context",
    "Handling",
    "HttpClient",
    "Inbox",
    "Messenger",
    "RetryPolicy",
    "SendLimiter",
    "SendLimits",
    "TokenRejectedError",
    "call_with_retries",
    "chat_is_reachable",
    "error_summary",
    "is_harmless",
    "language_of",
    "listening_socket",
    "poll_observer",
    "receive_updates",
    "sender_of",
    "show_typing",
    "topic_of",
    "translate_start_errors",
]
