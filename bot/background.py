"""Background tasks: the latest commit of the index is opened, and expired data is deleted.

Once a minute the log of the bot's database is emptied too, so that no deleted text is left in it, although another
program was reading at the time of the deletion.
"""

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
    """Runs the background tasks at once, and then at their intervals while the block runs."""

    async def refresh() -> None:
        await _refresh(answers, health)

    async def delete() -> None:
        await _delete_expired(state, now)

    async with _repeat(refresh, REFRESH_EVERY_S), _repeat(delete, DELETE_EVERY_S):
        yield


async def _refresh(answers: AnswerSource, health: Health) -> None:
    """Opens the latest commit. A failure is logged until it changes, and the earlier commit stays in use."""
    try:
        await asyncio.to_thread(answers.refresh)
        health.index_failure = ""
    except Exception as error:
        failure = str(error) if isinstance(error, HoiBaoError) else error_trace(error)
        if failure != health.index_failure:
            _log.error("the index could not be refreshed: %s", failure)
        health.index_failure = failure


async def _delete_expired(state: State, now: Clock) -> None:
    """Deletes expired data; a failure is logged, and the next run tries again."""
    try:
        if not await asyncio.to_thread(delete_expired, state, now()):
            _log.warning("deleted text may still be in the bot's database: another program is reading it; trying again")
    except Exception as error:
        _log.error("what is too old could not be deleted: %s", error_trace(error))


@contextlib.asynccontextmanager
async def _repeat(task: Callable[[], Awaitable[None]], every_s: float) -> AsyncIterator[None]:
    """Runs a task at once, and then every `every_s` seconds while the block runs. It must raise nothing."""

    async def loop() -> None:
        while True:
            await asyncio.sleep(every_s)
            await task()

    await task()
    repeating = asyncio.create_task(loop())
    try:
        yield
    finally:
        repeating.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await repeating
