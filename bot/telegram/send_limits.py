"""Telegram's send limits: messages wait until Telegram accepts more.

Telegram accepts about 30 messages a second in all, one a second in a private chat with short bursts, and 20 a minute
in a group. A message waits for its chat's limit before it queues for the common one, and so delays no other chat.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from telegram.error import RetryAfter, TelegramError
from telegram.ext import BaseRateLimiter

from bot.limits import SHORTEST_WAIT_S, MonotonicClock, SlidingWindow, TokenBucket
from bot.metrics import Metrics
from bot.telegram.inbox import Handling
from bot.telegram.sending import may_be_delivered, to_seconds

Result = bool | dict[str, Any] | list[dict[str, Any]]
Call = Callable[[], Coroutine[Any, Any, Result]]

REMEMBERED_CHATS = 1024
"""Number of chats beyond which the limits of idle chats are dropped."""
REFUSED_CHATS_BEFORE_PAUSE = 3
"""Number of refused chats from which all sending pauses: the refusals are not about one chat then."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SendLimits:
    """How fast messages are sent."""

    in_total: int = 30
    in_total_s: float = 1.0
    per_group: int = 20
    per_group_s: float = 60.0
    private_burst: int = 3
    private_interval_s: float = 0.95
    """A little less than a second: bursts make up for it as long as one person may ask in a row."""
    longest_pause_s: float = 60.0
    """A call fails where Telegram asks for a longer pause than this."""


class SendLimiter(BaseRateLimiter[Handling]):
    """Delays each call but polls until Telegram accepts it.

    A call that sends a message carries the handling that it replies to as its `rate_limit_args`; its delivery ends that
    handling.
    """

    def __init__(self, limits: SendLimits, clock: MonotonicClock, metrics: Metrics) -> None:
        self._limits = limits
        self._metrics = metrics
        self._clock = clock
        self._total = SlidingWindow(limits.in_total, limits.in_total_s, clock)
        self._chat_actions = TokenBucket(limits.in_total, limits.in_total_s / limits.in_total, clock)
        self._chats: dict[object, TokenBucket | SlidingWindow] = {}
        self._most_chats = REMEMBERED_CHATS
        self._refused: dict[object, float] = {}
        self._paused_until = clock()

    async def initialize(self) -> None:
        """Does nothing: there is nothing to open."""

    async def shutdown(self) -> None:
        """Does nothing: there is nothing to close."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Result]],
        args: Any,  # noqa: ANN401 - of the library
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: Handling | None,
    ) -> Result:
        """Makes the call once Telegram accepts it. A "typing" action that would come late is left out."""
        try:
            return await self._call_in_time(
                lambda: callback(*args, **kwargs), endpoint, data.get("chat_id"), rate_limit_args
            )
        except TelegramError as error:
            self._metrics.count_telegram_error(error)
            raise

    async def _call_in_time(self, call: Call, endpoint: str, chat: object, handling: Handling | None) -> Result:
        if endpoint == "sendChatAction":
            return await call() if self._chat_actions.try_acquire() else True
        if not endpoint.startswith("send"):
            return await call()
        async with self._chat_limit(chat).acquire(), self._total.acquire():
            await self._wait_for_pause()
            return await self._send(call, chat, handling)

    async def _send(self, call: Call, chat: object, handling: Handling | None) -> Result:
        try:
            result = await call()
        except RetryAfter as error:
            self._record_refusal(chat, to_seconds(error.retry_after))
            raise
        except TelegramError as error:
            if may_be_delivered(error):
                await self._end(handling)
            raise
        self._refused.clear()
        await self._end(handling)
        return result

    async def _end(self, handling: Handling | None) -> None:
        if handling is None or handling.replied:
            return
        self._metrics.observe_reply(self._clock() - handling.received_s)
        await handling.record_reply()

    def _record_refusal(self, chat: object, wait_s: float) -> None:
        """Pauses all sending after refusals of several chats in a row. Otherwise each chat would be refused once."""
        if wait_s > self._limits.longest_pause_s:
            return
        self._refused[chat] = self._clock() + wait_s
        if len(self._refused) >= REFUSED_CHATS_BEFORE_PAUSE:
            self._paused_until = max(self._paused_until, *self._refused.values())
            _log.warning("Telegram takes no messages now: all wait for %.0f s", self._paused_until - self._clock())

    async def _wait_for_pause(self) -> None:
        # The end of the pause may be moved while somebody waits for it.
        while (wait_s := self._paused_until - self._clock()) > 0:  # noqa: ASYNC110  only the clock ends it
            await asyncio.sleep(max(SHORTEST_WAIT_S, wait_s))

    def _chat_limit(self, chat: object) -> TokenBucket | SlidingWindow:
        if len(self._chats) >= self._most_chats:
            self._chats = {chat: limit for chat, limit in self._chats.items() if not limit.idle}
            self._most_chats = max(REMEMBERED_CHATS, 2 * len(self._chats))
        if chat not in self._chats:
            self._chats[chat] = self._new_limit(chat)
        return self._chats[chat]

    def _new_limit(self, chat: object) -> TokenBucket | SlidingWindow:
        # A channel is addressed by its name, and has the limit of a group.
        if isinstance(chat, int) and chat > 0:
            return TokenBucket(self._limits.private_burst, self._limits.private_interval_s, self._clock)
        return SlidingWindow(self._limits.per_group, self._limits.per_group_s, self._clock)
