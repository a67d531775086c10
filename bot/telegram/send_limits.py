"""Calls on their way to Telegram: they wait until Telegram takes more, and the first reply that arrives ends a turn.

Telegram takes about 30 messages a second in all, one a second in a private chat with short bursts, and 20 a minute in
a group. Who has to wait for the chat's own limit does so before queueing for the common one, and so keeps nobody back.
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
from bot.telegram.inbox import Inbox, current_turn
from bot.telegram.sending import may_be_delivered, to_seconds

Result = bool | dict[str, Any] | list[dict[str, Any]]
Call = Callable[[], Coroutine[Any, Any, Result]]

REMEMBERED_CHATS = 1024
"""So many chats are remembered before those that are quiet are forgotten."""
REFUSED_CHATS_BEFORE_PAUSE = 3
"""So many chats that are told to wait mean that it is not about one of them."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SendLimits:
    """How fast messages are sent."""

    in_all: int = 30
    in_all_s: float = 1.0
    in_group: int = 20
    in_group_s: float = 60.0
    private_burst: int = 3
    private_every_s: float = 0.95
    """A little less than a second: as long as one person may ask in a row, bursts make up for it."""
    longest_pause_s: float = 60.0
    """A longer wait than this that Telegram asks for is not waited for: the call fails."""


class SendLimiter(BaseRateLimiter[None]):
    """Stands between the bot and the network for all calls but polls."""

    def __init__(self, inbox: Inbox, pace: SendLimits, clock: MonotonicClock, metrics: Metrics) -> None:
        self._inbox = inbox
        self._pace = pace
        self._metrics = metrics
        self._clock = clock
        self._all = SlidingWindow(pace.in_all, pace.in_all_s, clock)
        self._courtesies = TokenBucket(pace.in_all, pace.in_all_s / pace.in_all, clock)
        self._chats: dict[object, TokenBucket | SlidingWindow] = {}
        self._many = REMEMBERED_CHATS
        self._refused: dict[object, float] = {}
        self._closed_until = clock()

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to release."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Result]],
        args: Any,  # noqa: ANN401 - of the library
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: None,
    ) -> Result:
        """Make the call once it may be made; that the bot is "typing" is rather left unsaid than said late."""
        try:
            return await self._in_time(lambda: callback(*args, **kwargs), endpoint, data.get("chat_id"))
        except TelegramError as error:
            self._metrics.failed(error)
            raise

    async def _in_time(self, call: Call, endpoint: str, chat: object) -> Result:
        if endpoint == "sendChatAction":
            return await call() if self._courtesies.take() else True
        if not endpoint.startswith("send"):
            return await call()
        async with self._chat(chat).place(), self._all.place():
            await self._until_open()
            return await self._send(call, chat)

    async def _send(self, call: Call, chat: object) -> Result:
        try:
            result = await call()
        except RetryAfter as error:
            self._note_refusal(chat, to_seconds(error.retry_after))
            raise
        except TelegramError as error:
            if may_be_delivered(error):
                await self._replied()
            raise
        self._refused.clear()
        await self._replied()
        return result

    async def _replied(self) -> None:
        turn = current_turn.get()
        if turn is not None and not turn.replied:
            turn.replied = True
            self._metrics.replied(self._clock() - turn.received)
            await self._inbox.finish(turn)

    def _note_refusal(self, chat: object, wait_s: float) -> None:
        """After several chats in a row were told to wait, everything waits: else each would be told so once."""
        if wait_s > self._pace.longest_pause_s:
            return
        self._refused[chat] = self._clock() + wait_s
        if len(self._refused) >= REFUSED_CHATS_BEFORE_PAUSE:
            self._closed_until = max(self._closed_until, *self._refused.values())
            _log.warning("Telegram takes no messages now: all wait for %.0f s", self._closed_until - self._clock())

    async def _until_open(self) -> None:
        # It may have been put off when the wait is over.
        while (wait_s := self._closed_until - self._clock()) > 0:  # noqa: ASYNC110  nobody but time opens it
            await asyncio.sleep(max(SHORTEST_WAIT_S, wait_s))

    def _chat(self, chat: object) -> TokenBucket | SlidingWindow:
        if len(self._chats) >= self._many:
            self._chats = {chat: limit for chat, limit in self._chats.items() if not limit.idle}
            self._many = max(REMEMBERED_CHATS, 2 * len(self._chats))
        if chat not in self._chats:
            self._chats[chat] = self._limit_of(chat)
        return self._chats[chat]

    def _limit_of(self, chat: object) -> TokenBucket | SlidingWindow:
        # A channel's name instead of a number counts like a group's number.
        if isinstance(chat, int) and chat > 0:
            return TokenBucket(self._pace.private_burst, self._pace.private_every_s, self._clock)
        return SlidingWindow(self._pace.in_group, self._pace.in_group_s, self._clock)
