"""Calls to Telegram that are tried again when that is safe, and the reply to a message made of them."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import aiohttp
from telegram import CallbackQuery, LinkPreviewOptions, MaybeInaccessibleMessage, Message, ReplyParameters
from telegram.constants import ChatAction, ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.cards import Card, Keyboard, Texts, to_markup
from bot.telegram.updates import topic_of

T = TypeVar("T")

TYPING_REPEAT_S = 4.5
"""Telegram shows "typing" for five seconds at most."""
TYPING_DELAY_S = 1.0
"""An answer that comes sooner needs no such sign; under load it would be one more call for each question."""
TYPING_STOP_TIMEOUT_S = 1.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and how long a failing call is tried again."""

    attempts: int = 5
    first_wait_s: float = 1.0
    longest_wait_s: float = 60.0

    def wait_s(self, error: TelegramError, attempt: int) -> float | None:
        """How long to wait after the failure of attempt 1, 2, ... of a call; None to give up."""
        if attempt >= self.attempts:
            return None
        if isinstance(error, RetryAfter):
            wait_s = to_seconds(error.retry_after)
            return wait_s if wait_s <= self.longest_wait_s else None
        # A BadRequest is a NetworkError by its class only: the server has answered, and will answer the same.
        if isinstance(error, NetworkError) and not isinstance(error, BadRequest):
            return min(self.first_wait_s * 2.0 ** (attempt - 1), self.longest_wait_s)
        return None

    def wait_before_resending_s(self, error: TelegramError, attempt: int) -> float | None:
        """The same for a call that must not be carried out twice."""
        return None if may_be_delivered(error) else self.wait_s(error, attempt)


def may_be_delivered(error: TelegramError) -> bool:
    """Whether the server may be at work on the call still: it took it and did not answer in time.

    A connection that broke off without an answer is not counted: nearly always the server had closed it before it
    read the call, and a reader is helped more by a rare second answer than by none.
    """
    if isinstance(error, TimedOut):
        return not isinstance(error.__cause__, aiohttp.ConnectionTimeoutError)
    return isinstance(error, NetworkError) and "gateway timeout" in str(error).lower()


def is_harmless(error: TelegramError) -> bool:
    """Whether a call failed only because what it wants is so already, or is over: both come of taps that cross."""
    return isinstance(error, BadRequest) and any(words in str(error).lower() for words in _HARMLESS)


def chat_is_reachable(error: BaseException) -> bool:
    """Whether Telegram was reached and the chat is there, so that another message may arrive where this call failed."""
    return isinstance(error, BadRequest) or not isinstance(error, TelegramError)


_HARMLESS = ("message is not modified", "query is too old", "message to edit not found")


def error_summary(error: TelegramError) -> str:
    """What went wrong, in one line, without what the server sent, which may be a page or hold messages."""
    return str(error).partition(". Parsing the server response")[0]


async def call_with_retries(
    call: Callable[[], Awaitable[T]], wait_s: Callable[[TelegramError, int], float | None]
) -> T:
    """Make a call until it succeeds or `wait_s`, given the error and the attempt's number, returns None.

    Raises:
        TelegramError: the last failure.
    """
    attempt = 0
    while True:
        attempt += 1
        try:
            return await call()
        except TelegramError as error:
            pause_s = wait_s(error, attempt)
            if pause_s is None:
                raise
            _log.info("Telegram: %s; trying again in %.1f s", error_summary(error), pause_s)
        await asyncio.sleep(pause_s)


async def reply(
    message: Message, text: str, texts: Texts, patience: RetryPolicy, keyboard: Keyboard = ()
) -> Message | None:
    """Send a text in Telegram HTML as a reply to a message; what cannot be delivered is logged, not raised.

    Returns:
        The message as it was sent; None where that is not known.
    """
    try:
        return await _reply_in(message, message.chat_id, text, patience, keyboard)
    except ChatMigrated as moved:
        with _failures_logged():
            return await _reply_in(message, moved.new_chat_id, text, patience, keyboard)
    except BadRequest as refusal:
        _log.error("Telegram refused a reply: %s", error_summary(refusal))
        with _failures_logged():
            if keyboard and _is_about_a_button(refusal):
                return await _reply_in(message, message.chat_id, text, patience)
            if _is_about_the_text(refusal):
                return await _reply_in(message, message.chat_id, texts.failed, patience)
    except TelegramError as error:
        _log_failure(error)
    return None


async def _reply_in(
    message: Message, chat_id: int, text: str, patience: RetryPolicy, keyboard: Keyboard = ()
) -> Message:
    def send() -> Awaitable[Message]:
        return message.get_bot().send_message(
            chat_id,
            text,
            parse_mode=ParseMode.HTML,
            message_thread_id=topic_of(message),
            link_preview_options=LinkPreviewOptions(is_disabled=True),
            reply_parameters=ReplyParameters(message.message_id, allow_sending_without_reply=True),
            reply_markup=to_markup(keyboard),
        )

    return await call_with_retries(send, patience.wait_before_resending_s)


async def edit(message: MaybeInaccessibleMessage, card: Card, patience: RetryPolicy) -> bool:
    """Have a message of the bot show a card; returns whether it does. A failure is logged, not raised."""

    def change() -> Awaitable[Message | bool]:
        return message.get_bot().edit_message_text(
            card.text,
            message.chat.id,
            message.message_id,
            parse_mode=ParseMode.HTML,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
            reply_markup=to_markup(card.keyboard),
        )

    try:
        await call_with_retries(change, patience.wait_s)
    except BadRequest as refusal:
        # A second tap, before the first has changed anything, asks for what is there then.
        if "not modified" in str(refusal).lower():
            return True
        _log.warning("a message could not be changed: %s", error_summary(refusal))
        return False
    except TelegramError as error:
        _log_failure(error)
        return False
    return True


async def acknowledge(query: CallbackQuery, note: str, patience: RetryPolicy) -> None:
    """Answer a tap, with a note that fades or without; one that has waited too long cannot be answered any more."""

    def answer() -> Awaitable[bool]:
        return query.answer(note or None)

    try:
        await call_with_retries(answer, patience.wait_s)
    except TelegramError as error:
        _log.info("a tap could not be answered: %s", error_summary(error))


@contextlib.asynccontextmanager
async def typing(message: Message) -> AsyncIterator[None]:
    """Show "typing" in the message's chat for as long as the block runs; failing to show it is no failure."""
    done = asyncio.Event()
    shown = asyncio.create_task(_keep_typing(message, done))
    try:
        yield
    finally:
        done.set()
        # An action that arrives after the reply would show "typing" with nothing to come.
        await asyncio.wait([shown], timeout=TYPING_STOP_TIMEOUT_S)
        shown.cancel()


async def _keep_typing(message: Message, done: asyncio.Event) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(done.wait(), TYPING_DELAY_S)
    while not done.is_set():
        with contextlib.suppress(TelegramError):
            await message.get_bot().send_chat_action(
                message.chat_id, ChatAction.TYPING, message_thread_id=topic_of(message)
            )
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(done.wait(), TYPING_REPEAT_S)


def to_seconds(time: int | dt.timedelta) -> float:
    """How long to wait, as the library says it in one way or the other."""
    return time.total_seconds() if isinstance(time, dt.timedelta) else float(time)


def _is_about_a_button(refusal: BadRequest) -> bool:
    return "button" in str(refusal).lower()


def _is_about_the_text(refusal: BadRequest) -> bool:
    return any(words in str(refusal).lower() for words in ("parse entities", "too long", "text is empty"))


@contextlib.contextmanager
def _failures_logged() -> Iterator[None]:
    try:
        yield
    except TelegramError as error:
        _log_failure(error)


def _log_failure(error: TelegramError) -> None:
    if isinstance(error, Forbidden):
        _log.info("a reader has blocked the bot or removed it: %s", error_summary(error))
    elif may_be_delivered(error):
        _log.warning("no word from Telegram in time: the reply may have arrived, so it is not sent again")
    else:
        _log.warning("a reply could not be delivered: %s", error_summary(error))
