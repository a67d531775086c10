"""Whose turn it is: the messages of one chat one after the other, those of different chats side by side.

Nobody has two questions looked up at once, in whichever chats they are asked. Taps on buttons have a queue of their
own in each chat: who has asked ten questions can still turn the page of an answer.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import Any
from weakref import WeakValueDictionary

from telegram import Update
from telegram.ext import BaseUpdateProcessor

from bot.admission.quotas import Admission, AdmissionVerdict
from bot.telegram import Inbox, current_turn, sender_of

MOST_CONCURRENT_UPDATES = 4096
"""Waiting for a turn counts too, so this is far above what is ever worked on at once, and above what may wait."""


class UpdateScheduler(BaseUpdateProcessor):
    """Answers come in the order of their questions, and who asks a lot delays nobody else."""

    __slots__ = ("_inbox", "_is_work", "_locks", "_messages", "_refuse", "_taps")

    def __init__(
        self,
        inbox: Inbox,
        messages: Admission,
        taps: Admission,
        is_work: Callable[[Update], bool],
        refuse: Callable[[Update, AdmissionVerdict], Awaitable[None]],
    ) -> None:
        """The updates that are work wait for their turn and may be refused; others are handled as they come.

        Args:
            inbox: told what is done.
            messages: says which messages are taken on.
            taps: says which taps on buttons are.
            is_work: whether the bot has something to do with an update.
            refuse: tells the sender that an update is not taken on.
        """
        super().__init__(MOST_CONCURRENT_UPDATES)
        self._inbox = inbox
        self._messages = messages
        self._taps = taps
        self._is_work = is_work
        self._refuse = refuse
        self._locks: WeakValueDictionary[object, asyncio.Lock] = WeakValueDictionary()

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Wait for the earlier messages of the chat and of the sender, then handle this one."""
        if not isinstance(update, Update):
            await coroutine
            return
        turn = self._inbox.turn_of(update)
        current_turn.set(turn)
        if self._is_work(update):
            await self._in_turn(update, coroutine)
        else:
            await coroutine
        if not turn.deferred:
            await self._inbox.finish(turn)

    async def _in_turn(self, update: Update, coroutine: Awaitable[Any]) -> None:
        sender = sender_of(update)
        admission = self._taps if update.callback_query else self._messages
        verdict = admission.enter(sender)
        if verdict is not AdmissionVerdict.TAKEN:
            if isinstance(coroutine, Coroutine):
                coroutine.close()
            await self._refuse(update, verdict)
            return
        try:
            async with self._turn(update, sender):
                await coroutine
        finally:
            admission.leave(sender)

    @contextlib.asynccontextmanager
    async def _turn(self, update: Update, sender: int) -> AsyncIterator[None]:
        chat = update.effective_chat
        place = chat.id if chat else sender
        if update.callback_query:
            async with self._lock("taps", place):
                yield
            return
        # In this order only: who holds the second lock waits for no first one.
        async with self._lock("chat", place), self._lock("sender", sender):
            yield

    def _lock(self, *key: object) -> asyncio.Lock:
        """The lock lives for as long as somebody holds it or waits for it."""
        return self._locks.setdefault(key, asyncio.Lock())

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to release."""
