"""The commands of administrators: how the bot is, and reading the index again."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from dataclasses import dataclass

from telegram import Update

from bot.admin.texts import Status, reloaded_text, status_text
from bot.admission import Admission
from bot.cards import texts_for
from bot.conversation import AnswerSource
from bot.health import Health
from bot.logs import error_trace
from bot.metrics import Metrics
from bot.telegram import Context, RetryPolicy, language_of, reply
from retrieval import HoiBaoError

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AdminCommands:
    """Handlers for those whom the filters let through: administrators, in private."""

    answers: AnswerSource
    messages: Admission
    metrics: Metrics
    health: Health
    patience: RetryPolicy
    since: dt.datetime

    async def on_status(self, update: Update, context: Context) -> None:
        """Say how busy and how quick the bot is, what it holds, and what goes wrong."""
        texts = texts_for(language_of(update))
        status = Status(
            since=self.since,
            # All but this one.
            waiting=self.messages.waiting - 1,
            median_s=self.metrics.percentile_s(50),
            p95_s=self.metrics.percentile_s(95),
            outcomes=self.metrics.outcomes(),
            errors=self.metrics.errors(),
            holdings=await asyncio.to_thread(self.answers.holdings),
            index_failure=self.health.index_failure,
        )
        if update.message:
            await reply(update.message, status_text(status, texts), texts, self.patience)

    async def on_reload(self, update: Update, context: Context) -> None:
        """Read the index now, and say what it holds."""
        texts = texts_for(language_of(update))
        try:
            await asyncio.to_thread(self.answers.refresh)
            text = reloaded_text(await asyncio.to_thread(self.answers.holdings), texts)
        except HoiBaoError as error:
            _log.error("the index could not be refreshed: %s", error)
            text = texts.reload_failed
        except Exception as error:
            _log.error("the index could not be refreshed: %s", error_trace(error))
            text = texts.reload_failed
        if update.message:
            await reply(update.message, text, texts, self.patience)
