"""The order in which updates are handled.

Messages of one chat are handled one after the other, those of different chats at the same time. Nobody has two
questions searched for at once, in whichever chats they are asked. Taps on buttons have a queue of their own in each
chat: a person who has asked ten questions can still page through an answer.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from typing import Any
from weakref import WeakValueDictionary

from telegram import Update
from telegram.ext import BaseUpdateProcessor

from bot.admission.quotas import Admission, AdmissionVerdict
from bot.conversation import Turn
from bot.telegram import Handling, Inbox, sender_of

MOST_CONCURRENT_UPDATES = 4096
"""Updates that wait in a queue count too, so this is far above what the quotas let wait or be handled at once."""

BeginTurn = Callable[[Update, Handling], Turn]
Refuse = Callable[[Update, Turn, AdmissionVerdict], Awaitable[None]]


class UpdateScheduler(BaseUpdateProcessor):
    """Runs the handlers of each update in its turn, and finishes its handling.

    Replies come in the order of the questions, and a person who asks a lot delays nobody else.
    """

    __slots__ = ("_begin", "_inbox", "_locks", "_messages", "_refuse", "_taps", "_turns")

    def __init__(self, inbox: Inbox, messages: Admission, taps: Admission, begin: BeginTurn, refuse: Refuse) -> None:
        """Schedules the updates that ask for something; all others are handled as they come.

        Args:
            inbox: holds the handling of each update.
            messages: admits messages.
            taps: admits taps on buttons.
            begin: reads an update into its turn, once.
            refuse: tells the sender that an update is not admitted.
        """
        super().__init__(MOST_CONCURRENT_UPDATES)
        self._inbox = inbox
        self._messages = messages
        self._taps = taps
        self._begin = begin
        self._refuse = refuse
        self._turns: dict[int, Turn] = {}
        self._locks: WeakValueDictionary[object, asyncio.Lock] = WeakValueDictionary()

    def turn_of(self, update: Update) -> Turn:
        """Returns the turn of an update whose handlers run now."""
        return self._turns[update.update_id]

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Waits for the earlier messages of the chat and of the sender, then runs the handlers."""
        if not isinstance(update, Update):
            await coroutine
            return
        with _closing(coroutine), self._turn(update) as turn:
            if turn.asks:
                await self._process_in_order(update, turn, coroutine)
            else:
                await coroutine
            handling = turn.messenger.handling
            if not handling.deferred:
                await handling.finish()

    @contextlib.contextmanager
    def _turn(self, update: Update) -> Iterator[Turn]:
        """Keeps the turn of an update while its handlers run. The inbox lets no second update of that number in."""
        try:
            turn = self._turns[update.update_id] = self._begin(update, self._inbox.begin(update))
            yield turn
        finally:
            self._turns.pop(update.update_id, None)
            self._inbox.end(update)

    async def _process_in_order(self, update: Update, turn: Turn, coroutine: Awaitable[Any]) -> None:
        sender = sender_of(update)
        admission = self._taps if update.callback_query else self._messages
        verdict = admission.enter(sender)
        if verdict is not AdmissionVerdict.ADMITTED:
            await self._refuse(update, turn, verdict)
            return
        try:
            async with self._place_in_queue(update, sender):
                await coroutine
        finally:
            admission.leave(sender)

    @contextlib.asynccontextmanager
    async def _place_in_queue(self, update: Update, sender: int) -> AsyncIterator[None]:
        chat = update.effective_chat
        chat_id = chat.id if chat else sender
        if update.callback_query:
            async with self._lock("taps", chat_id):
                yield
            return
        # Always in this order, so that no holder of a sender's lock waits for a chat's lock.
        async with self._lock("chat", chat_id), self._lock("sender", sender):
            yield

    def _lock(self, *key: object) -> asyncio.Lock:
        """Returns the lock of a key. It lives as long as somebody holds it or waits for it."""
        return self._locks.setdefault(key, asyncio.Lock())

    async def initialize(self) -> None:
        """Does nothing: there is nothing to open."""

    async def shutdown(self) -> None:
        """Does nothing: there is nothing to close."""


@contextlib.contextmanager
def _closing(handlers: Awaitable[Any]) -> Iterator[None]:
    """Closes the coroutine of the handlers if the block has not run it; otherwise that has no effect."""
    try:
        yield
    finally:
        if isinstance(handlers, Coroutine):
            handlers.close()
