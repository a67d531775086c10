"""What happens with a new message: read what is wanted, have it looked up, reply."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import time
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Any, Protocol

from telegram import Message, Update
from telegram.error import TelegramError
from telegram.ext import CallbackContext, ExtBot

from bot.clock import Clock
from bot.conversation import Conversations, Place
from bot.logs import trail
from bot.reading import Notice, Question, wish
from bot.render import render
from bot.sending import Patience, in_short, reply, topic_of, typing
from bot.texts import Texts, texts_for
from retrieval.datatypes import Answer, Turn
from retrieval.errors import HoiBaoError

Context = CallbackContext[ExtBot[None], dict[Any, Any], dict[Any, Any], dict[Any, Any]]

_log = logging.getLogger(__name__)


class Answers(Protocol):
    """What the bot needs of an opened index; `retrieval.service.QuestionAnswering` is one. Called from threads."""

    def ask(self, question: str, *, today: dt.date, after: Turn | None) -> Answer:
        """Answer or abstain; the question may lean on the turn before."""

    def refresh(self) -> None:
        """Take in what has been committed since."""


@dataclass(frozen=True, slots=True)
class Handlers:
    """The coroutines that python-telegram-bot calls, with what they work with."""

    answers: Answers
    conversations: Conversations
    searches: Executor
    patience: Patience
    now: Clock

    async def on_message(self, update: Update, context: Context) -> None:
        """React to a new message."""
        message = update.message
        if message is None:
            return
        wanted = wish(message, context.bot.bot)
        texts = texts_for(message.from_user.language_code if message.from_user else None)
        if isinstance(wanted, Question):
            async with typing(message):
                text = await self._look_up(wanted, _place(message), texts)
            await reply(message, text, texts, self.patience)
            return
        if wanted is Notice.AFRESH:
            await asyncio.to_thread(self.conversations.start_afresh, _place(message))
        if wanted is not None:
            await reply(message, str(getattr(texts, wanted)), texts, self.patience)

    async def on_error(self, update: object, context: Context) -> None:
        """Log what no handler expected."""
        error = context.error
        if isinstance(error, TelegramError):
            _log.error("unexpected answer of Telegram: %s", in_short(error))
        elif error is not None:
            _log.error("unexpected error: %s", trail(error))

    async def _look_up(self, question: Question, place: Place, texts: Texts) -> str:
        """The reply to a question; the search runs in a thread, so that other chats go on meanwhile."""
        started = time.monotonic()
        try:
            answer = await asyncio.get_running_loop().run_in_executor(self.searches, self._answer, question, place)
            text = render(answer, texts)
        except HoiBaoError as error:
            _log.error("search failed: %s", str(error).replace(question.text, "<question>"))
            return texts.failed
        except Exception as error:
            # A reader is told kindly whatever went wrong, and the bot goes on.
            _log.error("search failed: %s", trail(error))
            return texts.failed
        outcome = f"{len(answer.quotes)} quotes" if answer.answered else f"no answer ({answer.reason})"
        _log.info("%s, confidence %.2f, %.0f ms", outcome, answer.confidence, 1000 * (time.monotonic() - started))
        return text

    def _answer(self, question: Question, place: Place) -> Answer:
        now = self.now()
        before = Turn(question.about, question.about) if question.about else self.conversations.before(place, now)
        answer = self.answers.ask(question.text, today=now.date(), after=before)
        if answer.turn:
            self.conversations.went_on(place, answer.turn, now)
        return answer if question.said or answer.read_as else replace(answer, read_as=question.text)


def _place(message: Message) -> Place:
    # Who writes in the name of a group has no number of their own.
    user = message.from_user.id if message.from_user else message.chat_id
    return Place(message.chat_id, topic_of(message) or 0, user)
