"""Messages are paced so that Telegram accepts them, by the test server's limits in virtual time."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable

import pytest
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TelegramError, TimedOut

from bot.metrics import Metrics
from bot.telegram.inbox import Handling
from bot.telegram.send_limits import SendLimiter, SendLimits
from tests.bot import virtual_time
from tests.telegram_server.errors import ApiError
from tests.telegram_server.limits import Limits

GROUP = -1001
Sent = list[tuple[float, int]]


class Wire:
    """A network with delays both ways, to a server that refuses calls that come too fast."""

    def __init__(self, limiter: SendLimiter, seed: int = 0) -> None:
        self._limiter = limiter
        self._random = random.Random(seed)
        self._clock = asyncio.get_running_loop().time
        self.limits = Limits(self._clock)
        self.sent: Sent = []
        self.refused: list[float] = []

    async def send(self, chat: int, endpoint: str = "sendMessage") -> object:
        async def call() -> bool:
            await asyncio.sleep(self._random.uniform(0, 0.3))
            try:
                self.limits.admit(chat)
            except ApiError as error:
                self.refused.append(self._clock())
                raise RetryAfter(error.parameters["retry_after"]) from error
            self.sent.append((self._clock(), chat))
            await asyncio.sleep(self._random.uniform(0, 0.3))
            return True

        return await self._limiter.process_request(call, (), {}, endpoint, {"chat_id": chat}, None)


@pytest.fixture(autouse=True)
def seconds_as_timedelta(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


def in_virtual_time(main: Callable[[Wire], Awaitable[None]], limits: SendLimits | None = None) -> Wire:
    async def within() -> Wire:
        clock = asyncio.get_running_loop().time
        wire = Wire(SendLimiter(limits or SendLimits(), clock, Metrics()))
        await main(wire)
        return wire

    return virtual_time.run(within())


def test_thousand_messages_to_a_thousand_chats_are_refused_nowhere_and_not_held_back() -> None:
    async def main(wire: Wire) -> None:
        await asyncio.gather(*(wire.send(chat) for chat in range(1, 1001)))

    wire = in_virtual_time(main)
    assert wire.refused == []
    assert len(wire.sent) == 1000
    # 34 seconds of 30 each, and what a call takes on its way.
    assert wire.sent[-1][0] < 60


def test_chats_with_many_messages_each_are_refused_nowhere() -> None:
    async def main(wire: Wire) -> None:
        chats = [*range(1, 11), GROUP, GROUP - 1]
        await asyncio.gather(*(wire.send(chat) for _ in range(25) for chat in chats))

    wire = in_virtual_time(main)
    assert wire.refused == []
    assert len(wire.sent) == 300


def test_group_over_its_limit_keeps_nobody_else_waiting() -> None:
    async def main(wire: Wire) -> None:
        flood = [wire.send(GROUP) for _ in range(60)]
        await asyncio.gather(*flood, *(wire.send(chat) for chat in range(1, 31)))

    wire = in_virtual_time(main)
    assert wire.refused == []
    people = [when for when, chat in wire.sent if chat > 0]
    group = [when for when, chat in wire.sent if chat == GROUP]
    assert max(people) < 5
    assert group[19] < 5 and 60 <= group[20] < 70


def test_messages_to_one_chat_keep_their_order() -> None:
    done: list[int] = []

    async def main(wire: Wire) -> None:
        async def send(number: int) -> None:
            await wire.send(7)
            done.append(number)

        for number in range(10):
            await send(number)

    in_virtual_time(main)
    assert done == list(range(10))


def test_typing_is_left_out_rather_than_said_late() -> None:
    async def main(wire: Wire) -> None:
        results = await asyncio.gather(*(wire.send(chat, "sendChatAction") for chat in range(1, 101)))
        assert results == [True] * 100

    assert 30 <= len(in_virtual_time(main).sent) <= 31


def test_all_wait_once_several_chats_are_refused() -> None:
    """The limit is lower than the bot knows, as when another program sends with the same token."""

    async def main(wire: Wire) -> None:
        async def send_until_accepted(chat: int) -> None:
            while True:
                try:
                    await wire.send(chat)
                except RetryAfter:
                    continue
                return

        await asyncio.gather(*(send_until_accepted(chat) for chat in range(1, 301)))

    greedy = SendLimits(in_total=60)
    wire = in_virtual_time(main, greedy)
    assert len(wire.sent) == 300
    # Twice as many as may be are tried each second, so half is refused, and no more than that.
    assert len(wire.refused) <= 300


class Erasures:
    """An inbox that counts how often the one update in it is erased."""

    def __init__(self) -> None:
        self.count = 0

    async def erase(self) -> None:
        self.count += 1


async def send(limiter: SendLimiter, handling: Handling, endpoint: str, failure: TelegramError | None = None) -> None:
    async def call() -> bool:
        if failure:
            raise failure
        return True

    with contextlib.suppress(TelegramError):
        await limiter.process_request(call, (), {}, endpoint, {"chat_id": 5}, handling)


def test_first_delivered_message_finishes_its_handling_and_no_later_one_does() -> None:
    inbox, metrics = Erasures(), Metrics()

    async def replies() -> None:
        clock = asyncio.get_running_loop().time
        limiter, handling = SendLimiter(SendLimits(), clock, metrics), Handling(clock(), inbox.erase)
        await send(limiter, handling, "editMessageText")
        await send(limiter, handling, "sendChatAction")
        assert (inbox.count, handling.replied) == (0, False)
        await asyncio.sleep(2.0)
        for _ in range(3):
            await send(limiter, handling, "sendMessage")
        assert (inbox.count, handling.replied, handling.stored) == (1, True, False)
        await handling.finish()
        assert inbox.count == 1

    virtual_time.run(replies())
    assert metrics.percentile_s(1) == metrics.percentile_s(100) == 2.0  # the latency of the first reply alone


@pytest.mark.parametrize(
    ("failure", "erased"),
    [
        (TimedOut(), 1),
        (NetworkError("Gateway Timeout (504)"), 1),
        (NetworkError("Bad Gateway (502)"), 0),
        (BadRequest("Chat not found"), 0),
        (Forbidden("Forbidden"), 0),
    ],
)
def test_message_that_may_have_been_delivered_finishes_its_handling(failure: TelegramError, erased: int) -> None:
    inbox = Erasures()

    async def reply() -> None:
        clock = asyncio.get_running_loop().time
        handling = Handling(clock(), inbox.erase)
        await send(SendLimiter(SendLimits(), clock, Metrics()), handling, "sendMessage", failure)
        assert handling.replied is bool(erased)

    virtual_time.run(reply())
    assert inbox.count == erased
