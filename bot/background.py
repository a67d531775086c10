"""What is done again and again beside answering: new commits are taken in, and what is too old is deleted."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable

from bot.clock import Clock
from bot.conversation import AnswerSource
from bot.database import State
from bot.health import Health
from bot.logs import error_trace
from bot.memory import delete_expired
from retrieval import HoiBaoError

REFRESH_EVERY_S = 1.0
DELETE_EVERY_S = 60.0

_log = logging.getLogger(__name__)


@contextlib.asynccontextmanager
async def background_tasks(answers: AnswerSource, health: Health, state: State, now: Clock) -> AsyncIterator[None]:
    """Do them at once, and then as often as they are due for as long as the block runs."""

    async def refresh() -> None:
        await _refresh(answers, health)

    async def forget() -> None:
        await _forget(state, now)

    async with _repeated(refresh, REFRESH_EVERY_S), _repeated(forget, DELETE_EVERY_S):
        yield


async def _refresh(answers: AnswerSource, health: Health) -> None:
    """Take in new commits; a failure is logged once until it changes, and the index as it was goes on answering."""
    try:
        await asyncio.to_thread(answers.refresh)
        health.index_failure = ""
    except Exception as error:
        failure = str(error) if isinstance(error, HoiBaoError) else error_trace(error)
        if failure != health.index_failure:
            _log.error("the index could not be refreshed: %s", failure)
        health.index_failure = failure


async def _forget(state: State, now: Clock) -> None:
    """Delete what is too old; where that fails, it is tried again, and until then the bot goes on answering."""
    try:
        await asyncio.to_thread(delete_expired, state, now())
    except Exception as error:
        _log.error("what is too old could not be deleted: %s", error_trace(error))


@contextlib.asynccontextmanager
async def _repeated(chore: Callable[[], Awaitable[None]], every_s: float) -> AsyncIterator[None]:
    """Do what raises nothing at once, and then every so many seconds for as long as the block runs."""

    async def go_on() -> None:
        while True:
            await asyncio.sleep(every_s)
            await chore()

    await chore()
    task = asyncio.create_task(go_on())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
