"""The gate: the first handler of every update. It stops strangers and checks passwords."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

from telegram import CallbackQuery, InlineQuery, Message, Update
from telegram.constants import ChatType
from telegram.error import TelegramError
from telegram.ext import ApplicationHandlerStop

from bot.admission.quotas import Admission, AdmissionVerdict, Quota
from bot.admission.rules import AccessControl
from bot.cards import Card
from bot.conversation import Turn
from bot.metrics import Metrics, Outcome
from bot.telegram import sender_of

PASSWORD_QUOTA = Quota(burst_per_sender=5, interval_per_sender_s=300.0)
"""How often one person may try passwords."""


@dataclass(frozen=True, slots=True)
class Gate:
    """The handler that runs before all others. Strangers are told so in private chats, not in groups."""

    access: AccessControl
    passwords: Admission
    metrics: Metrics

    async def on_update(self, update: Update, turn: Turn) -> None:
        """Lets an update pass, or stops it.

        Raises:
            ApplicationHandlerStop: no other handler may see the update.
        """
        message = update.message
        if message and message.migrate_to_chat_id:
            self.access.record_migration(message.chat_id, message.migrate_to_chat_id)
        if message and message.chat.type == ChatType.PRIVATE and (password := _start_parameter(message)):
            await self._try_password(message, password, turn)
        if self._is_allowed(update):
            return
        await self._turn_away(update, turn)
        raise ApplicationHandlerStop

    async def refuse(self, update: Update, turn: Turn, verdict: AdmissionVerdict) -> None:
        """Tells the sender why an update is not admitted; strangers are told nothing."""
        if update.message:
            self.metrics.count_outcome(Outcome.REFUSED)
        if verdict is not AdmissionVerdict.SILENT and self._is_allowed(update):
            await _tell(update, turn, str(getattr(turn.reader.texts, verdict)))

    def _is_allowed(self, update: Update) -> bool:
        chat = update.effective_chat
        return self.access.is_allowed(sender_of(update), chat.id if chat else None)

    async def _try_password(self, message: Message, password: str, turn: Turn) -> None:
        sender, texts = message.chat_id, turn.reader.texts
        if self.access.is_allowed(sender, None) and not self.access.matches_password(password):
            return
        verdict = self.passwords.enter(sender)
        if verdict is AdmissionVerdict.ADMITTED:
            self.passwords.leave(sender)
            right = self.access.matches_password(password)
            if right:
                self.access.grant(sender)
            await turn.messenger.reply(message, Card(texts.start if right else texts.stranger))
        elif verdict is not AdmissionVerdict.SILENT:
            await turn.messenger.reply(message, Card(texts.too_fast))
        raise ApplicationHandlerStop

    async def _turn_away(self, update: Update, turn: Turn) -> None:
        private = update.message is None or update.message.chat.type == ChatType.PRIVATE
        if private:
            await _tell(update, turn, turn.reader.texts.stranger)


async def _tell(update: Update, turn: Turn, text: str) -> None:
    match update.message or update.callback_query or update.inline_query:
        case Message() as message:
            await turn.messenger.reply(message, Card(text))
        case CallbackQuery() as tap:
            with contextlib.suppress(TelegramError):
                await tap.answer(text)
        case InlineQuery() as query:
            with contextlib.suppress(TelegramError):
                await query.answer([], is_personal=True)


def _start_parameter(message: Message) -> str:
    """Returns the parameter of a `/start` command; empty where there is none."""
    command, _, parameter = (message.text or "").partition(" ")
    return parameter.strip() if command == "/start" else ""
