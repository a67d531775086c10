"""How fast a bot may send, by a clock that the test moves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.telegram_server import TelegramServer
from tests.telegram_server.calling import call, result
from tests.telegram_server.errors import ApiError
from tests.telegram_server.limits import ALL_A_SECOND, GROUP_A_MINUTE, PRIVATE_BURST, Limits


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def limits(clock: Clock) -> Limits:
    return Limits(clock)


@pytest.fixture
def limited(clock: Clock) -> Iterator[TelegramServer]:
    with TelegramServer(limits=True, clock=clock) as server:
        yield server


def retry_after(limits: Limits, chat: int) -> int:
    with pytest.raises(ApiError) as refused:
        limits.admit(chat)
    assert refused.value.status == 429
    return int(refused.value.parameters["retry_after"])


def test_private_chat_takes_a_short_burst_and_then_one_a_second(limits: Limits, clock: Clock) -> None:
    for _ in range(PRIVATE_BURST):
        limits.admit(1)
    assert retry_after(limits, 1) == 1
    limits.admit(2)
    clock.now += 0.9
    assert retry_after(limits, 1) == 1
    clock.now += 0.1
    limits.admit(1)
    assert retry_after(limits, 1) == 1
    assert limits.refused == 3


def test_pause_allows_no_more_than_another_burst(limits: Limits, clock: Clock) -> None:
    limits.admit(1)
    clock.now += 3600
    for _ in range(PRIVATE_BURST):
        limits.admit(1)
    assert retry_after(limits, 1) == 1


def test_one_a_second_goes_on_for_ever(limits: Limits, clock: Clock) -> None:
    for _ in range(200):
        limits.admit(1)
        clock.now += 1.0
    assert limits.refused == 0


def test_group_takes_twenty_a_minute(limits: Limits, clock: Clock) -> None:
    for _ in range(GROUP_A_MINUTE):
        limits.admit(-1)
        clock.now += 1.0
    assert retry_after(limits, -1) == 40
    limits.admit(-2)
    clock.now += 40.0
    limits.admit(-1)
    assert retry_after(limits, -1) == 1


def test_all_chats_together_take_thirty_a_second(limits: Limits, clock: Clock) -> None:
    for chat in range(1, ALL_A_SECOND + 1):
        limits.admit(chat)
    assert retry_after(limits, 99) == 1
    assert retry_after(limits, -99) == 1
    clock.now += 1.0
    limits.admit(99)


def test_bot_that_is_too_fast_gets_429_and_breaks_no_rule(limited: TelegramServer, clock: Clock) -> None:
    alice = limited.person("Alice")
    for _ in range(PRIVATE_BURST):
        result(limited, "sendMessage", chat_id=alice.chat.id, text="A")
    status, body = call(limited, "sendMessage", chat_id=alice.chat.id, text="A")
    assert (status, body["parameters"]) == (429, {"retry_after": 1})
    assert body["description"] == "Too Many Requests: retry after 1"
    assert len(alice.has_heard()) == PRIVATE_BURST
    clock.now += 1.0
    result(limited, "sendMessage", chat_id=alice.chat.id, text="A")
    result(limited, "sendChatAction", chat_id=alice.chat.id, action="typing")
    assert (limited.floods, limited.world.violations) == (1, [])


def test_without_limits_a_bot_may_be_fast(server: TelegramServer) -> None:
    alice = server.person("Alice")
    for _ in range(ALL_A_SECOND + 1):
        result(server, "sendMessage", chat_id=alice.chat.id, text="A")
    assert server.floods == 0
