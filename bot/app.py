"""The running bot: polling, the handlers, the watch over the index, and an orderly end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import httpx
from telegram import BotCommand, Update
from telegram.error import Conflict, InvalidToken, TelegramError
from telegram.ext import Application, ExtBot, MessageHandler, TypeHandler, Updater, filters
from telegram.request import HTTPXRequest

from bot.access import Door
from bot.admission import TAPS, Admission, Quota
from bot.gate import PASSWORDS, Gate
from bot.handlers import Answers, Context, Handlers
from bot.inbox import Inbox
from bot.logs import trail
from bot.outgoing import Outgoing, Pace
from bot.sending import Patience, in_short, insist
from bot.settings import TELEGRAM, Settings
from bot.state import State, StateError
from bot.texts import ENGLISH, VIETNAMESE
from bot.turns import Turns
from retrieval.errors import HoiBaoError

REFRESH_EVERY_S = 1.0
BEFORE_ALL = -1
"""The group of handlers that come first."""

BotApplication = Application[ExtBot[None], Context, dict[Any, Any], dict[Any, Any], dict[Any, Any], None]

_log = logging.getLogger(__name__)


class TokenRejectedError(HoiBaoError):
    """Telegram does not know the token (any more)."""

    def __init__(self) -> None:
        super().__init__("Telegram rejects the token: get a valid one from @BotFather, with /mybots -> API Token")


class TelegramUnreachableError(HoiBaoError):
    """The Bot API server cannot be reached."""


def run(settings: Settings, answers: Answers) -> None:
    """Run the bot until SIGTERM or Ctrl-C; raises what `serve` raises."""

    async def until_signal() -> None:
        stop = asyncio.Event()
        _stop_on_signals(stop)
        await serve(settings, answers, stop=stop)

    asyncio.run(until_signal())


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the bot bears: of Telegram's failures, of its readers, and what it sends itself."""

    patience: Patience = field(default_factory=Patience)
    quota: Quota = field(default_factory=Quota)
    pace: Pace = field(default_factory=Pace)


async def serve(settings: Settings, answers: Answers, *, stop: asyncio.Event, bounds: Bounds | None = None) -> None:
    """Run the bot until `stop` is set; the questions that were fetched by then are answered first.

    Raises:
        StateError: the bot's database cannot be used, at the start or later.
        TokenRejectedError: at the start, or later when the token was revoked.
        TelegramUnreachableError: at the start, after several attempts.
    """
    # Else python-telegram-bot warns at each 429 that `retry_after` will be a timedelta one day.
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    bounds = bounds or Bounds()
    rejected = asyncio.Event()
    with State.open(settings.state) as state, ThreadPoolExecutor(settings.search_threads, "search") as searches:
        inbox = Inbox(state)
        clock = asyncio.get_running_loop().time
        gate = Gate(Door(settings.access, state), Admission(PASSWORDS, clock), bounds.patience)
        handlers = Handlers(answers, state, searches, bounds.patience)
        application = build(settings, handlers, gate, inbox, bounds, rejected)
        async with (
            _initialized(application, settings, bounds.patience),
            _refreshed(answers),
            _polling(application, inbox, settings),
        ):
            _log.info("@%s is listening", application.bot.username)
            await _first_of(stop, rejected, inbox.broken)
            _log.info("stopping: what is queued is answered first")
    if rejected.is_set():
        raise TokenRejectedError
    if inbox.broken.is_set():
        raise StateError(f"{settings.state} cannot be written: is the disk full?")
    _log.info("stopped")


def build(
    settings: Settings, handlers: Handlers, gate: Gate, inbox: Inbox, bounds: Bounds, rejected: asyncio.Event
) -> BotApplication:
    """The application with its handlers; nothing is sent yet."""
    clock = asyncio.get_running_loop().time
    bot = ExtBot(
        settings.token,
        base_url=f"{settings.api}/bot",
        base_file_url=f"{settings.api}/file/bot",
        request=HTTPXRequest(64, settings.reply_timeout_s, settings.reply_timeout_s, 10.0, 10.0),
        get_updates_request=HTTPXRequest(2, 10.0, 10.0, 10.0, 10.0, httpx_kwargs=_watching(rejected)),
        rate_limiter=Outgoing(inbox, bounds.pace, clock),
    )
    # The application would make an updater of its own for the bot, with a queue of its own.
    updater = Updater(bot, inbox)
    turns = Turns(inbox, Admission(bounds.quota, clock), Admission(TAPS, clock), handlers.is_work, gate.refuse)
    application = Application.builder().updater(updater).concurrent_updates(turns).job_queue(None).build()
    application.add_handler(TypeHandler(Update, gate.on_update), group=BEFORE_ALL)
    # New messages only: edits and channel posts may still be on their way from before the bot asked for no such.
    application.add_handler(MessageHandler(filters.UpdateType.MESSAGE, handlers.on_message))
    application.add_error_handler(handlers.on_error)
    return application


def _watching(rejected: asyncio.Event) -> dict[str, Any]:
    """Options for httpx that notice when the token is rejected while polling.

    python-telegram-bot then ends its polling task without telling anybody, and the bot would live on, deaf.
    """

    async def on_response(response: httpx.Response) -> None:
        if response.status_code in (401, 404):
            rejected.set()

    return {"event_hooks": {"response": [on_response]}}


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
        with _start_failures(settings):
            await insist(application.initialize, patience.wait_s)
    except HoiBaoError:
        await application.bot.shutdown()
        raise
    try:
        await _show_menu(application)
        yield
    finally:
        await application.shutdown()


@contextlib.contextmanager
def _start_failures(settings: Settings) -> Iterator[None]:
    """Turn a failure to reach the server into an error for the operator."""
    try:
        yield
    except InvalidToken as error:
        raise TokenRejectedError from error
    except TelegramError as error:
        server = "Telegram" if settings.api == TELEGRAM else settings.api
        raise TelegramUnreachableError(f"{server} cannot be reached ({in_short(error)}): check the network") from error


async def _show_menu(application: BotApplication) -> None:
    try:
        for texts, language in ((VIETNAMESE, None), (ENGLISH, "en")):
            menu = [BotCommand(name, about) for name, about in texts.commands.items()]
            await application.bot.set_my_commands(menu, language_code=language)
    except TelegramError as error:
        _log.warning("the menu of commands could not be set: %s", in_short(error))


@contextlib.asynccontextmanager
async def _refreshed(answers: Answers) -> AsyncIterator[None]:
    watch = asyncio.create_task(_keep_refreshing(answers))
    try:
        yield
    finally:
        watch.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await watch


async def _keep_refreshing(answers: Answers) -> None:
    """Take in new commits as they come; a failure is logged once until it changes."""
    last = ""
    while True:
        try:
            await asyncio.to_thread(answers.refresh)
            last = ""
        except Exception as error:
            # The index as it was goes on answering.
            failure = str(error) if isinstance(error, HoiBaoError) else trail(error)
            if failure != last:
                _log.error("the index could not be refreshed: %s", failure)
            last = failure
        await asyncio.sleep(REFRESH_EVERY_S)


@contextlib.asynccontextmanager
async def _polling(application: BotApplication, inbox: Inbox, settings: Settings) -> AsyncIterator[None]:
    """Handle what was left, then fetch updates and handle them; at the end fetch no more, and handle those at hand."""
    updater = application.updater
    if updater is None:
        raise RuntimeError("the application was built without an updater")
    if left := inbox.restore(application.bot):
        _log.info("%d updates of an earlier run are handled first", left)
    await application.start()
    try:
        with _start_failures(settings):
            await updater.start_polling(
                timeout=settings.poll_timeout_s,
                bootstrap_retries=5,
                allowed_updates=["message"],
                error_callback=_log_polling_error,
            )
        yield
    finally:
        if updater.running:
            # The polling task's own failure comes out here, a rejected token or a full disk: both are reported already.
            with contextlib.suppress(InvalidToken, StateError):
                await updater.stop()
        await application.stop()


def _log_polling_error(error: TelegramError) -> None:
    if isinstance(error, Conflict):
        _log.error("another program polls with the same token: stop it, or give this bot a token of its own")
    else:
        _log.warning("polling: %s; trying again", in_short(error))


async def _first_of(*events: asyncio.Event) -> None:
    waiting = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waiting:
            task.cancel()
