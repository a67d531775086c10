"""Updates by Telegram's calls instead of polls."""

from __future__ import annotations

import json
import signal
import socket
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from bot.cards.texts import VIETNAMESE
from bot.settings import Address, Webhook
from bot.telegram.sockets import ListeningError
from tests.bot.canned import Canned, named_in
from tests.bot.running import BotInThread, BotProcess, environment, free_port
from tests.telegram_server import BadGateway, Drop, TelegramServer

SECRET = "a-secret-of-the-tests"
GATED = ["-m", "tests.bot.gated_bot"]


@pytest.fixture
def webhook() -> Webhook:
    port = free_port()
    return Webhook(f"http://127.0.0.1:{port}/hoi-bao", SECRET, Address("127.0.0.1", port))


def post(url: str, secret: str | None) -> int:
    update = {"update_id": 1, "message": {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}}}
    headers = {"Content-Type": "application/json"} | ({"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {})
    try:
        with urllib.request.urlopen(urllib.request.Request(url, json.dumps(update).encode(), headers)) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        with error:
            return error.code


def test_questions_come_in_by_the_webhook_and_nothing_is_polled(
    telegram: TelegramServer, answers: Canned, state: Path, webhook: Webhook
) -> None:
    alice = telegram.person("Alice")
    with BotInThread(telegram, answers, state, webhook=webhook):
        alice.says("Câu một?")
        assert named_in(alice.hears().text) == "Câu một?"
    assert telegram.calls("getUpdates") == []
    [call] = telegram.calls("setWebhook")
    assert (call["url"], call["secret_token"]) == (webhook.url, SECRET)
    assert set(call["allowed_updates"]) == {"message", "callback_query", "inline_query"}


def test_call_without_the_secret_is_refused(
    telegram: TelegramServer, answers: Canned, state: Path, webhook: Webhook
) -> None:
    with BotInThread(telegram, answers, state, webhook=webhook):
        assert post(webhook.url, None) == 403
        assert post(webhook.url, "a-wrong-secret-for-it") == 403
        assert post(webhook.url.removesuffix("hoi-bao"), SECRET) == 404
        assert post(webhook.url, SECRET) == 200
    assert answers.asked == []


def test_update_that_is_delivered_twice_is_answered_once(
    telegram: TelegramServer, answers: Canned, state: Path, webhook: Webhook
) -> None:
    alice = telegram.person("Alice")
    telegram.will("webhook", Drop(carried_out=True))
    with BotInThread(telegram, answers, state, webhook=webhook):
        alice.says("Câu một?")
        alice.says("Câu hai?")
        alice.hears()
        alice.hears()
    assert answers.asked == ["Câu một?", "Câu hai?"]


def test_inline_query_that_is_delivered_again_while_it_is_looked_up_is_answered_once(
    telegram: TelegramServer, answers: Canned, state: Path, webhook: Webhook, caplog: pytest.LogCaptureFixture
) -> None:
    alice, gate = telegram.person("Alice"), answers.gate("Câu một?")
    telegram.will("webhook", Drop(carried_out=True))
    with BotInThread(telegram, answers, state, webhook=webhook):
        typed = alice.types_inline("Câu một?")
        assert answers.began["Câu một?"].wait(20)
        telegram.wait_until_fetched()
        gate.set()
        assert typed.is_offered() == []
    assert answers.asked == ["Câu một?"]
    assert len(telegram.calls("answerInlineQuery")) == 1
    assert not [record for record in caplog.records if record.levelname in ("WARNING", "ERROR")]


@pytest.mark.slow
def test_sigkill_loses_nothing_that_the_webhook_has_taken(
    telegram: TelegramServer, output: Path, webhook: Webhook
) -> None:
    people = [telegram.person(f"Person{number}") for number in range(10)]
    variables = environment(telegram, output.parent) | {
        "HOIBAO_BOT_WEBHOOK": webhook.url,
        "HOIBAO_BOT_WEBHOOK_SECRET": SECRET,
        "HOIBAO_BOT_LISTEN": f"127.0.0.1:{webhook.listen.port}",
    }
    with BotProcess(GATED, variables, output) as bot:
        for number, person in enumerate(people):
            person.says(f"Câu {number}?")
        telegram.wait_until_fetched()
        bot.signal(signal.SIGKILL)
        bot.wait()
    with BotProcess(GATED, variables, output) as bot:
        bot.input.write(b"\n" * 10)
        bot.input.flush()
        telegram.wait_for_calls("sendMessage", 10)
        bot.signal(signal.SIGTERM)
        assert bot.wait() == 0
    heard = [[named_in(reply.text) for reply in person.has_heard()] for person in people]
    assert heard == [[f"Câu {number}?"] for number in range(10)]


def test_start_survives_a_server_that_is_late(
    telegram: TelegramServer, answers: Canned, state: Path, webhook: Webhook
) -> None:
    telegram.will("setWebhook", BadGateway())
    alice = telegram.person("Alice")
    with BotInThread(telegram, answers, state, webhook=webhook):
        alice.says("Câu một?")
        assert alice.hears().text.startswith(VIETNAMESE.not_sure)


def test_address_that_is_taken_is_one_clear_line(
    telegram: TelegramServer, answers: Canned, state: Path, webhook: Webhook
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", webhook.listen.port))
        other.listen()
        bot = BotInThread(telegram, answers, state, webhook=webhook)
        bot.run()
    assert isinstance(bot.error, ListeningError)
    assert str(bot.error) == f"cannot listen on 127.0.0.1:{webhook.listen.port} (Address already in use)"


def test_polling_again_takes_the_webhook_away(
    telegram: TelegramServer, answers: Canned, state: Path, webhook: Webhook
) -> None:
    alice = telegram.person("Alice")
    with BotInThread(telegram, answers, state, webhook=webhook):
        alice.says("Câu một?")
        alice.hears()
    alice.says("Câu hai?")
    with BotInThread(telegram, answers, state):
        alice.hears()
    assert telegram.world.webhook is None
    assert answers.asked == ["Câu một?", "Câu hai?"]
