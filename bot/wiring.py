"""The parts of one bot, made and joined; what is open or runs from when to when is for `bot.app` to say."""

from __future__ import annotations

import asyncio
import datetime as dt
from concurrent.futures import Executor
from dataclasses import dataclass, field

from telegram.ext import Application, ExtBot, Updater

from bot.admin import AdminCommands, PendingFiles, Uploads
from bot.admission import PASSWORD_QUOTA, TAP_QUOTA, AccessControl, Admission, Gate, Quota, UpdateScheduler
from bot.clock import Clock
from bot.conversation import AnswerSource, InlineSearch, InlineTiming, MessageHandlers, PersonalData, ReplyBuilder
from bot.database import State
from bot.health import Health
from bot.memory import CardStore, History
from bot.metrics import Metrics
from bot.routes import Routes
from bot.settings import Settings
from bot.telegram import BotApplication, HttpClient, Inbox, RetryPolicy, SendLimiter, SendLimits, poll_observer

POLL_GRACE_S = 30.0
"""So long after a poll should have been answered, Telegram counts as out of reach."""


@dataclass(frozen=True, slots=True)
class OperatingLimits:
    """What the bot bears: of Telegram's failures, of its readers, what it sends itself, and how typing is followed."""

    patience: RetryPolicy = field(default_factory=RetryPolicy)
    quota: Quota = field(default_factory=Quota)
    pace: SendLimits = field(default_factory=SendLimits)
    timing: InlineTiming = field(default_factory=InlineTiming)


@dataclass(frozen=True, slots=True)
class Resources:
    """What the parts use and do not own: whoever has opened it keeps it open for as long as they are used."""

    state: State
    answers: AnswerSource
    searches: Executor


@dataclass(frozen=True, slots=True)
class Components:
    """The parts that are started and stopped, or asked how the bot is; they hold all others."""

    application: BotApplication
    inbox: Inbox
    uploads: Uploads
    messages: Admission
    metrics: Metrics
    health: Health
    answers: AnswerSource

    async def exposition(self) -> bytes:
        """What is counted, for Prometheus."""
        self.metrics.waits(self.messages.waiting)
        self.metrics.holds(await asyncio.to_thread(self.answers.holdings))
        return self.metrics.exposition()


def build_components(settings: Settings, opened: Resources, bounds: OperatingLimits, now: Clock) -> Components:
    """Make all parts of a bot; called in the event loop that they will run in, whose clock times them."""
    clock, patience = asyncio.get_running_loop().time, bounds.patience
    inbox, metrics = Inbox(opened.state, settings.bot), Metrics()
    health = Health(clock, settings.poll_timeout_s + POLL_GRACE_S)
    messages, door = Admission(bounds.quota, clock), AccessControl(settings.access, opened.state)
    gate = Gate(door, Admission(PASSWORD_QUOTA, clock), patience, metrics)
    replies = ReplyBuilder(opened.answers, CardStore(opened.state), History(opened.state), now, metrics)
    handlers = MessageHandlers(replies, PersonalData(opened.state, now), opened.searches, patience, metrics)
    inline = InlineSearch(replies, opened.searches, bounds.timing)
    administration = AdminCommands(opened.answers, messages, metrics, health, patience, dt.datetime.now(dt.UTC))
    uploads = Uploads(settings.index, PendingFiles(settings.uploads), door, inbox, patience)
    turns = UpdateScheduler(inbox, messages, Admission(TAP_QUOTA, clock), handlers.is_work, gate.refuse)
    bot = _bot(settings, SendLimiter(inbox, bounds.pace, clock, metrics), health)
    application = Application.builder().updater(Updater(bot, inbox)).concurrent_updates(turns).job_queue(None).build()
    Routes(gate, handlers, inline, administration, uploads, settings.access.admins).add_to(application)
    return Components(application, inbox, uploads, messages, metrics, health, opened.answers)


def _bot(settings: Settings, outgoing: SendLimiter, health: Health) -> ExtBot[None]:
    return ExtBot(
        settings.token,
        base_url=f"{settings.api}/bot",
        base_file_url=f"{settings.api}/file/bot",
        request=HttpClient(settings.api, connections=64, timeout_s=settings.reply_timeout_s),
        get_updates_request=HttpClient(settings.api, connections=2, timeout_s=10.0, heard=poll_observer(health)),
        rate_limiter=outgoing,
    )
