"""The handlers of messages, which reply to intents, and of errors, which apologise."""

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

from bot.cards import Card, Reader
from bot.conversation.intents import AskIntent, StandardReply
from bot.conversation.privacy import PersonalData, forget_card, privacy_card
from bot.conversation.replies import Asker, PreparedReply, ReplyBuilder
from bot.conversation.turns import Turn
from bot.logs import error_trace
from bot.memory import Place
from bot.metrics import Metrics, Outcome
from bot.telegram import chat_is_reachable, error_summary, is_harmless, show_typing, topic_of
from retrieval import HoiBaoError

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class MessageHandlers:
    """Handles messages and errors. Slow work runs in threads, so that other chats go on meanwhile."""

    replies: ReplyBuilder
    personal_data: PersonalData
    searches: Executor
    """Threads for searches; work on the bot's database alone runs in others, and does not queue behind searches."""
    metrics: Metrics

    async def on_message(self, update: Update, turn: Turn) -> None:
        """Replies to a new message."""
        message, intent = update.message, turn.intent
        if message is None:
            return
        asker = _asker(message, message.from_user, turn.reader)
        match intent:
            case None:
                return
            case AskIntent():
                await self.answer(message, intent, message.from_user, turn)
            case StandardReply.START:
                # The examples of the greeting are searched for.
                welcome = partial(self.replies.welcome, asker)
                prepared = await self._prepare(welcome, turn.reader.texts.start, self.searches)
                await self._send(message, prepared, turn)
            case _:
                standard = partial(self._standard_reply, intent, asker)
                await self._send(message, await self._prepare(standard, turn.reader.texts.failed), turn)

    async def answer(self, message: Message, question: AskIntent, user: User | None, turn: Turn) -> None:
        """Replies to a message with the answer to a user's question."""
        asker = _asker(message, user, turn.reader)
        self.metrics.count_question()
        async with show_typing(message):
            search = partial(self.replies.answer, question, asker)
            prepared = await self._prepare(search, turn.reader.texts.failed, self.searches, question.text)
        await self._send(message, prepared, turn)

    def _standard_reply(self, kind: StandardReply, asker: Asker) -> PreparedReply:
        texts = asker.reader.texts
        match kind:
            case StandardReply.HOLDINGS:
                return self.replies.holdings(asker)
            case StandardReply.AFRESH:
                return self.replies.forget_previous(asker)
            case StandardReply.CONSENT:
                return PreparedReply(self.personal_data.consent_card(asker.place.user, texts))
            case StandardReply.FORGET:
                return PreparedReply(forget_card(texts))
            case StandardReply.PRIVACY:
                return PreparedReply(privacy_card(texts))
            case _:
                return PreparedReply(Card(str(getattr(texts, kind))))

    async def on_error(self, error: BaseException | None, update: object, turn: Turn | None) -> None:
        """Logs an unexpected error, without what people wrote, and apologises to the reader.

        Raises:
            ApplicationHandlerStop: always; the error may be the gate's, so that no later handler may run.
        """
        if isinstance(error, TelegramError):
            if is_harmless(error):
                raise ApplicationHandlerStop
            _log.error("unexpected answer of Telegram: %s", error_summary(error))
        elif error is not None:
            _log.error("unexpected error: %s", error_trace(error))
        if isinstance(update, Update) and turn and error is not None and chat_is_reachable(error):
            await _apologize(update, turn)
        raise ApplicationHandlerStop

    async def _prepare(
        self,
        work: Callable[[], PreparedReply],
        fallback: str,
        threads: Executor | None = None,
        question: str | None = None,
    ) -> PreparedReply:
        """Prepares a reply in a thread. Whatever fails is logged, and the fallback text is the reply."""
        try:
            return await asyncio.get_running_loop().run_in_executor(threads, work)
        except HoiBaoError as error:
            _log.error("search failed: %s", str(error).replace(question, "<question>") if question else error)
        except Exception as error:
            # Of any kind: the reader is told, and the bot goes on.
            _log.error("search failed: %s", error_trace(error))
        if question:
            self.metrics.count_outcome(Outcome.FAILED)
        return PreparedReply(Card(fallback))

    async def _send(self, message: Message, prepared: PreparedReply, turn: Turn) -> None:
        """Sends a prepared reply, and stores in which message its card is."""
        sent = await turn.messenger.reply(message, prepared.card)
        if sent and prepared.key:
            await asyncio.to_thread(self.replies.cards.mark_sent, prepared.key, sent.chat_id, sent.message_id)


async def _apologize(update: Update, turn: Turn) -> None:
    text = turn.reader.texts.crashed
    if update.callback_query:
        with contextlib.suppress(TelegramError):
            await update.callback_query.answer(text, show_alert=True)
    elif update.message and turn.asks and not turn.messenger.handling.replied:
        await turn.messenger.reply(update.message, Card(text))


def _asker(message: Message, user: User | None, reader: Reader) -> Asker:
    # A person who writes in the name of a group has no number of their own.
    return Asker(Place(message.chat_id, topic_of(message) or 0, user.id if user else message.chat_id), reader)
