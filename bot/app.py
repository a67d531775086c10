"""The running bot: polling, the handlers, the watch over the index, and an orderly end."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
from telegram import BotCommand, BotCommandScopeAllGroupChats, BotCommandScopeAllPrivateChats
from telegram.error import Conflict, InvalidToken, TelegramError
from telegram.ext import Application, CallbackQueryHandler, ExtBot, InlineQueryHandler, MessageHandler, filters
from telegram.request import HTTPXRequest

from bot.buttons import Buttons
from bot.clock import Clock, vietnam_time
from bot.conversation import Conversations
from bot.forgetting import forget_old
from bot.handlers import Context, Handlers
from bot.inline import Inline, Pace
from bot.logs import trail
from bot.own_data import OwnData
from bot.reading import IN_GROUPS
from bot.replies import Answers, Replies
from bot.sending import Patience, in_short, insist
from bot.settings import TELEGRAM, Settings
from bot.shown import Cards
from bot.state import State
from bot.texts import ENGLISH, VIETNAMESE
from bot.turns import ChatByChat
from retrieval.errors import HoiBaoError

REFRESH_EVERY_S = 1.0
FORGET_EVERY_S = 60.0

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


async def serve(
    settings: Settings,
    answers: Answers,
    *,
    stop: asyncio.Event,
    patience: Patience | None = None,
    now: Clock = vietnam_time,
    pace: Pace | None = None,
) -> None:
    """Run the bot until `stop` is set; the questions that were fetched by then are answered first.

    Raises:
        StateError: the bot's database cannot be used.
        TokenRejectedError: at the start, or later when the token was revoked.
        TelegramUnreachableError: at the start, after several attempts.
    """
    # Else python-telegram-bot warns at each 429 that `retry_after` will be a timedelta one day.
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    patience = patience or Patience()
    rejected = asyncio.Event()
    with State.open(settings.state) as state, ThreadPoolExecutor(settings.search_threads, "search") as searches:
        replies = Replies(answers, Cards(state), Conversations(state), now)
        handlers = Handlers(replies, OwnData(state, now), searches, patience)
        inline = Inline(replies, searches, pace or Pace())
        application = build(settings, handlers, inline, rejected)
        async with (
            _initialized(application, settings, patience),
            _refreshed(answers),
            _forgetting(state, now),
            _polling(application, settings),
        ):
            _log.info("@%s is listening", application.bot.username)
            if not application.bot.supports_inline_queries:
                _log.info("inline mode is off: send /setinline to @BotFather to have it")
            await _first_of(stop, rejected)
            _log.info("stopping: what is queued is answered first")
    if rejected.is_set():
        raise TokenRejectedError
    _log.info("stopped")


def build(settings: Settings, handlers: Handlers, inline: Inline, rejected: asyncio.Event) -> BotApplication:
    """The application with its handlers; nothing is sent yet."""
    bot = ExtBot(
        settings.token,
        base_url=f"{settings.api}/bot",
        base_file_url=f"{settings.api}/file/bot",
        request=HTTPXRequest(64, settings.reply_timeout_s, settings.reply_timeout_s, 10.0, 10.0),
        get_updates_request=HTTPXRequest(2, 10.0, 10.0, 10.0, 10.0, httpx_kwargs=_watching(rejected)),
    )
    application = Application.builder().bot(bot).concurrent_updates(ChatByChat()).job_queue(None).build()
    # New messages only: edits and channel posts may still be on their way from before the bot asked for no such.
    application.add_handler(MessageHandler(filters.UpdateType.MESSAGE, handlers.on_message))
    application.add_handler(CallbackQueryHandler(Buttons(handlers).on_tap))
    application.add_handler(InlineQueryHandler(inline.on_query))
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
            in_groups = [command for command in menu if command.command in IN_GROUPS]
            await application.bot.set_my_commands(menu, BotCommandScopeAllPrivateChats(), language)
            await application.bot.set_my_commands(in_groups, BotCommandScopeAllGroupChats(), language)
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


@contextlib.asynccontextmanager
async def _polling(application: BotApplication, settings: Settings) -> AsyncIterator[None]:
    """Fetch updates and handle them; at the end fetch no more, and handle those at hand."""
    updater = application.updater
    if updater is None:
        raise RuntimeError("the application was built without an updater")
    await application.start()
    try:
        with _start_failures(settings):
            await updater.start_polling(
                timeout=settings.poll_timeout_s,
                bootstrap_retries=5,
                allowed_updates=["message", "callback_query", "inline_query"],
                error_callback=_log_polling_error,
            )
        yield
    finally:
        if updater.running:
            # The polling task's own failure comes out here: a rejected token, which is reported already.
            with contextlib.suppress(InvalidToken):
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
