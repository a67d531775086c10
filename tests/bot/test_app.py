"""SIGTERM and Ctrl-C: queued questions are answered, none is answered twice, and no more are fetched."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from bot.cards.texts import VIETNAMESE
from tests.bot.running import BotProcess, environment
from tests.telegram_server import TelegramServer

GATED = ["-m", "tests.bot.gated_bot"]


def wait_until_polling_has_ended(telegram: TelegramServer) -> None:
    """Waits for the last poll, which acknowledges updates and returns at once."""
    telegram.world.wait_until(
        lambda: any(not poll.get("timeout") for poll in telegram.calls("getUpdates")), "the last poll"
    )


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signal_finishes_what_is_queued(telegram: TelegramServer, output: Path, number: int) -> None:
    alice, bob, carol = (telegram.person(name) for name in ("Alice", "Bob", "Carol"))
    with BotProcess(GATED, environment(telegram, output.parent), output) as bot:
        for question in ("Câu một?", "Câu hai?", "Câu ba?"):
            alice.says(question)
            bob.says(question)
        telegram.wait_for_calls("sendChatAction", 2)
        telegram.wait_until_fetched()
        bot.signal(number)
        wait_until_polling_has_ended(telegram)
        assert alice.has_heard() == bob.has_heard() == []
        carol.says("Câu đến muộn?")
        bot.input.write(b"\n" * 6)
        bot.input.flush()
        assert bot.wait() == 0
    assert [len(person.has_heard()) for person in (alice, bob, carol)] == [3, 3, 0]
    with BotProcess(GATED, environment(telegram, output.parent), output) as bot:
        bot.input.write(b"\n" * 6)
        bot.input.flush()
        assert carol.hears().text.startswith(VIETNAMESE.not_sure)
        bot.signal(number)
        assert bot.wait() == 0
    assert [len(person.has_heard()) for person in (alice, bob, carol)] == [3, 3, 1]


@pytest.mark.slow
def test_second_signal_ends_the_process_at_once(telegram: TelegramServer, output: Path) -> None:
    alice = telegram.person("Alice")
    with BotProcess(GATED, environment(telegram, output.parent), output) as bot:
        alice.says("Câu một?")
        telegram.wait_for_calls("sendChatAction")
        telegram.wait_until_fetched()
        bot.signal(signal.SIGTERM)
        wait_until_polling_has_ended(telegram)
        bot.signal(signal.SIGTERM)
        assert bot.wait() == -signal.SIGTERM
