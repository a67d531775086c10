from __future__ import annotations

import asyncio
import datetime as dt

import aiohttp
import pytest
from telegram import Bot, Message
from telegram.error import (
    BadRequest,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.telegram.sending import RetryPolicy, error_summary, is_harmless, may_be_delivered, show_typing
from tests.bot import virtual_time

RETRIES = RetryPolicy(attempts=4, first_wait_s=1.0, longest_wait_s=3.0)


def caused(error: TelegramError, cause: Exception) -> TelegramError:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "waits"),
    [
        (NetworkError("Bad Gateway"), [1.0, 2.0, 3.0, None]),
        (TimedOut(), [1.0, 2.0, 3.0, None]),
        (BadRequest("Chat not found"), [None, None, None, None]),
        (Forbidden("Forbidden"), [None, None, None, None]),
        (Conflict("Conflict"), [None, None, None, None]),
        (InvalidToken(), [None, None, None, None]),
    ],
)
def test_waits(error: TelegramError, waits: list[float | None]) -> None:
    assert [RETRIES.wait_s(error, attempt) for attempt in (1, 2, 3, 4)] == waits


def test_wait_that_telegram_asks_for_is_kept_if_it_is_short() -> None:
    three, four = (RetryAfter(dt.timedelta(seconds=seconds)) for seconds in (3, 4))
    assert [RETRIES.wait_before_resending_s(three, attempt) for attempt in (1, 2, 3, 4)] == [3.0, 3.0, 3.0, None]
    assert RETRIES.wait_s(four, 1) is None


@pytest.mark.parametrize(
    ("error", "delivered"),
    [
        (caused(TimedOut(), aiohttp.SocketTimeoutError()), True),
        (caused(TimedOut(), aiohttp.ConnectionTimeoutError()), False),
        (caused(NetworkError("Server disconnected"), aiohttp.ServerDisconnectedError()), False),
        (NetworkError("Gateway Timeout (504)"), True),
        (NetworkError("Bad Gateway (502)"), False),
    ],
)
def test_what_may_be_delivered_is_not_sent_again(error: TelegramError, delivered: bool) -> None:
    assert may_be_delivered(error) is delivered
    assert (RETRIES.wait_before_resending_s(error, 1) is None) is delivered


@pytest.mark.parametrize(
    ("error", "harmless"),
    [
        (BadRequest("Message is not modified: specified new message content and reply markup are the same"), True),
        (BadRequest("Query is too old and response timeout expired or query id is invalid"), True),
        (BadRequest("Can't parse entities: unsupported start tag"), False),
        (NetworkError("Message is not modified"), False),
    ],
)
def test_what_is_so_already_or_is_over_is_harmless(error: TelegramError, harmless: bool) -> None:
    assert is_harmless(error) is harmless


def test_payload_of_the_server_is_no_part_of_an_error_in_short() -> None:
    error = NetworkError("Bad Gateway (502). Parsing the server response b'<html>secret</html>' failed")
    assert error_summary(error) == "Bad Gateway (502)"


class TypingBot(Bot):
    """A bot that records when it shows "typing"."""

    def __init__(self) -> None:
        super().__init__("1:a")
        self._seen: list[float] = []

    async def send_chat_action(self, *args: object, **options: object) -> bool:
        self._seen.append(asyncio.get_running_loop().time())
        return True


def test_typing_is_shown_from_when_an_answer_takes_its_time_until_it_is_there() -> None:
    bot = TypingBot()
    chat = {"id": 5, "type": "private", "first_name": "Alice"}
    message = Message.de_json({"message_id": 1, "date": 0, "chat": chat, "text": "Ai?"}, bot)

    async def answer(after_s: float) -> list[float]:
        bot._seen.clear()
        started = asyncio.get_running_loop().time()
        async with show_typing(message):
            await asyncio.sleep(after_s)
        return [round(when - started, 1) for when in bot._seen]

    assert virtual_time.run(answer(0.9)) == []
    assert virtual_time.run(answer(2.0)) == [1.0]
    assert virtual_time.run(answer(10.2)) == [1.0, 5.5, 10.0]
