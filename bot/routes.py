"""Which handler gets which update."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from telegram import Update
from telegram.ext import (
    CallbackQueryHandler,
    CommandHandler,
    InlineQueryHandler,
    MessageHandler,
    TypeHandler,
    filters,
)

from bot.admin import AdminCommands, Uploads, is_upload_tap
from bot.admission import Gate
from bot.conversation import InlineSearch, MessageHandlers, TapHandlers
from bot.telegram import BotApplication

FIRST_GROUP = -1
"""The group of handlers that come first."""


@dataclass(frozen=True, slots=True)
class Routes:
    """All who handle updates, and the numbers of the administrators."""

    gate: Gate
    handlers: MessageHandlers
    inline: InlineSearch
    administration: AdminCommands
    uploads: Uploads
    admins: Collection[int]

    def add_to(self, application: BotApplication) -> None:
        """Tell the application; of the handlers in one group, the first that fits gets the update."""
        application.add_handler(TypeHandler(Update, self.gate.on_update), group=FIRST_GROUP)
        by_admin = filters.UpdateType.MESSAGE & filters.ChatType.PRIVATE & filters.User(self.admins)
        application.add_handler(CommandHandler("trangthai", self.administration.on_status, by_admin))
        application.add_handler(CommandHandler("taiban", self.administration.on_reload, by_admin))
        application.add_handler(MessageHandler(by_admin & filters.Document.ALL, self.uploads.on_file))
        application.add_handler(CallbackQueryHandler(self.uploads.on_tap, is_upload_tap))
        application.add_handler(CallbackQueryHandler(TapHandlers(self.handlers).on_tap))
        # New messages only: edits and channel posts may still be on their way from before the bot asked for no such.
        application.add_handler(MessageHandler(filters.UpdateType.MESSAGE, self.handlers.on_message))
        application.add_handler(InlineQueryHandler(self.inline.on_query))
        application.add_error_handler(self.handlers.on_error)
