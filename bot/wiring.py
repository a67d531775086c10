"""Wiring: makes the components of one bot; `bot.app` starts and stops them."""

from __future__ import annotations

import asyncio
import datetime as dt
from concurrent.futures import Executor
from dataclasses import dataclass, field

from telegram.ext import Application, ExtBot

from bot.admin import AdminCommands, PendingFiles, Uploads
from bot.admission import PASSWORD_QUOTA, TAP_QUOTA, AccessControl, Admission, Gate, Quota, UpdateScheduler
from bot.clock import Clock
from bot.conversation import (
    AnswerSource,
    InlineSearch,
    InlineTiming,
    MessageHandlers,
    PersonalData,
    ReplyBuilder,
    TapHandlers,
    TurnFactory,
)
from bot.database import State
from bot.health import Health
from bot.memory import CardStore, History
from bot.metrics import Metrics
from bot.routes import Routes
from bot.settings import Settings
from bot.telegram import (
    BotApplication,
    Handling,
    HttpClient,
    Inbox,
    RetryPolicy,
    SendLimiter,
    SendLimits,
    poll_observer,
)

POLL_GRACE_S = 30.0
"""Telegram counts as out of reach when a poll is overdue by this time."""


@dataclass(frozen=True, slots=True)
class OperatingLimits:
    """The retries, quotas, send limits and inline timing of a bot. Tests run with others."""

    retries: RetryPolicy = field(default_factory=RetryPolicy)
    quota: Quota = field(default_factory=Quota)
    sending: SendLimits = field(default_factory=SendLimits)
    inline: InlineTiming = field(default_factory=InlineTiming)


@dataclass(frozen=True, slots=True)
class Resources:
    """Open resources that the components use. Whoever opened them closes them after the components have stopped."""

    state: State
    answers: AnswerSource
    searches: Executor


@dataclass(frozen=True, slots=True)
class Components:
    """The components that are started and stopped, or asked for the bot's condition. They hold all others."""

    application: BotApplication
    inbox: Inbox
    uploads: Uploads
    messages: Admission
    metrics: Metrics
    health: Health
    answers: AnswerSource

    async def render_metrics(self) -> bytes:
        """Returns the metrics in Prometheus' text format."""
        self.metrics.set_pending(self.messages.pending)
        self.metrics.set_index_size(await asyncio.to_thread(self.answers.holdings))
        return self.metrics.exposition()


def build_components(settings: Settings, resources: Resources, limits: OperatingLimits, now: Clock) -> Components:
    """Makes all components. Called in the event loop that they will run in, whose clock they use."""
    clock, state, answers = asyncio.get_running_loop().time, resources.state, resources.answers
    inbox, metrics = Inbox(state, settings.bot), Metrics()
    health = Health(clock, settings.poll_timeout_s + POLL_GRACE_S)
    messages, access = Admission(limits.quota, clock), AccessControl(settings.access, state)
    gate = Gate(access, Admission(PASSWORD_QUOTA, clock), metrics)
    replies = ReplyBuilder(answers, CardStore(state), History(state), now, metrics)
    handlers = MessageHandlers(replies, PersonalData(state, now), resources.searches, metrics)
    inline = InlineSearch(answers, resources.searches, limits.inline)
    admin_commands = AdminCommands(answers, messages, metrics, health, dt.datetime.now(dt.UTC))
    uploads = Uploads(settings.index, PendingFiles(settings.uploads), access)
    bot = _bot(settings, SendLimiter(limits.sending, clock, metrics), health)
    turns = TurnFactory(bot, limits.retries, now, settings.previews)
    scheduler = UpdateScheduler(inbox, messages, Admission(TAP_QUOTA, clock), turns.begin, gate.refuse)
    application = (
        Application.builder().bot(bot).update_queue(inbox).concurrent_updates(scheduler).job_queue(None).build()
    )
    taps = TapHandlers(handlers)
    routes = Routes(scheduler, gate, handlers, taps, inline, admin_commands, uploads, settings.access.admins)
    routes.add_to(application)
    return Components(application, inbox, uploads, messages, metrics, health, answers)


def _bot(settings: Settings, limiter: SendLimiter, health: Health) -> ExtBot[Handling]:
    polls = HttpClient(settings.api, connections=2, timeout_s=10.0, on_status=poll_observer(health))
    return ExtBot(
        settings.token,
        base_url=f"{settings.api}/bot",
        base_file_url=f"{settings.api}/file/bot",
        request=HttpClient(settings.api, connections=64, timeout_s=settings.reply_timeout_s),
        get_updates_request=polls,
        rate_limiter=limiter,
    )
