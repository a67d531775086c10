"""What happens with a new message: read what is wanted, have it looked up, reply."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial
from typing import Any

from telegram import Message, Update, User
from telegram.error import TelegramError
from telegram.ext import CallbackContext, ExtBot

from bot.cards import Card
from bot.conversation import Place
from bot.logs import trail
from bot.own_data import OwnData, forget_card, privacy_card
from bot.reading import Notice, Question, wish
from bot.replies import Asker, Prepared, Replies
from bot.sending import Patience, in_short, reply, topic_of, typing
from bot.texts import texts_for
from retrieval.errors import HoiBaoError

Context = CallbackContext[ExtBot[None], dict[Any, Any], dict[Any, Any], dict[Any, Any]]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Handlers:
    """The coroutines that python-telegram-bot calls, with what they work with."""

    replies: Replies
    own: OwnData
    searches: Executor
    patience: Patience

    async def on_message(self, update: Update, context: Context) -> None:
        """React to a new message."""
        message = update.message
        if message is None:
            return
        wanted = wish(message, context.bot.bot)
        asker = _asker(message, message.from_user)
        match wanted:
            case None:
                return
            case Question():
                await self.answer(message, wanted, message.from_user)
            case Notice.START:
                prepared = await self._prepared(partial(self.replies.welcome, asker), asker.texts.start)
                await self._send(message, prepared, asker)
            case _:
                prepared = await self._prepared(partial(self._notice, wanted, asker), asker.texts.failed)
                await self._send(message, prepared, asker)

    async def answer(self, message: Message, question: Question, user: User | None) -> None:
        """Reply to a message with the answer to somebody's question."""
        asker = _asker(message, user)
        async with typing(message):
            search = partial(self.replies.answer, question, asker)
            prepared = await self._prepared(search, asker.texts.failed, question.text)
        await self._send(message, prepared, asker)

    def _notice(self, notice: Notice, asker: Asker) -> Prepared:
        """The reply to what has no answer from the corpus."""
        match notice:
            case Notice.HOLDINGS:
                return self.replies.holdings(asker)
            case Notice.AFRESH:
                return self.replies.afresh(asker)
            case Notice.CONSENT:
                return Prepared(self.own.consent(asker.place.user, asker.texts))
            case Notice.FORGET:
                return Prepared(forget_card(asker.texts))
            case Notice.PRIVACY:
                return Prepared(privacy_card(asker.texts))
            case _:
                return Prepared(Card(str(getattr(asker.texts, notice))))

    async def send_card(self, message: Message, card: Card, user: User) -> None:
        """Reply to a message with a card that is for somebody."""
        await self._send(message, Prepared(card), _asker(message, user))

    async def on_error(self, update: object, context: Context) -> None:
        """Log what no handler expected."""
        error = context.error
        if isinstance(error, TelegramError):
            _log.error("unexpected answer of Telegram: %s", in_short(error))
        elif error is not None:
            _log.error("unexpected error: %s", trail(error))

    async def _prepared(self, work: Callable[[], Prepared], otherwise: str, question: str | None = None) -> Prepared:
        """What to reply; it is looked up in a thread, so that other chats go on meanwhile."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self.searches, work)
        except HoiBaoError as error:
            _log.error("search failed: %s", str(error).replace(question, "<question>") if question else error)
        except Exception as error:
            # A reader is told kindly whatever went wrong, and the bot goes on.
            _log.error("search failed: %s", trail(error))
        return Prepared(Card(otherwise))

    async def _send(self, message: Message, prepared: Prepared, asker: Asker) -> None:
        """Reply, and note where the card is."""
        card = prepared.card
        sent = await reply(message, card.text, asker.texts, self.patience, card.keyboard)
        if sent and prepared.key:
            note = partial(self.replies.cards.sent, prepared.key, sent.chat_id, sent.message_id)
            await asyncio.get_running_loop().run_in_executor(self.searches, note)


def _asker(message: Message, user: User | None) -> Asker:
    # Who writes in the name of a group has no number of their own.
    place = Place(message.chat_id, topic_of(message) or 0, user.id if user else message.chat_id)
    return Asker(place, texts_for(user.language_code if user else None))
