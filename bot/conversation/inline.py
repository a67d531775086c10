"""Inline mode: in any chat, a question typed after the bot's name gets quotes.

Of one person's queries only the latest is searched for, once the person stops typing or the question ends in a
question mark. Answers are cached until the index changes; Telegram caches them for a while too.
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

from bot.cards import Reader
from bot.conversation.deep_links import encode_question
from bot.conversation.inline_results import MOST_RESULTS, inline_results
from bot.conversation.replies import AnswerSource, describe_outcome
from bot.conversation.turns import Turn
from bot.logs import error_trace
from bot.telegram import error_summary
from retrieval import Answer

CACHED_ANSWERS = 512
"""Most answers in the cache."""
START_PARAMETER = "inline"
"""Start parameter of the link to the private chat where no question fits into it; it starts the bot as usual."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class InlineTiming:
    """The times of inline queries."""

    rest_s: float = 0.4
    """Typing has stopped when nothing was typed for this time."""
    deadline_s: float = 8.0
    """Later results are dropped: Telegram accepts none after about ten seconds."""
    telegram_cache_s: int = 60
    """How long Telegram offers the same results to the same person without asking the bot."""


class InlineSearch:
    """Handles inline queries."""

    def __init__(self, answers: AnswerSource, searches: Executor, timing: InlineTiming) -> None:
        self._answers = answers
        self._searches = searches
        self._timing = timing
        self._superseded: dict[int, asyncio.Event] = {}
        self._searching: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._cached_search = lru_cache(CACHED_ANSWERS)(self._search)

    async def on_query(self, update: Update, turn: Turn) -> None:
        """Offers quotes for the typed question, or else a button to the private chat."""
        query = update.inline_query
        if query is None:
            return
        person = query.from_user.id
        if earlier := self._superseded.get(person):
            earlier.set()
        superseded = self._superseded[person] = asyncio.Event()
        try:
            await self._answer_query(query, superseded, turn.reader)
        finally:
            if self._superseded[person] is superseded:
                del self._superseded[person]

    async def _answer_query(self, query: InlineQuery, superseded: asyncio.Event, reader: Reader) -> None:
        """Answers a query, unless a later one supersedes it: nobody waits for the answer then."""
        clock, question = asyncio.get_running_loop().time, " ".join(query.query.split())
        received, texts = clock(), reader.texts
        if not any(map(str.isalnum, question)):
            await self._send_hint(query, texts.inline_hint, START_PARAMETER)
            return
        if not question.endswith("?") and await _is_set_within(superseded, self._timing.rest_s):
            return
        async with self._searching.setdefault(query.from_user.id, asyncio.Lock()):
            answer = None if superseded.is_set() else await self._find_answer(question, reader.today)
        if answer is None or superseded.is_set() or clock() - received >= self._timing.deadline_s:
            return
        if answer.answered:
            await self._send(query, inline_results(answer, question, reader))
        else:
            await self._send_hint(query, texts.inline_none, encode_question(question) or START_PARAMETER)

    async def _find_answer(self, question: str, today: dt.date) -> Answer | None:
        """Searches in a thread; None where the search fails."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._searches, self._latest, question, today)
        except Exception as error:
            # Of any kind: the person who types sees no results at worst.
            _log.error("an inline search failed: %s", error_trace(error))
            return None

    def _latest(self, question: str, today: dt.date) -> Answer:
        return self._cached_search(question, today, self._answers.version())

    def _search(self, question: str, today: dt.date, version: int) -> Answer:
        """Answers a question. The cache's key holds the day and the version of the index too."""
        answer = self._answers.ask(question, today=today, quotes=MOST_RESULTS)
        _log.info("inline: %s", describe_outcome(answer))
        return answer

    async def _send_hint(self, query: InlineQuery, label: str, start_parameter: str) -> None:
        """Offers no results, but a button to the private chat."""
        await self._send(query, (), InlineQueryResultsButton(label, start_parameter=start_parameter))

    async def _send(
        self,
        query: InlineQuery,
        results: Sequence[InlineQueryResultArticle],
        button: InlineQueryResultsButton | None = None,
    ) -> None:
        try:
            # Personal, so not offered to others: the results are in the language of this person.
            await query.answer(results, self._timing.telegram_cache_s, is_personal=True, button=button)
        except TelegramError as error:
            # Mostly too late: nobody waits for it any more.
            _log.info("an inline query could not be answered: %s", error_summary(error))


async def _is_set_within(event: asyncio.Event, wait_s: float) -> bool:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), wait_s)
    return event.is_set()
