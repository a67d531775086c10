"""The commands of administrators: the status of the bot, and reloading the index."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from dataclasses import dataclass

from telegram import Update

from bot.admin.texts import Status, reloaded_text, status_text
from bot.admission import Admission
from bot.cards import Card
from bot.conversation import AnswerSource, Turn
from bot.health import Health
from bot.logs import error_trace
from bot.metrics import Metrics
from retrieval import HoiBaoError

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class AdminCommands:
    """Handles the commands of administrators in private chats; the routes let no others through."""

    answers: AnswerSource
    messages: Admission
    metrics: Metrics
    health: Health
    started: dt.datetime

    async def on_status(self, update: Update, turn: Turn) -> None:
        """Replies with load, latency, outcomes, errors and the state of the index."""
        status = Status(
            started=self.started,
            # Without this command itself.
            pending=self.messages.pending - 1,
            median_s=self.metrics.percentile_s(50),
            p95_s=self.metrics.percentile_s(95),
            outcomes=self.metrics.outcomes(),
            errors=self.metrics.errors(),
            holdings=await asyncio.to_thread(self.answers.holdings),
            index_failure=self.health.index_failure,
        )
        if update.message:
            await turn.messenger.reply(update.message, Card(status_text(status, turn.reader.texts)))

    async def on_reload(self, update: Update, turn: Turn) -> None:
        """Opens the latest commit of the index now, and replies with its version."""
        texts = turn.reader.texts
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
            await turn.messenger.reply(update.message, Card(text))
