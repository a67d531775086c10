"""The parts of one bot, made and joined; what is open or runs from when to when is for `bot.app` to say."""

from __future__ import annotations

import asyncio
import datetime as dt
from concurrent.futures import Executor
from dataclasses import dataclass, field

from telegram.ext import Application, ExtBot, Updater

from bot.admin import Administration, Uploads, WaitingFiles
from bot.admission import PASSWORDS, TAPS, Admission, Door, Gate, Quota, Turns
from bot.clock import Clock
from bot.conversation import Answers, Handlers, Inline, OwnData, Replies, Timing
from bot.database import State
from bot.health import Health
from bot.memory import Cards, Conversations
from bot.metrics import Metrics
from bot.routes import Routes
from bot.settings import Settings
from bot.telegram import BotApplication, Caller, Inbox, Outgoing, Pace, Patience, watching

DEAF_AFTER_S = 30.0
"""So long after a poll should have been answered, Telegram counts as out of reach."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the bot bears: of Telegram's failures, of its readers, what it sends itself, and how typing is followed."""

    patience: Patience = field(default_factory=Patience)
    quota: Quota = field(default_factory=Quota)
    pace: Pace = field(default_factory=Pace)
    timing: Timing = field(default_factory=Timing)


@dataclass(frozen=True, slots=True)
class Opened:
    """What the parts use and do not own: whoever has opened it keeps it open for as long as they are used."""

    state: State
    answers: Answers
    searches: Executor


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts that are started and stopped, or asked how the bot is; they hold all others."""

    application: BotApplication
    inbox: Inbox
    uploads: Uploads
    messages: Admission
    metrics: Metrics
    health: Health
    answers: Answers

    async def exposition(self) -> bytes:
        """What is counted, for Prometheus."""
        self.metrics.waits(self.messages.waiting)
        self.metrics.holds(await asyncio.to_thread(self.answers.holdings))
        return self.metrics.exposition()


def joined(settings: Settings, opened: Opened, bounds: Bounds, now: Clock) -> Parts:
    """Make all parts of a bot; called in the event loop that they will run in, whose clock times them."""
    clock, patience = asyncio.get_running_loop().time, bounds.patience
    inbox, metrics = Inbox(opened.state, settings.bot), Metrics()
    health = Health(clock, settings.poll_timeout_s + DEAF_AFTER_S)
    messages, door = Admission(bounds.quota, clock), Door(settings.access, opened.state)
    gate = Gate(door, Admission(PASSWORDS, clock), patience, metrics)
    replies = Replies(opened.answers, Cards(opened.state), Conversations(opened.state), now, metrics)
    handlers = Handlers(replies, OwnData(opened.state, now), opened.searches, patience, metrics)
    inline = Inline(replies, opened.searches, bounds.timing)
    administration = Administration(opened.answers, messages, metrics, health, patience, dt.datetime.now(dt.UTC))
    uploads = Uploads(settings.index, WaitingFiles(settings.uploads), door, inbox, patience)
    turns = Turns(inbox, messages, Admission(TAPS, clock), handlers.is_work, gate.refuse)
    bot = _bot(settings, Outgoing(inbox, bounds.pace, clock, metrics), health)
    application = Application.builder().updater(Updater(bot, inbox)).concurrent_updates(turns).job_queue(None).build()
    Routes(gate, handlers, inline, administration, uploads, settings.access.admins).add_to(application)
    return Parts(application, inbox, uploads, messages, metrics, health, opened.answers)


def _bot(settings: Settings, outgoing: Outgoing, health: Health) -> ExtBot[None]:
    return ExtBot(
        settings.token,
        base_url=f"{settings.api}/bot",
        base_file_url=f"{settings.api}/file/bot",
        request=Caller(settings.api, connections=64, timeout_s=settings.reply_timeout_s),
        get_updates_request=Caller(settings.api, connections=2, timeout_s=10.0, heard=watching(health)),
        rate_limiter=outgoing,
    )
