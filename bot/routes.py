"""Routes: the handler of each update."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Coroutine
from dataclasses import dataclass
from typing import Any

from telegram import Update
from telegram.ext import (
    CallbackQueryHandler,
    CommandHandler,
    InlineQueryHandler,
    MessageHandler,
    TypeHandler,
    filters,
)

from bot.admin import UPLOAD_ACTIONS, AdminCommands, Uploads
from bot.admission import Gate, UpdateScheduler
from bot.conversation import InlineSearch, MessageHandlers, TapHandlers, Turn
from bot.telegram import BotApplication, Context

FIRST_GROUP = -1
"""The group of handlers that run before all others."""

Handle = Callable[[Update, Turn], Awaitable[None]]
Callback = Callable[[Update, Context], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True)
class Routes:
    """The handlers of the bot, with the scheduler, which holds each update's turn."""

    scheduler: UpdateScheduler
    gate: Gate
    messages: MessageHandlers
    taps: TapHandlers
    inline: InlineSearch
    admin_commands: AdminCommands
    uploads: Uploads
    admins: Collection[int]

    def add_to(self, application: BotApplication) -> None:
        """Adds the handlers to the application. Of a group, the first that matches gets the update."""
        application.add_handler(TypeHandler(Update, self._with_turn(self.gate.on_update)), group=FIRST_GROUP)
        by_admin = filters.UpdateType.MESSAGE & filters.ChatType.PRIVATE & filters.User(self.admins)
        status, reload = self._with_turn(self.admin_commands.on_status), self._with_turn(self.admin_commands.on_reload)
        application.add_handler(CommandHandler("trangthai", status, by_admin))
        application.add_handler(CommandHandler("taiban", reload, by_admin))
        application.add_handler(MessageHandler(by_admin & filters.Document.ALL, self._with_turn(self.uploads.on_file)))
        application.add_handler(CallbackQueryHandler(self._with_turn(self._on_tap)))
        # New messages only: Telegram may still hold edits and channel posts from before the bot asked for none.
        application.add_handler(MessageHandler(filters.UpdateType.MESSAGE, self._with_turn(self.messages.on_message)))
        application.add_handler(InlineQueryHandler(self._with_turn(self.inline.on_query)))
        application.add_error_handler(self._on_error)

    def _with_turn(self, handle: Handle) -> Callback:
        """Makes a callback of python-telegram-bot that hands a handler the turn of the update."""

        async def callback(update: Update, _: Context) -> None:
            await handle(update, self.scheduler.turn_of(update))

        return callback

    async def _on_tap(self, update: Update, turn: Turn) -> None:
        is_upload = turn.callback is not None and turn.callback.action in UPLOAD_ACTIONS
        await (self.uploads if is_upload else self.taps).on_tap(update, turn)

    async def _on_error(self, update: object, context: Context) -> None:
        turn = self.scheduler.turn_of(update) if isinstance(update, Update) else None
        await self.messages.on_error(context.error, update, turn)
