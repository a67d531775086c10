"""Posts updates to the bot's webhook: in the order of each chat, each again until the bot accepts it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import aiohttp
from aiohttp import web

from tests.telegram_server.faults import Drop
from tests.telegram_server.values import NOW, Json, Webhook
from tests.telegram_server.world import World

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
WEBHOOK = "webhook"
"""The name under which a `Drop` meets a delivery, which is no method: before it is made, or instead of its answer."""
FIRST_RETRY_S = 0.05
LONGEST_RETRY_S = 1.0
TIMEOUT_S = 30.0


class Delivery:
    """Delivers one bot's updates, in one event loop."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._wake = asyncio.Event()
        self._under_way: dict[int, asyncio.Task[None]] = {}
        """By chat or user."""

    def wake(self) -> None:
        """Looks for new updates."""
        self._wake.set()

    async def running(self, app: web.Application) -> AsyncIterator[None]:
        """Delivers while the application runs."""
        task = asyncio.create_task(self._run())
        yield
        for running in (task, *self._under_way.values()):
            running.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running

    async def _run(self) -> None:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT_S)) as session:
            while True:
                if webhook := self._world.webhook:
                    self._start_more(session, webhook)
                await self._wake.wait()
                self._wake.clear()

    def _start_more(self, session: aiohttp.ClientSession, webhook: Webhook) -> None:
        for update in list(self._world.updates):
            if len(self._under_way) >= webhook.max_connections:
                return
            queue = _queue_of(update)
            if queue not in self._under_way:
                self._under_way[queue] = asyncio.create_task(self._deliver(session, webhook, update, queue))

    async def _deliver(self, session: aiohttp.ClientSession, webhook: Webhook, update: Json, queue: int) -> None:
        wait_s = FIRST_RETRY_S
        while self._world.webhook is webhook and not await self._is_taken(session, webhook, update):
            await asyncio.sleep(wait_s)
            wait_s = min(2 * wait_s, LONGEST_RETRY_S)
        del self._under_way[queue]
        self._wake.set()

    async def _is_taken(self, session: aiohttp.ClientSession, webhook: Webhook, update: Json) -> bool:
        """Tells whether the bot has accepted an update."""
        fault = self._world.next_fault(WEBHOOK)
        problem = "Connection reset by peer"
        if not (isinstance(fault, Drop) and not fault.carried_out):
            problem = await _post(session, webhook, update)
        if isinstance(fault, Drop) and fault.carried_out:
            problem = "Read timeout expired"
        if not problem:
            self._world.remove_update(update)
            return True
        with self._world.changed:
            webhook.last_error.update(last_error_date=NOW, last_error_message=problem)
            self._world.changed.notify_all()
        return False


async def _post(session: aiohttp.ClientSession, webhook: Webhook, update: Json) -> str:
    """Posts an update; returns the error, empty if there is none."""
    headers = {SECRET_HEADER: webhook.secret} if webhook.secret else {}
    try:
        async with session.post(webhook.url, json=update, headers=headers, allow_redirects=False) as response:
            await response.read()
            good = 200 <= response.status < 300
            return "" if good else f"Wrong response from the webhook: {response.status} {response.reason}"
    except (aiohttp.ClientError, TimeoutError) as error:
        return f"Connection failed: {type(error).__name__}"


def _queue_of(update: Json) -> int:
    content: Json = next(value for name, value in update.items() if name != "update_id")
    return int((content.get("chat") or content["from"])["id"])
