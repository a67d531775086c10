"""The durable inbox: an update is on disk before Telegram is told that it has arrived, until it has been handled.

Telegram forgets an update once it is acknowledged: by the next poll, or by the answer to a webhook call. Both come only
after `put` has returned, so that a process killed at any moment, or a machine without power, finds what it had not yet
answered when it starts again. An update counts as handled from its first delivered reply on, or else from the end of
its handling: what was being sent at that moment may be sent once more, and nothing else is. After a power failure, what
was answered in the last moments may be, too.

Every bot's updates have numbers of their own. So an operator may try another bot's token and come back within two days:
each finds what was left for it.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import sqlite3
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass

from telegram import Bot, Update

from bot.database import State, StateError

NUMBER_KEPT_S = 2 * 24 * 3600.0
"""How long the number of a handled update is remembered; Telegram offers an update for a day at most."""
PRUNE_EVERY = 1000
"""Numbers are forgotten once in so many updates."""


@dataclass(slots=True)
class Turn:
    """The handling of one update."""

    update_id: int
    received: float
    """By the event loop's clock, in seconds."""
    stored: bool = False
    """Whether it is on disk as one that is not handled yet."""
    replied: bool = False
    """Whether a message was delivered in reply."""
    deferred: bool = False
    """Whether it goes on after its handler has returned; whoever goes on with it finishes it."""


current_turn: ContextVar[Turn | None] = ContextVar("current_turn", default=None)
"""The turn in which the present code runs."""


class Inbox(asyncio.Queue[object]):
    """The queue between python-telegram-bot's updater and its application, with a table behind it."""

    def __init__(self, state: State, bot: int, clock: Callable[[], float] = time.time) -> None:
        """An empty queue; `bot` is the user number of the bot that is written to."""
        super().__init__()
        self._state = state
        self._bot = bot
        self._clock = clock
        self._turns: dict[int, Turn] = {}
        self.broken = asyncio.Event()
        """Set when an update could not be stored; Telegram keeps what is not acknowledged."""

    async def put(self, item: object) -> None:
        """Store an update and queue it, unless it was stored before.

        An inline query is not stored: nobody waits for its answer any more when the next process is up.

        Raises:
            StateError: it could not be stored, and so must not be acknowledged.
        """
        if isinstance(item, Update):
            durable = item.inline_query is None
            if durable and not await asyncio.to_thread(self._store, item):
                return
            self._await_turn(item, stored=durable)
        await super().put(item)

    def restore(self, bot: Bot) -> int:
        """Queue what an earlier process has left unhandled, in the order of its arrival; returns how many."""
        with self._state.transaction() as connection:
            connection.execute("UPDATE inbox SET bot = ? WHERE bot = 0", (self._bot,))
            connection.execute(_FORGET, (self._clock() - NUMBER_KEPT_S, self._bot))
        left = self._state.rows(_LEFT, (self._bot,))
        for (content,) in left:
            update = Update.de_json(json.loads(str(content)), bot)
            self._await_turn(update, stored=True)
            self.put_nowait(update)
        return len(left)

    def turn_of(self, update: Update) -> Turn:
        """The turn of an update that was taken from the queue."""
        return self._turns.pop(update.update_id)

    async def finish(self, turn: Turn) -> None:
        """The update is handled: only its number is kept."""
        if turn.stored:
            turn.stored = False
            await asyncio.to_thread(self._erase, turn.update_id)

    def _await_turn(self, update: Update, *, stored: bool) -> None:
        self._turns[update.update_id] = Turn(update.update_id, asyncio.get_running_loop().time(), stored)

    def _store(self, update: Update) -> bool:
        """Whether the update is new."""
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
    # `to_json` raises where a message is no longer accessible: it leaves the date 0, by which Telegram says so, a date.
    return json.dumps(update.to_dict(), ensure_ascii=False, default=_plain)


def _plain(value: object) -> object:
    return int(value.timestamp()) if isinstance(value, dt.datetime) else str(value)


_LEFT = "SELECT content FROM inbox WHERE bot = ? AND content IS NOT NULL ORDER BY received, update_id"
_ADD = "INSERT INTO inbox (bot, update_id, received, content) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
_ERASE = "UPDATE inbox SET content = NULL WHERE bot = ? AND update_id = ?"
_FORGET = "DELETE FROM inbox WHERE received < ? AND (content IS NULL OR bot <> ?)"
