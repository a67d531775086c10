"""Calls on their way to Telegram: what each has to wait for, and what it means for the inbox that one has arrived."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from telegram.error import TelegramError
from telegram.ext import BaseRateLimiter

from bot.inbox import Inbox, current_turn
from bot.sending import may_be_delivered

Result = bool | dict[str, Any] | list[dict[str, Any]]


class Outgoing(BaseRateLimiter[int]):
    """Stands between the bot and the network for all calls but polls."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox

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
        rate_limit_args: int | None,
    ) -> Result:
        """Make the call; the first message that arrives in a turn ends what the inbox has to keep."""
        try:
            result = await callback(*args, **kwargs)
        except TelegramError as error:
            if endpoint == "sendMessage" and may_be_delivered(error):
                await self._replied()
            raise
        if endpoint == "sendMessage":
            await self._replied()
        return result

    async def _replied(self) -> None:
        turn = current_turn.get()
        if turn is not None and not turn.replied:
            turn.replied = True
            await self._inbox.finish(turn)
