"""The life of a running bot: what is opened and started in which order, and ended in the opposite one."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor

from bot.background import background_tasks
from bot.clock import Clock, vietnam_time
from bot.conversation import AnswerSource
from bot.database import State, StateError
from bot.operations import serve_health, set_menus
from bot.settings import Settings
from bot.telegram import (
    BotApplication,
    RetryPolicy,
    TokenRejectedError,
    call_with_retries,
    receive_updates,
    translate_start_errors,
)
from bot.wiring import Components, OperatingLimits, Resources, build_components
from retrieval import HoiBaoError

_log = logging.getLogger(__name__)


def run(settings: Settings, answers: AnswerSource) -> None:
    """Run the bot until SIGTERM or Ctrl-C; raises what `serve` raises."""

    async def until_signal() -> None:
        stop = asyncio.Event()
        _stop_on_signals(stop)
        await serve(settings, answers, stop=stop)

    asyncio.run(until_signal())


async def serve(
    settings: Settings,
    answers: AnswerSource,
    *,
    stop: asyncio.Event,
    bounds: OperatingLimits | None = None,
    now: Clock = vietnam_time,
) -> None:
    """Run the bot until `stop` is set; the questions that were fetched by then are answered first.

    Raises:
        StateError: the bot's database cannot be used, at the start or later.
        TokenRejectedError: at the start, or later when the token was revoked.
        TelegramUnreachableError: at the start, after several attempts.
    """
    # Else python-telegram-bot warns at each 429 that `retry_after` will be a timedelta one day.
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    bounds = bounds or OperatingLimits()
    # When the threads end, the last question has been answered; when the database closes, the last thread has ended.
    with State.open(settings.state) as state, ThreadPoolExecutor(settings.search_threads, "search") as searches:
        parts = build_components(settings, Resources(state, answers, searches), bounds, now)
        async with (
            _initialized(parts.application, settings, bounds.patience),
            background_tasks(answers, parts.health, state, now),
            parts.uploads,
            serve_health(settings.monitor, parts.health, parts.exposition),
            # Last, for from here on questions come in; and the first to end.
            receive_updates(parts.application, parts.inbox, settings, parts.health),
        ):
            await _until_told_or_broken(parts, stop)
    if parts.health.rejected.is_set():
        raise TokenRejectedError
    if parts.inbox.broken.is_set():
        raise StateError(f"{settings.state} cannot be written: is the disk full?")
    _log.info("stopped")


@contextlib.asynccontextmanager
async def _initialized(application: BotApplication, settings: Settings, patience: RetryPolicy) -> AsyncIterator[None]:
    """Make sure of the token, and show the menus of commands."""
    try:
        with translate_start_errors(settings):
            await call_with_retries(application.initialize, patience.wait_s)
    except HoiBaoError:
        await application.bot.shutdown()
        raise
    try:
        await set_menus(application.bot, settings.access.admins)
        yield
    finally:
        await application.shutdown()


async def _until_told_or_broken(parts: Components, stop: asyncio.Event) -> None:
    """Wait for the stop, or for what the bot cannot go on without: its token and its database."""
    bot = parts.application.bot
    _log.info("@%s is listening", bot.username)
    if not bot.supports_inline_queries:
        _log.info("inline mode is off: send /setinline to @BotFather to have it")
    await _first_of(stop, parts.health.rejected, parts.inbox.broken)
    _log.info("stopping: what is queued is answered first")


async def _first_of(*events: asyncio.Event) -> None:
    waiting = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waiting:
            task.cancel()


def _stop_on_signals(stop: asyncio.Event) -> None:
    """Set `stop` at the first SIGTERM or SIGINT; a second one ends the process as usual."""
    loop = asyncio.get_running_loop()

    def on_signal() -> None:
        stop.set()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, on_signal)
