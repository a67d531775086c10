"""What happens with a new message: read what is wanted, have it looked up, reply."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import partial

from telegram import Message, Update, User
from telegram.error import TelegramError
from telegram.ext import ApplicationHandlerStop

from bot.cards import Card, texts_for
from bot.conversation.intents import AskIntent, StandardReply, parse_intent
from bot.conversation.privacy import PersonalData, forget_card, privacy_card
from bot.conversation.replies import Asker, PreparedReply, ReplyBuilder
from bot.logs import error_trace
from bot.memory import Place
from bot.metrics import Metrics, Outcome
from bot.telegram import (
    Context,
    RetryPolicy,
    chat_is_reachable,
    current_turn,
    error_summary,
    is_harmless,
    language_of,
    reply,
    topic_of,
    typing,
)
from retrieval import HoiBaoError

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class MessageHandlers:
    """The coroutines that python-telegram-bot calls, with what they work with."""

    replies: ReplyBuilder
    own: PersonalData
    searches: Executor
    """Threads for what is searched for; what only reads and writes the bot's database does not queue behind that."""
    patience: RetryPolicy
    metrics: Metrics

    async def on_message(self, update: Update, context: Context) -> None:
        """React to a new message."""
        message = update.message
        if message is None:
            return
        wanted = parse_intent(message, context.bot.bot)
        asker = _asker(message, message.from_user)
        match wanted:
            case None:
                return
            case AskIntent():
                await self.answer(message, wanted, message.from_user)
            case StandardReply.START:
                # The examples in it are searched for.
                welcome = partial(self.replies.welcome, asker)
                await self._send(message, await self._prepared(welcome, asker.texts.start, self.searches), asker)
            case _:
                notice = partial(self._notice, wanted, asker)
                await self._send(message, await self._prepared(notice, asker.texts.failed), asker)

    async def answer(self, message: Message, question: AskIntent, user: User | None) -> None:
        """Reply to a message with the answer to somebody's question."""
        asker = _asker(message, user)
        self.metrics.asked()
        async with typing(message):
            search = partial(self.replies.answer, question, asker)
            prepared = await self._prepared(search, asker.texts.failed, self.searches, question.text)
        await self._send(message, prepared, asker)

    def _notice(self, notice: StandardReply, asker: Asker) -> PreparedReply:
        """The reply to what has no answer from the corpus."""
        match notice:
            case StandardReply.HOLDINGS:
                return self.replies.holdings(asker)
            case StandardReply.AFRESH:
                return self.replies.afresh(asker)
            case StandardReply.CONSENT:
                return PreparedReply(self.own.consent(asker.place.user, asker.texts))
            case StandardReply.FORGET:
                return PreparedReply(forget_card(asker.texts))
            case StandardReply.PRIVACY:
                return PreparedReply(privacy_card(asker.texts))
            case _:
                return PreparedReply(Card(str(getattr(asker.texts, notice))))

    async def send_card(self, message: Message, card: Card, user: User) -> None:
        """Reply to a message with a card that is for somebody."""
        await self._send(message, PreparedReply(card), _asker(message, user))

    def is_work(self, update: Update) -> bool:
        """Whether an update asks the bot to do something."""
        message = update.message
        if message is None:
            return update.callback_query is not None
        return parse_intent(message, message.get_bot().bot) is not None

    async def on_error(self, update: object, context: Context) -> None:
        """Log what no handler expected, without what people wrote, and tell the reader kindly.

        Raises:
            ApplicationHandlerStop: what has failed may be the gate, so the handlers after it must not go on.
        """
        error = context.error
        if isinstance(error, TelegramError):
            if is_harmless(error):
                raise ApplicationHandlerStop
            _log.error("unexpected answer of Telegram: %s", error_summary(error))
        elif error is not None:
            _log.error("unexpected error: %s", error_trace(error))
        if isinstance(update, Update) and error is not None and chat_is_reachable(error):
            await self._apologize(update)
        raise ApplicationHandlerStop

    async def _apologize(self, update: Update) -> None:
        turn = current_turn.get()
        texts = texts_for(language_of(update))
        if update.callback_query:
            with contextlib.suppress(TelegramError):
                await update.callback_query.answer(texts.crashed, show_alert=True)
        elif update.message and self.is_work(update) and not (turn and turn.replied):
            await reply(update.message, texts.crashed, texts, self.patience)

    async def _prepared(
        self,
        work: Callable[[], PreparedReply],
        otherwise: str,
        threads: Executor | None = None,
        question: str | None = None,
    ) -> PreparedReply:
        """What to reply; it is looked up in a thread, so that other chats go on meanwhile."""
        try:
            return await asyncio.get_running_loop().run_in_executor(threads, work)
        except HoiBaoError as error:
            _log.error("search failed: %s", str(error).replace(question, "<question>") if question else error)
        except Exception as error:
            # A reader is told kindly whatever went wrong, and the bot goes on.
            _log.error("search failed: %s", error_trace(error))
        if question:
            self.metrics.became(Outcome.FAILED)
        return PreparedReply(Card(otherwise))

    async def _send(self, message: Message, prepared: PreparedReply, asker: Asker) -> None:
        """Reply, and note where the card is."""
        card = prepared.card
        sent = await reply(message, card.text, asker.texts, self.patience, card.keyboard)
        if sent and prepared.key:
            await asyncio.to_thread(self.replies.cards.sent, prepared.key, sent.chat_id, sent.message_id)


def _asker(message: Message, user: User | None) -> Asker:
    # Who writes in the name of a group has no number of their own.
    place = Place(message.chat_id, topic_of(message) or 0, user.id if user else message.chat_id)
    return Asker(place, texts_for(user.language_code if user else None))
