"""What happens with a new message: read what is wanted, have it looked up, reply."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, Protocol

from telegram import Update
from telegram.error import TelegramError
from telegram.ext import ApplicationHandlerStop, CallbackContext, ExtBot

from bot.inbox import current_turn
from bot.logs import trail
from bot.metrics import Metrics, Outcome
from bot.reading import Question, wish
from bot.render import render
from bot.sending import Patience, in_short, is_about_the_call, is_harmless, reply, typing
from bot.state import State
from bot.texts import Texts, texts_for
from retrieval.datatypes import Answer, Holdings
from retrieval.errors import HoiBaoError

Context = CallbackContext[ExtBot[None], dict[Any, Any], dict[Any, Any], dict[Any, Any]]

_log = logging.getLogger(__name__)


class Answers(Protocol):
    """What the bot needs of an opened index; `retrieval.service.QuestionAnswering` is one. Called from threads."""

    def ask(self, question: str) -> Answer:
        """Answer or abstain."""

    def refresh(self) -> None:
        """Take in what has been committed since."""

    def holdings(self) -> Holdings:
        """What the corpus holds."""


@dataclass(frozen=True, slots=True)
class Handlers:
    """The coroutines that python-telegram-bot calls, with what they work with."""

    answers: Answers
    state: State
    searches: Executor
    patience: Patience
    metrics: Metrics

    async def on_message(self, update: Update, context: Context) -> None:
        """React to a new message."""
        message = update.message
        if message is None:
            return
        wanted = wish(message, context.bot.bot)
        texts = texts_for(language_of(update))
        if isinstance(wanted, Question):
            async with typing(message):
                text = await self._look_up(wanted.text, texts)
            await reply(message, text, texts, self.patience)
        elif wanted is not None:
            await reply(message, str(getattr(texts, wanted)), texts, self.patience)

    def is_work(self, update: Update) -> bool:
        """Whether an update asks the bot to do something."""
        message = update.message
        if message is None:
            return update.callback_query is not None
        return wish(message, message.get_bot().bot) is not None

    async def on_error(self, update: object, context: Context) -> None:
        """Log what no handler expected, without what people wrote, and tell the reader kindly.

        Raises:
            ApplicationHandlerStop: what has failed may be the gate, so the handlers after it must not go on.
        """
        error = context.error
        if isinstance(error, TelegramError):
            if is_harmless(error):
                raise ApplicationHandlerStop
            _log.error("unexpected answer of Telegram: %s", in_short(error))
        elif error is not None:
            _log.error("unexpected error: %s", trail(error))
        if isinstance(update, Update) and error is not None and is_about_the_call(error):
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

    async def _look_up(self, question: str, texts: Texts) -> str:
        """The reply to a question; the search runs in a thread, so that other chats go on meanwhile."""
        started = time.monotonic()
        self.metrics.asked()
        try:
            answer = await asyncio.get_running_loop().run_in_executor(self.searches, self.answers.ask, question)
            text = render(answer, texts)
        except HoiBaoError as error:
            _log.error("search failed: %s", str(error).replace(question, "<question>"))
            self.metrics.became(Outcome.FAILED)
            return texts.failed
        except Exception as error:
            # A reader is told kindly whatever went wrong, and the bot goes on.
            _log.error("search failed: %s", trail(error))
            self.metrics.became(Outcome.FAILED)
            return texts.failed
        self.metrics.became(Outcome.ANSWERED if answer.answered else Outcome.ABSTAINED)
        outcome = f"{len(answer.quotes)} quotes" if answer.answered else f"no answer ({answer.reason})"
        _log.info("%s, confidence %.2f, %.0f ms", outcome, answer.confidence, 1000 * (time.monotonic() - started))
        return text


def language_of(update: Update) -> str | None:
    """The language tag of the sender's client."""
    return update.effective_user.language_code if update.effective_user else None
