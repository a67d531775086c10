"""The first to see an update: it stops those who may not ask, and lets in who has the password."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

from telegram import CallbackQuery, InlineQuery, Message, Update
from telegram.constants import ChatType
from telegram.error import TelegramError
from telegram.ext import ApplicationHandlerStop

from bot.admission.quotas import Admission, AdmissionVerdict, Quota
from bot.admission.rules import AccessControl
from bot.cards import Texts, texts_for
from bot.metrics import Metrics, Outcome
from bot.telegram import Context, RetryPolicy, language_of, reply, sender_of

PASSWORD_QUOTA = Quota(burst_of_one=5, every_s_of_one=300.0)
"""How often somebody may try passwords."""


@dataclass(frozen=True, slots=True)
class Gate:
    """A handler that runs before all others; private chats are told, groups are not."""

    door: AccessControl
    passwords: Admission
    patience: RetryPolicy
    metrics: Metrics

    async def on_update(self, update: Update, context: Context) -> None:
        """Let an update pass, or stop it.

        Raises:
            ApplicationHandlerStop: no other handler shall see it.
        """
        message = update.message
        if message and message.migrate_to_chat_id:
            self.door.note_move(message.chat_id, message.migrate_to_chat_id)
        if message and message.chat.type == ChatType.PRIVATE and (given := _start_parameter(message)):
            await self._open(message, given)
        if self._admits(update):
            return
        await self._turn_away(update)
        raise ApplicationHandlerStop

    async def refuse(self, update: Update, verdict: AdmissionVerdict) -> None:
        """Say that an update is not taken on, and why; to strangers nothing."""
        if update.message:
            self.metrics.became(Outcome.REFUSED)
        if verdict is not AdmissionVerdict.IN_SILENCE and self._admits(update):
            await self._say(update, str(getattr(_texts(update), verdict)))

    def _admits(self, update: Update) -> bool:
        chat = update.effective_chat
        return self.door.admits(sender_of(update), chat.id if chat else None)

    async def _open(self, message: Message, given: str) -> None:
        sender = message.chat_id
        if self.door.admits(sender, None) and not self.door.is_password(given):
            return
        texts = texts_for(message.from_user.language_code if message.from_user else None)
        verdict = self.passwords.enter(sender)
        if verdict is AdmissionVerdict.TAKEN:
            self.passwords.leave(sender)
            right = self.door.is_password(given)
            if right:
                self.door.open_for(sender)
            await reply(message, texts.start if right else texts.stranger, texts, self.patience)
        elif verdict is not AdmissionVerdict.IN_SILENCE:
            await reply(message, texts.too_fast, texts, self.patience)
        raise ApplicationHandlerStop

    async def _turn_away(self, update: Update) -> None:
        private = update.message is None or update.message.chat.type == ChatType.PRIVATE
        if private:
            await self._say(update, _texts(update).stranger)

    async def _say(self, update: Update, text: str) -> None:
        match update.message or update.callback_query or update.inline_query:
            case Message() as message:
                await reply(message, text, _texts(update), self.patience)
            case CallbackQuery() as tap:
                with contextlib.suppress(TelegramError):
                    await tap.answer(text)
            case InlineQuery() as typed:
                with contextlib.suppress(TelegramError):
                    await typed.answer([], is_personal=True)


def _texts(update: Update) -> Texts:
    return texts_for(language_of(update))


def _start_parameter(message: Message) -> str:
    """What stands behind `/start`."""
    command, _, parameter = (message.text or "").partition(" ")
    return parameter.strip() if command == "/start" else ""
