"""What happens when somebody taps a button. Every tap is answered, also one that comes too late to mean anything."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass

from telegram import CallbackQuery, Message, Update

from bot.cards import CallbackData, Texts, decode_callback, texts_for
from bot.conversation.intents import AskIntent
from bot.conversation.messages import MessageHandlers
from bot.conversation.privacy import PRIVACY_KEY as OWN
from bot.conversation.tap_actions import SEARCH_ACTIONS, CardTap, TapActions, TapResult
from bot.logs import error_trace
from bot.telegram import Context, acknowledge, edit

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TapHandlers:
    """The coroutine that python-telegram-bot calls for a tap, with what it works with."""

    handlers: MessageHandlers

    async def on_tap(self, update: Update, context: Context) -> None:
        """React to a tap: change the message, tell in a note, or answer an example."""
        query = update.callback_query
        if query is None:
            return
        press = decode_callback(query.data)
        texts = texts_for(query.from_user.language_code)
        reaction = await self._reaction(query, press, texts)
        note = reaction.note
        if reaction.card and query.message and not await edit(query.message, reaction.card, self.handlers.patience):
            note = texts.expired_note
        await acknowledge(query, note, self.handlers.patience)
        if reaction.question and isinstance(query.message, Message):
            await self.handlers.send_card(query.message, reaction.question, query.from_user)
        if reaction.example and isinstance(query.message, Message):
            await self.handlers.answer(query.message, AskIntent(reaction.example, said=False), query.from_user)

    async def _reaction(self, query: CallbackQuery, press: CallbackData | None, texts: Texts) -> TapResult:
        threads = self.handlers.searches if press and press.action in SEARCH_ACTIONS else None
        try:
            return await asyncio.get_running_loop().run_in_executor(threads, self._work_out, query, press, texts)
        except Exception as error:
            # Whoever taps is told kindly whatever went wrong, and the bot goes on.
            _log.error("a tap failed: %s", error_trace(error))
            return TapResult(texts.failed_note)

    def _work_out(self, query: CallbackQuery, press: CallbackData | None, texts: Texts) -> TapResult:
        message, replies = query.message, self.handlers.replies
        if press and press.key == OWN:
            return TapResult(card=self.handlers.own.to(press.action, query.from_user.id, texts))
        shown = press and message and replies.cards.find(press.key, message.chat.id, message.message_id)
        if not press or not shown:
            return TapResult(texts.expired_note)
        return TapActions(replies, self.handlers.own).to(CardTap(shown, press, query.from_user.id, texts))
