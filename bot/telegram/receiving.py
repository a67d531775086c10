"""Receiving: updates come by polling, or by Telegram's calls to a webhook."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from http import HTTPStatus
from urllib.parse import urlsplit

from telegram.error import Conflict, InvalidToken, TelegramError
from telegram.ext import Updater

from bot.database import StateError
from bot.health import Health
from bot.settings import TELEGRAM_API, Settings, Webhook
from bot.telegram.inbox import Inbox
from bot.telegram.sending import error_summary
from bot.telegram.sockets import listening_socket
from bot.telegram.updates import BotApplication
from retrieval import HoiBaoError

UPDATE_TYPES = ["message", "callback_query", "inline_query"]
"""The types of updates that the bot handles."""
START_ATTEMPTS = 5

_log = logging.getLogger(__name__)


class TokenRejectedError(HoiBaoError):
    """Telegram does not know the token, or no longer."""

    def __init__(self) -> None:
        super().__init__("Telegram rejects the token: get a valid one from @BotFather, with /mybots -> API Token")


class TelegramUnreachableError(HoiBaoError):
    """The Bot API server cannot be reached."""


@contextlib.asynccontextmanager
async def receive_updates(
    application: BotApplication, inbox: Inbox, settings: Settings, health: Health
) -> AsyncIterator[None]:
    """Receives updates while the block runs, after those of an earlier run. Handles all of them before it ends.

    Raises:
        TokenRejectedError: the token is not valid.
        TelegramUnreachableError: after several attempts.
        ListeningError: the address for the webhook cannot be used.
    """
    updater = application.updater
    if updater is None:
        raise RuntimeError("the application was built without an updater")
    if left := inbox.restore(application.bot):
        _log.info("%d updates of an earlier run are handled first", left)
    await application.start()
    try:
        with translate_start_errors(settings):
            if settings.webhook:
                await _start_webhook(updater, settings.webhook)
            else:
                await _start_polling(updater, settings)
        health.listening = True
        yield
    finally:
        health.listening = False
        if updater.running:
            # The polling task's own failure comes out here, a rejected token or a full disk: both are reported already.
            with contextlib.suppress(InvalidToken, StateError):
                await updater.stop()
        await application.stop()


async def _start_polling(updater: Updater, settings: Settings) -> None:
    await updater.start_polling(
        timeout=settings.poll_timeout_s,
        bootstrap_retries=START_ATTEMPTS,
        allowed_updates=UPDATE_TYPES,
        error_callback=_log_polling_error,
    )


async def _start_webhook(updater: Updater, webhook: Webhook) -> None:
    # The library takes any socket as `unix`; bound by the library, a socket that fails would stay open.
    listening = listening_socket(webhook.listen)
    try:
        await updater.start_webhook(
            unix=listening,
            url_path=urlsplit(webhook.url).path,
            webhook_url=webhook.url,
            secret_token=webhook.secret,
            allowed_updates=UPDATE_TYPES,
            bootstrap_retries=START_ATTEMPTS,
        )
    except BaseException:
        listening.close()
        raise


def poll_observer(health: Health) -> Callable[[int], None]:
    """Returns an observer of the polls' HTTP status. It records answered polls and a rejected token.

    With a rejected token python-telegram-bot ends its polling task in silence, and the bot would receive nothing more.
    """

    def observe(status: int) -> None:
        if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND):
            health.token_rejected.set()
        elif status == HTTPStatus.OK:
            health.record_poll()

    return observe


@contextlib.contextmanager
def translate_start_errors(settings: Settings) -> Iterator[None]:
    """Turns errors at the start into errors with advice for the operator."""
    try:
        yield
    except InvalidToken as error:
        raise TokenRejectedError from error
    except TelegramError as error:
        server = "Telegram" if settings.api == TELEGRAM_API else settings.api
        raise TelegramUnreachableError(
            f"{server} cannot be reached ({error_summary(error)}): check the network"
        ) from error


def _log_polling_error(error: TelegramError) -> None:
    if isinstance(error, Conflict):
        _log.error("another program polls with the same token: stop it, or give this bot a token of its own")
    else:
        _log.warning("polling: %s; trying again", error_summary(error))
