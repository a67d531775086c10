"""Long polls: one at a time; each ends when an update arrives or a second poll begins."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass

from tests.telegram_server.errors import ApiError, RefusedError
from tests.telegram_server.faults import CONFLICT
from tests.telegram_server.tables import UPDATE_KINDS
from tests.telegram_server.values import Json
from tests.telegram_server.world import World

ACTIVE = "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
REPLACED = "Conflict: terminated by setWebhook request"


@dataclass(slots=True)
class _Poll:
    wake: asyncio.Event
    ended_by_another: bool = False


class Polls:
    """The polls of one bot, in one event loop."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._poll: _Poll | None = None

    def wake(self) -> None:
        """Lets the waiting poll look for updates."""
        if self._poll:
            self._poll.wake.set()

    def end_by_another(self) -> bool:
        """Ends the waiting poll, as another program's poll does; returns whether there was one."""
        if not self._poll:
            return False
        self._poll.ended_by_another = True
        self._poll.wake.set()
        return True

    async def get_updates(self, parameters: Json) -> list[Json]:
        """Waits for updates and returns them; they stay until a later poll confirms them.

        Raises:
            RefusedError: a parameter is out of range.
            ApiError: another poll has begun, or the token was revoked.
        """
        limit, timeout = parameters.get("limit", 100), parameters.get("timeout", 0)
        kinds = parameters.get("allowed_updates")
        if not 1 <= limit <= 100 or timeout < 0 or not set(kinds or []) <= UPDATE_KINDS:
            raise RefusedError("limit, timeout or allowed_updates out of range")
        self._refuse_beside_a_webhook(ACTIVE)
        if kinds is not None:
            self._world.allowed_updates = frozenset(kinds)
        self._world.confirm_below(parameters.get("offset", 0))
        await self._wait(timeout)
        return self._world.updates[:limit]

    async def _wait(self, timeout_s: float) -> None:
        self.end_by_another()
        poll = self._poll = _Poll(asyncio.Event())
        try:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._something_for(poll), timeout_s)
        finally:
            if self._poll is poll:
                self._poll = None
        if poll.ended_by_another:
            raise ApiError(409, CONFLICT)
        self._refuse_beside_a_webhook(REPLACED)
        if self._world.token_revoked:
            raise ApiError(401, "Unauthorized")

    def _refuse_beside_a_webhook(self, description: str) -> None:
        if self._world.webhook:
            raise ApiError(409, description)

    async def _something_for(self, poll: _Poll) -> None:
        world = self._world
        while not (world.updates or poll.ended_by_another or world.token_revoked or world.webhook):
            await poll.wake.wait()
            poll.wake.clear()
