"""The running bot: updates, the handlers, the watch over the index, and an orderly end."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
import os
import signal
from collections.abc import AsyncIterator, Collection
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from telegram import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    Update,
)
from telegram.error import TelegramError
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ExtBot,
    InlineQueryHandler,
    MessageHandler,
    TypeHandler,
    Updater,
    filters,
)
from telegram.request import HTTPXRequest

from bot.access import Door
from bot.administration import Administration
from bot.admission import TAPS, Admission, Quota
from bot.buttons import Buttons
from bot.clock import Clock, vietnam_time
from bot.conversation import Conversations
from bot.forgetting import forget_old
from bot.gate import PASSWORDS, Gate
from bot.handlers import Handlers
from bot.inbox import Inbox
from bot.inline import Inline, Timing
from bot.logs import trail
from bot.metrics import Metrics
from bot.monitor import Health, monitored
from bot.outgoing import Outgoing, Pace
from bot.own_data import OwnData
from bot.reading import IN_GROUPS
from bot.receiving import BotApplication, TokenRejectedError, listening, start_failures, watching
from bot.replies import Answers, Replies
from bot.sending import Patience, in_short, insist
from bot.settings import Settings
from bot.shown import Cards
from bot.state import State, StateError
from bot.texts import ENGLISH, VIETNAMESE
from bot.turns import Turns
from bot.uploads import DATA, OTHER_DATA, Uploads
from bot.waiting import WaitingFiles
from retrieval.errors import HoiBaoError

REFRESH_EVERY_S = 1.0
DEAF_AFTER_S = 30.0
"""So long after a poll should have been answered, Telegram counts as out of reach."""
BEFORE_ALL = -1
"""The group of handlers that come first."""
FORGET_EVERY_S = 60.0

_log = logging.getLogger(__name__)


def run(settings: Settings, answers: Answers) -> None:
    """Run the bot until SIGTERM or Ctrl-C; raises what `serve` raises."""

    async def until_signal() -> None:
        stop = asyncio.Event()
        _stop_on_signals(stop)
        await serve(settings, answers, stop=stop)

    asyncio.run(until_signal())


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the bot bears: of Telegram's failures, of its readers, what it sends itself, and how typing is followed."""

    patience: Patience = field(default_factory=Patience)
    quota: Quota = field(default_factory=Quota)
    pace: Pace = field(default_factory=Pace)
    timing: Timing = field(default_factory=Timing)


async def serve(
    settings: Settings,
    answers: Answers,
    *,
    stop: asyncio.Event,
    bounds: Bounds | None = None,
    now: Clock = vietnam_time,
) -> None:
    """Run the bot until `stop` is set; the questions that were fetched by then are answered first.

    Raises:
        StateError: the bot's database cannot be used, at the start or later.
        TokenRejectedError: at the start, or later when the token was revoked.
        TelegramUnreachableError: at the start, after several attempts.
    """
    # Else python-telegram-bot warns at each 429 that `retry_after` will be a timedelta one day.
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    bounds = bounds or Bounds()
    with State.open(settings.state) as state, ThreadPoolExecutor(settings.search_threads, "search") as searches:
        clock = asyncio.get_running_loop().time
        inbox, metrics, health = Inbox(state), Metrics(), Health(clock, settings.poll_timeout_s + DEAF_AFTER_S)
        messages = Admission(bounds.quota, clock)
        door = Door(settings.access, state)
        gate = Gate(door, Admission(PASSWORDS, clock), bounds.patience, metrics)
        replies = Replies(answers, Cards(state), Conversations(state), now, metrics)
        handlers = Handlers(replies, OwnData(state, now), searches, bounds.patience, metrics)
        turns = Turns(inbox, messages, Admission(TAPS, clock), handlers.is_work, gate.refuse)
        outgoing = Outgoing(inbox, bounds.pace, clock, metrics)
        administration = Administration(answers, messages, metrics, health, bounds.patience, dt.datetime.now(dt.UTC))
        uploads = Uploads(settings.index, WaitingFiles(settings.uploads), door, inbox, bounds.patience)
        application = _application(turns, Updater(_bot(settings, outgoing, health), inbox))
        _add_handlers(application, handlers, gate, administration, uploads, settings.access.admins)
        application.add_handler(InlineQueryHandler(Inline(replies, searches, bounds.timing).on_query))

        async def exposition() -> bytes:
            metrics.waits(messages.waiting)
            metrics.holds(await asyncio.to_thread(answers.holdings))
            return metrics.exposition()

        async with (
            _initialized(application, settings, bounds.patience),
            _refreshed(answers, health),
            _forgetting(state, now),
            uploads,
            monitored(settings.monitor, health, exposition),
            listening(application, inbox, settings, health),
        ):
            _log.info("@%s is listening", application.bot.username)
            if not application.bot.supports_inline_queries:
                _log.info("inline mode is off: send /setinline to @BotFather to have it")
            await _first_of(stop, health.rejected, inbox.broken)
            _log.info("stopping: what is queued is answered first")
    if health.rejected.is_set():
        raise TokenRejectedError
    if inbox.broken.is_set():
        raise StateError(f"{settings.state} cannot be written: is the disk full?")
    _log.info("stopped")


def _application(turns: Turns, updater: Updater) -> BotApplication:
    return Application.builder().updater(updater).concurrent_updates(turns).job_queue(None).build()


def _add_handlers(
    application: BotApplication,
    handlers: Handlers,
    gate: Gate,
    administration: Administration,
    uploads: Uploads,
    admins: Collection[int],
) -> None:
    """Tell the application who handles what; of those in one group the first that fits."""
    application.add_handler(TypeHandler(Update, gate.on_update), group=BEFORE_ALL)
    by_admin = filters.UpdateType.MESSAGE & filters.ChatType.PRIVATE & filters.User(admins)
    application.add_handler(CommandHandler("trangthai", administration.on_status, by_admin))
    application.add_handler(CommandHandler("taiban", administration.on_reload, by_admin))
    application.add_handler(MessageHandler(by_admin & filters.Document.ALL, uploads.on_file))
    # First, for a tap without any data goes to the first handler, whatever its pattern.
    application.add_handler(CallbackQueryHandler(Buttons(handlers).on_tap, OTHER_DATA))
    application.add_handler(CallbackQueryHandler(uploads.on_tap, DATA))
    # New messages only: edits and channel posts may still be on their way from before the bot asked for no such.
    application.add_handler(MessageHandler(filters.UpdateType.MESSAGE, handlers.on_message))
    application.add_error_handler(handlers.on_error)


def _bot(settings: Settings, outgoing: Outgoing, health: Health) -> ExtBot[None]:
    return ExtBot(
        settings.token,
        base_url=f"{settings.api}/bot",
        base_file_url=f"{settings.api}/file/bot",
        request=HTTPXRequest(64, settings.reply_timeout_s, settings.reply_timeout_s, 10.0, 10.0),
        get_updates_request=HTTPXRequest(2, 10.0, 10.0, 10.0, 10.0, httpx_kwargs=watching(health)),
        rate_limiter=outgoing,
    )


def _stop_on_signals(stop: asyncio.Event) -> None:
    """Set `stop` at the first SIGTERM or SIGINT; a second one ends the process as usual."""
    loop = asyncio.get_running_loop()

    def on_signal() -> None:
        stop.set()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, on_signal)


@contextlib.asynccontextmanager
async def _initialized(application: BotApplication, settings: Settings, patience: Patience) -> AsyncIterator[None]:
    """Make sure of the token, and show the menu of commands."""
    try:
        with start_failures(settings):
            await insist(application.initialize, patience.wait_s)
    except HoiBaoError:
        await application.bot.shutdown()
        raise
    try:
        await _show_menu(application)
        await _show_menu_to_admins(application, settings.access.admins)
        yield
    finally:
        await application.shutdown()


async def _show_menu(application: BotApplication) -> None:
    try:
        for texts, language in ((VIETNAMESE, None), (ENGLISH, "en")):
            menu = [BotCommand(name, about) for name, about in texts.commands.items()]
            in_groups = [command for command in menu if command.command in IN_GROUPS]
            await application.bot.set_my_commands(menu, BotCommandScopeAllPrivateChats(), language)
            await application.bot.set_my_commands(in_groups, BotCommandScopeAllGroupChats(), language)
    except TelegramError as error:
        _log.warning("the menu of commands could not be set: %s", in_short(error))


async def _show_menu_to_admins(application: BotApplication, admins: Collection[int]) -> None:
    for admin in admins:
        try:
            for texts, language in ((VIETNAMESE, None), (ENGLISH, "en")):
                commands = {**texts.commands, **texts.admin_commands}
                menu = [BotCommand(name, about) for name, about in commands.items()]
                await application.bot.set_my_commands(menu, BotCommandScopeChat(admin), language)
        except TelegramError as error:
            # Somebody who has not written to the bot yet cannot have a menu there.
            _log.info("the menu of an administrator could not be set: %s", in_short(error))


@contextlib.asynccontextmanager
async def _refreshed(answers: Answers, health: Health) -> AsyncIterator[None]:
    watch = asyncio.create_task(_keep_refreshing(answers, health))
    try:
        yield
    finally:
        watch.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watch


async def _keep_refreshing(answers: Answers, health: Health) -> None:
    """Take in new commits as they come; a failure is logged once until it changes."""
    while True:
        try:
            await asyncio.to_thread(answers.refresh)
            health.index_failure = ""
        except Exception as error:
            # The index as it was goes on answering.
            failure = str(error) if isinstance(error, HoiBaoError) else trail(error)
            if failure != health.index_failure:
                _log.error("the index could not be refreshed: %s", failure)
            health.index_failure = failure
        await asyncio.sleep(REFRESH_EVERY_S)


@contextlib.asynccontextmanager
async def _forgetting(state: State, now: Clock) -> AsyncIterator[None]:
    """Delete what is too old, at once and then every minute."""

    async def forget() -> None:
        try:
            await asyncio.to_thread(forget_old, state, now())
        except Exception as error:
            # It is tried again, and until then the bot goes on answering.
            _log.error("what is too old could not be deleted: %s", trail(error))

    async def go_on() -> None:
        while True:
            await asyncio.sleep(FORGET_EVERY_S)
            await forget()

    await forget()
    task = asyncio.create_task(go_on())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def _first_of(*events: asyncio.Event) -> None:
    waiting = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waiting:
            task.cancel()
