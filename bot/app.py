"""The life of a bot: its components are started in order, and stopped in reverse."""

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
    """Runs the bot until SIGTERM or Ctrl-C; raises the errors of `serve`."""

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
    limits: OperatingLimits | None = None,
    now: Clock = vietnam_time,
) -> None:
    """Runs the bot until `stop` is set; questions received by then are answered first.

    Raises:
        StateError: the bot's database cannot be used, at the start or later.
        TokenRejectedError: Telegram rejects the token, at the start or after it was revoked.
        TelegramUnreachableError: Telegram cannot be reached at the start, after several attempts.
    """
    # Otherwise python-telegram-bot warns at each 429 that `retry_after` will become a timedelta.
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    limits = limits or OperatingLimits()
    # In reverse order: the threads end after the last answer, and the database closes after the last thread.
    with State.open(settings.state) as state, ThreadPoolExecutor(settings.search_threads, "search") as searches:
        components = build_components(settings, Resources(state, answers, searches), limits, now)
        async with (
            _initialized(components.application, settings, limits.retries),
            background_tasks(answers, components.health, state, now),
            components.uploads,
            serve_health(settings.monitor, components.health, components.render_metrics),
            # Started last and stopped first, since it lets questions in.
            receive_updates(components.application, components.inbox, settings, components.health),
        ):
            await _wait_until_stop(components, stop)
    if components.health.token_rejected.is_set():
        raise TokenRejectedError
    if components.inbox.broken.is_set():
        raise StateError(f"{settings.state} cannot be written: is the disk full?")
    _log.info("stopped")


@contextlib.asynccontextmanager
async def _initialized(application: BotApplication, settings: Settings, retries: RetryPolicy) -> AsyncIterator[None]:
    """Checks the token, and sets the menus of commands."""
    try:
        with translate_start_errors(settings):
            await call_with_retries(application.initialize, retries.wait_s)
    except HoiBaoError:
        await application.bot.shutdown()
        raise
    try:
        await set_menus(application.bot, settings.access.admins)
        yield
    finally:
        await application.shutdown()


async def _wait_until_stop(components: Components, stop: asyncio.Event) -> None:
    """Waits for the stop, or for the loss of the token or of the database."""
    bot = components.application.bot
    _log.info("@%s is listening", bot.username)
    if not bot.supports_inline_queries:
        _log.info("inline mode is off: send /setinline to @BotFather to have it")
    await _wait_for_first(stop, components.health.token_rejected, components.inbox.broken)
    _log.info("stopping: what is queued is answered first")


async def _wait_for_first(*events: asyncio.Event) -> None:
    waiting = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waiting:
            task.cancel()


def _stop_on_signals(stop: asyncio.Event) -> None:
    """Sets `stop` at the first SIGTERM or SIGINT. A second one ends the process as usual."""
    loop = asyncio.get_running_loop()

    def on_signal() -> None:
        stop.set()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, on_signal)
