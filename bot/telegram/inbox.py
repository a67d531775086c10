"""The durable inbox: updates are on disk until they have been handled.

Telegram forgets an update once it is acknowledged, by the next poll or by the answer to a webhook call. Both come only
after `put` has returned, so that a process killed at any moment, or a machine without power, finds the updates that it
had not answered when it starts again. An update counts as handled from its first delivered reply on, or without a
reply from the end of its handling. A kill in the moment of sending repeats that one reply; a power failure may repeat
the replies of the last moments.

Each bot numbers its updates by itself, so they are stored by bot: an operator may try another bot's token and come
back within two days, and each bot finds its own unhandled updates.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import sqlite3
import time
from collections.abc import Awaitable, Callable
from functools import partial

from telegram import Bot, Update

from bot.database import State, StateError

NUMBER_KEPT_S = 2 * 24 * 3600.0
"""How long the number of a handled update is remembered; Telegram offers an update for a day at most."""
PRUNE_EVERY = 1000
"""Old numbers are deleted at every update whose number is a multiple of this."""


class Handling:
    """The handling of one update, from its arrival to its deletion from the inbox.

    It is passed to whoever sends a reply: the first delivered reply ends it. A handling without a reply is finished by
    the scheduler when the handlers have returned, or, if it was deferred, by the task that continues it.
    """

    __slots__ = ("_deferred", "_erase", "_replied", "received_s")

    def __init__(self, received_s: float, erase: Callable[[], Awaitable[None]] | None = None) -> None:
        """Begins with the arrival of the update.

        Args:
            received_s: time of arrival by the event loop's clock, in seconds.
            erase: deletes the update from disk; None where it is not stored.
        """
        self.received_s = received_s
        self._erase = erase
        self._replied = False
        self._deferred = False

    @property
    def stored(self) -> bool:
        """Whether the update is on disk as one that is not handled yet."""
        return self._erase is not None

    @property
    def replied(self) -> bool:
        """Whether a reply was delivered, or may have been."""
        return self._replied

    @property
    def deferred(self) -> bool:
        """Whether a task continues the handling after its handlers have returned."""
        return self._deferred

    def defer(self) -> None:
        """Leaves the end of the handling to a task, which calls `finish`."""
        self._deferred = True

    async def record_reply(self) -> None:
        """Ends the handling, since a reply was delivered or may have been."""
        self._replied = True
        await self.finish()

    async def finish(self) -> None:
        """Deletes the update from the inbox, all but its number; further calls do nothing."""
        erase, self._erase = self._erase, None
        if erase:
            await erase()


class Inbox(asyncio.Queue[object]):
    """The queue between python-telegram-bot's updater and its application, with a table behind it."""

    def __init__(self, state: State, bot: int, clock: Callable[[], float] = time.time) -> None:
        """Makes an empty queue. `bot` is the user number of the bot that receives the updates."""
        super().__init__()
        self._state = state
        self._bot = bot
        self._clock = clock
        self._handlings: dict[int, Handling] = {}
        """Of the updates that wait in the queue or are being handled, by number."""
        self.broken = asyncio.Event()
        """Set when an update could not be stored; Telegram keeps what is not acknowledged."""

    async def put(self, item: object) -> None:
        """Stores an update and queues it, unless it was stored before, waits already or is being handled.

        Inline queries are not stored: nobody waits for their answers any more after a restart.

        Raises:
            StateError: the update could not be stored, and so must not be acknowledged.
        """
        if isinstance(item, Update):
            if item.update_id in self._handlings:
                return
            durable = item.inline_query is None
            if durable and not await asyncio.to_thread(self._store, item):
                return
            self._register(item, stored=durable)
        await super().put(item)

    def restore(self, bot: Bot) -> int:
        """Queues the updates that an earlier process left unhandled, in order of arrival; returns their number."""
        with self._state.transaction() as connection:
            connection.execute("UPDATE inbox SET bot = ? WHERE bot = 0", (self._bot,))
            connection.execute(_FORGET, (self._clock() - NUMBER_KEPT_S, self._bot))
        left = self._state.rows(_LEFT, (self._bot,))
        for (content,) in left:
            update = Update.de_json(json.loads(str(content)), bot)
            self._register(update, stored=True)
            self.put_nowait(update)
        return len(left)

    def begin(self, update: Update) -> Handling:
        """Returns the handling of an update that was taken from the queue."""
        return self._handlings[update.update_id]

    def end(self, update: Update) -> None:
        """Forgets an update whose handlers have returned; until then its copies are dropped."""
        del self._handlings[update.update_id]

    def _register(self, update: Update, *, stored: bool) -> None:
        erase = partial(asyncio.to_thread, self._erase, update.update_id) if stored else None
        self._handlings[update.update_id] = Handling(asyncio.get_running_loop().time(), erase)

    def _store(self, update: Update) -> bool:
        """Writes an update to disk; returns whether it is new."""
        now = self._clock()
        try:
            with self._state.synced_transaction() as connection:
                if update.update_id % PRUNE_EVERY == 0:
                    connection.execute(_FORGET, (now - NUMBER_KEPT_S, self._bot))
                new = connection.execute(_ADD, (self._bot, update.update_id, now, _json(update))).rowcount
        except sqlite3.Error as error:
            self.broken.set()
            raise StateError(f"an update could not be stored ({error}): is the disk full?") from error
        return bool(new)

    def _erase(self, update_id: int) -> None:
        with self._state.transaction() as connection:
            connection.execute(_ERASE, (self._bot, update_id))


def _json(update: Update) -> str:
    # `Update.to_json` raises for an inaccessible message, whose date Telegram gives as 0.
    return json.dumps(update.to_dict(), ensure_ascii=False, default=_plain)


def _plain(value: object) -> object:
    return int(value.timestamp()) if isinstance(value, dt.datetime) else str(value)


_LEFT = "SELECT content FROM inbox WHERE bot = ? AND content IS NOT NULL ORDER BY received, update_id"
_ADD = "INSERT INTO inbox (bot, update_id, received, content) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
_ERASE = "UPDATE inbox SET content = NULL WHERE bot = ? AND update_id = ?"
_FORGET = "DELETE FROM inbox WHERE received < ? AND (content IS NULL OR bot <> ?)"
