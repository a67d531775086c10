"""Whose turn it is: the messages of one chat one after the other, those of different chats side by side."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any
from weakref import WeakValueDictionary

from telegram import Update
from telegram.ext import BaseUpdateProcessor

from bot.inbox import Inbox, current_turn

MOST_AT_ONCE = 4096
"""Waiting for a turn counts too, so this is far above what is ever worked on at once."""


class ChatByChat(BaseUpdateProcessor):
    """Answers come in the order of their questions, and who asks a lot delays nobody else."""

    __slots__ = ("_inbox", "_locks")

    def __init__(self, inbox: Inbox) -> None:
        super().__init__(MOST_AT_ONCE)
        self._inbox = inbox
        self._locks: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    async def do_process_update(self, update: object, coroutine: Awaitable[Any]) -> None:
        """Wait for the chat's earlier messages, then handle this one."""
        if not isinstance(update, Update):
            await coroutine
            return
        turn = self._inbox.turn_of(update)
        current_turn.set(turn)
        chat = update.effective_chat
        if chat is None:
            await coroutine
        else:
            # The lock lives for as long as somebody holds it or waits for it.
            async with self._locks.setdefault(chat.id, asyncio.Lock()):
                await coroutine
        await self._inbox.finish(turn)

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to release."""
