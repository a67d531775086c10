"""Sending: replies, edits and other calls, with retries where they are safe."""

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
from telegram.constants import ChatAction, ChatType, ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut
from telegram.ext import ExtBot

from bot.cards import Card, to_markup
from bot.telegram.inbox import Handling
from bot.telegram.updates import topic_of

T = TypeVar("T")

TYPING_DELAY_S = 1.0
"""No "typing" is shown for an answer that comes sooner: under load it would be one more call for each question."""
TYPING_REPEAT_S = 4.5
"""Telegram shows "typing" for five seconds at most."""
TYPING_STOP_TIMEOUT_S = 1.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and after which waits a failed call is retried."""

    attempts: int = 5
    first_wait_s: float = 1.0
    longest_wait_s: float = 60.0

    def wait_s(self, error: TelegramError, attempt: int) -> float | None:
        """Returns the wait after the failure of attempt 1, 2, ... of a call; None to give up."""
        if attempt >= self.attempts:
            return None
        if isinstance(error, RetryAfter):
            wait_s = to_seconds(error.retry_after)
            return wait_s if wait_s <= self.longest_wait_s else None
        # BadRequest is a subclass of NetworkError, but the server has answered, and would answer the same again.
        if isinstance(error, NetworkError) and not isinstance(error, BadRequest):
            return min(self.first_wait_s * 2.0 ** (attempt - 1), self.longest_wait_s)
        return None

    def wait_before_resending_s(self, error: TelegramError, attempt: int) -> float | None:
        """Returns the wait as `wait_s` does, for a call that must not be carried out twice."""
        return None if may_be_delivered(error) else self.wait_s(error, attempt)


@dataclass(frozen=True, slots=True)
class Messenger:
    """Sends what one update is answered with. Its first delivered reply ends the handling of the update."""

    bot: ExtBot[Handling]
    handling: Handling
    retries: RetryPolicy
    failed_text: str
    """Sent in place of a text that Telegram refuses."""
    shows_previews: bool = False
    """Whether the preview of the quoted article, with its photo, is shown."""

    async def reply(self, message: Message, card: Card) -> Message | None:
        """Sends a card in reply to a message, which it names in groups. A failed delivery is logged, not raised.

        Returns:
            The sent message; None where it is not known.
        """
        try:
            return await self._reply_in(message.chat_id, message, card)
        except ChatMigrated as moved:
            with _failures_logged():
                return await self._reply_in(moved.new_chat_id, message, card)
        except BadRequest as refusal:
            _log.error("Telegram refused a reply: %s", error_summary(refusal))
            with _failures_logged():
                if card.keyboard and _is_about_a_button(refusal):
                    return await self._reply_in(message.chat_id, message, Card(card.text))
                if _is_about_the_text(refusal):
                    return await self._reply_in(message.chat_id, message, Card(self.failed_text))
        except TelegramError as error:
            _log_failure(error)
        return None

    async def _reply_in(self, chat_id: int, message: Message, card: Card) -> Message:
        replied_to = ReplyParameters(message.message_id, allow_sending_without_reply=True)

        def send() -> Awaitable[Message]:
            return self.bot.send_message(
                chat_id,
                card.text,
                parse_mode=ParseMode.HTML,
                message_thread_id=topic_of(message),
                link_preview_options=self._preview(card),
                reply_parameters=None if message.chat.type == ChatType.PRIVATE else replied_to,
                reply_markup=to_markup(card.keyboard),
                rate_limit_args=self.handling,
            )

        return await call_with_retries(send, self.retries.wait_before_resending_s)

    async def edit(self, message: MaybeInaccessibleMessage, card: Card) -> bool:
        """Puts a card into a message of the bot; returns whether it is there. A failure is logged, not raised."""

        def change() -> Awaitable[Message | bool]:
            return self.bot.edit_message_text(
                card.text,
                message.chat.id,
                message.message_id,
                parse_mode=ParseMode.HTML,
                link_preview_options=self._preview(card),
                reply_markup=to_markup(card.keyboard),
            )

        try:
            await self.retry(change)
        except BadRequest as refusal:
            # The second of two quick taps asks for the card that the first one has put there.
            if "not modified" in str(refusal).lower():
                return True
            _log.warning("a message could not be changed: %s", error_summary(refusal))
            return False
        except TelegramError as error:
            _log_failure(error)
            return False
        return True

    def _preview(self, card: Card) -> LinkPreviewOptions:
        if not self.shows_previews or card.previewed is None:
            return LinkPreviewOptions(is_disabled=True)
        return LinkPreviewOptions(is_disabled=False, url=card.previewed)

    async def answer_tap(self, query: CallbackQuery, note: str) -> None:
        """Answers a tap, with a note that fades or none. A tap that has waited too long can't be answered."""

        def answer() -> Awaitable[bool]:
            return query.answer(note or None)

        try:
            await self.retry(answer)
        except TelegramError as error:
            _log.info("a tap could not be answered: %s", error_summary(error))

    async def retry(self, call: Callable[[], Awaitable[T]]) -> T:
        """Makes a call that may be carried out twice, with retries.

        Raises:
            TelegramError: the last failure.
        """
        return await call_with_retries(call, self.retries.wait_s)


def may_be_delivered(error: TelegramError) -> bool:
    """Tells whether a failed call may still be carried out. The server took it, and did not answer in time.

    A connection that broke off without an answer does not count. Nearly always the server had closed it before it read
    the call, and a rare second reply is better for the reader than none.
    """
    if isinstance(error, TimedOut):
        return not isinstance(error.__cause__, aiohttp.ConnectionTimeoutError)
    return isinstance(error, NetworkError) and "gateway timeout" in str(error).lower()


def is_harmless(error: TelegramError) -> bool:
    """Tells whether a call failed as needless or out of date, as with two quick taps."""
    return isinstance(error, BadRequest) and any(words in str(error).lower() for words in _HARMLESS)


def chat_is_reachable(error: BaseException) -> bool:
    """Tells whether an apology may arrive after this error."""
    return isinstance(error, BadRequest) or not isinstance(error, TelegramError)


_HARMLESS = ("message is not modified", "query is too old", "message to edit not found")


def error_summary(error: TelegramError) -> str:
    """Returns the error in one line, without the server's payload. That may be a page, or hold messages."""
    return str(error).partition(". Parsing the server response")[0]


async def call_with_retries(
    call: Callable[[], Awaitable[T]], wait_s: Callable[[TelegramError, int], float | None]
) -> T:
    """Repeats a call until it succeeds, or `wait_s` returns None.

    Args:
        call: the call.
        wait_s: returns the wait in seconds after an error, given the number of the attempt; None to give up.

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


@contextlib.asynccontextmanager
async def show_typing(message: Message) -> AsyncIterator[None]:
    """Shows "typing" in the message's chat while the block runs. Errors of these calls are ignored."""
    done = asyncio.Event()
    action = asyncio.create_task(_keep_typing(message, done))
    try:
        yield
    finally:
        done.set()
        # An action that arrives after the reply would show "typing" with nothing to come.
        await asyncio.wait([action], timeout=TYPING_STOP_TIMEOUT_S)
        action.cancel()


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
    """Returns a time in seconds. The library gives it as a number or as a timedelta."""
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
