"""Inline mode: in any chat, quotes are offered while a question is typed after the bot's name.

Of what one person types, only the newest is worked on, and only once the typing rests or the question ends in its mark.
What was found is kept for as long as the index stays as it is; Telegram keeps it for a while too.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from functools import lru_cache
from weakref import WeakValueDictionary

from telegram import InlineQuery, InlineQueryResultArticle, InlineQueryResultsButton, Update
from telegram.error import TelegramError

from bot.cards import texts_for
from bot.conversation.deep_links import encode_question
from bot.conversation.inline_results import MOST_RESULTS, inline_results
from bot.conversation.replies import ReplyBuilder, describe_outcome
from bot.logs import error_trace
from bot.telegram import Context, error_summary
from retrieval import Answer

CACHED_ANSWERS = 512
"""Answers in memory."""
START_PARAMETER = "inline"
"""What the link to the private chat carries where there is no question; it starts the bot as usual."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class InlineTiming:
    """How inline queries are timed."""

    rest_s: float = 0.4
    """For so long nothing more must be typed."""
    deadline_s: float = 8.0
    """What is found later is not offered: Telegram takes no answer any more after about ten seconds."""
    kept_by_telegram_s: int = 60
    """For so long Telegram offers the same to the same person without asking the bot."""


class InlineSearch:
    """The coroutine that python-telegram-bot calls for an inline query, with what it works with."""

    def __init__(self, replies: ReplyBuilder, searches: Executor, timing: InlineTiming) -> None:
        self._replies = replies
        self._searches = searches
        self._timing = timing
        self._overtaken: dict[int, asyncio.Event] = {}
        self._at_work: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._found = lru_cache(CACHED_ANSWERS)(self._look_up)

    async def on_query(self, update: Update, context: Context) -> None:
        """Offer quotes for what was typed, or say how to go on where there are none."""
        query = update.inline_query
        if query is None:
            return
        person = query.from_user.id
        if earlier := self._overtaken.get(person):
            earlier.set()
        overtaken = self._overtaken[person] = asyncio.Event()
        try:
            await self._react(query, overtaken)
        finally:
            if self._overtaken[person] is overtaken:
                del self._overtaken[person]

    async def _react(self, query: InlineQuery, overtaken: asyncio.Event) -> None:
        """Answer the query, unless the person types on meanwhile: then nobody waits for the answer."""
        clock, question = asyncio.get_running_loop().time, " ".join(query.query.split())
        received, texts = clock(), texts_for(query.from_user.language_code)
        if not any(map(str.isalnum, question)):
            await self._hint(query, texts.inline_hint, START_PARAMETER)
            return
        if not question.endswith("?") and await _comes_within(overtaken, self._timing.rest_s):
            return
        async with self._at_work.setdefault(query.from_user.id, asyncio.Lock()):
            answer = None if overtaken.is_set() else await self._answer(question)
        if answer is None or overtaken.is_set() or clock() - received >= self._timing.deadline_s:
            return
        if answer.answered:
            await self._tell(query, inline_results(answer, question, texts, self._replies.now().date()))
        else:
            await self._hint(query, texts.inline_none, encode_question(question) or START_PARAMETER)

    async def _answer(self, question: str) -> Answer | None:
        """What is found, looked up in a thread; None where that fails."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._searches, self._newest, question)
        except Exception as error:
            # Whatever goes wrong, whoever types sees no worse than nothing offered.
            _log.error("an inline search failed: %s", error_trace(error))
            return None

    def _newest(self, question: str) -> Answer:
        return self._found(question, self._replies.now().date(), self._replies.answers.version())

    def _look_up(self, question: str, today: dt.date, version: int) -> Answer:
        """What `version` of the index answers on a day; kept in memory by all three."""
        answer = self._replies.answers.ask(question, today=today, quotes=MOST_RESULTS)
        _log.info("inline: %s", describe_outcome(answer))
        return answer

    async def _hint(self, query: InlineQuery, words: str, start: str) -> None:
        """Offer nothing but the way to the private chat."""
        await self._tell(query, (), InlineQueryResultsButton(words, start_parameter=start))

    async def _tell(
        self,
        query: InlineQuery,
        found: Sequence[InlineQueryResultArticle],
        button: InlineQueryResultsButton | None = None,
    ) -> None:
        try:
            # In the person's own language, so not to be offered to others.
            await query.answer(found, self._timing.kept_by_telegram_s, is_personal=True, button=button)
        except TelegramError as error:
            # Mostly too late: nobody waits for it any more.
            _log.info("an inline query could not be answered: %s", error_summary(error))


async def _comes_within(event: asyncio.Event, wait_s: float) -> bool:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), wait_s)
    return event.is_set()
