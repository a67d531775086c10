"""The handler of taps on buttons. Every tap is answered, even one that comes too late to have an effect."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass

from telegram import CallbackQuery, Message, Update

from bot.conversation.intents import AskIntent
from bot.conversation.messages import MessageHandlers
from bot.conversation.privacy import PRIVACY_KEY
from bot.conversation.tap_actions import SEARCH_ACTIONS, CardTap, TapActions, TapResult
from bot.conversation.turns import Turn
from bot.logs import error_trace

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TapHandlers:
    """Handles taps, in threads like messages."""

    messages: MessageHandlers

    async def on_tap(self, update: Update, turn: Turn) -> None:
        """Carries out a tap, by an edit, a note or a new message."""
        query = update.callback_query
        if query is None:
            return
        result = await self._result(query, turn)
        note, message = result.note, query.message
        if result.card and message and not await turn.messenger.edit(message, result.card):
            note = turn.reader.texts.expired_note
        await turn.messenger.answer_tap(query, note)
        if result.consent_card and isinstance(message, Message):
            await turn.messenger.reply(message, result.consent_card)
        if result.example_question and isinstance(message, Message):
            example = AskIntent(result.example_question, typed=False)
            await self.messages.answer(message, example, query.from_user, turn)

    async def _result(self, query: CallbackQuery, turn: Turn) -> TapResult:
        searches = turn.callback is not None and turn.callback.action in SEARCH_ACTIONS
        threads = self.messages.searches if searches else None
        try:
            return await asyncio.get_running_loop().run_in_executor(threads, self._carry_out, query, turn)
        except Exception as error:
            # Of any kind: the person who taps is told, and the bot goes on.
            _log.error("a tap failed: %s", error_trace(error))
            return TapResult(turn.reader.texts.failed_note)

    def _carry_out(self, query: CallbackQuery, turn: Turn) -> TapResult:
        message, callback, replies = query.message, turn.callback, self.messages.replies
        user, reader, personal_data = query.from_user.id, turn.reader, self.messages.personal_data
        if callback and callback.key == PRIVACY_KEY:
            return TapResult(card=personal_data.apply(callback.action, user, reader.texts))
        card = callback and message and replies.cards.find(callback.key, message.chat.id, message.message_id)
        if not callback or not card:
            return TapResult(reader.texts.expired_note)
        return TapActions(replies, personal_data).apply(CardTap(card, callback, user, reader))
