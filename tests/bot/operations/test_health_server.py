"""Health, readiness and metrics, as a supervisor and Prometheus read them."""

from __future__ import annotations

import socket
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from telegram.error import RetryAfter, TimedOut

from bot.admission.quotas import Quota
from bot.health import Health
from bot.metrics import Metrics, Outcome
from bot.settings import Address
from bot.telegram.sockets import ListeningError
from bot.wiring import OperatingLimits
from retrieval.datatypes import CorpusInfo
from retrieval.errors import IndexDamagedError
from tests.bot.canned import Canned, answer_of, quote_of
from tests.bot.running import QUICK, BotInThread, free_port, wait_for
from tests.telegram_server import BadGateway, Refuse, TelegramServer


@pytest.fixture
def monitor() -> Address:
    return Address("127.0.0.1", free_port())


def get(address: Address, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://{address.host}:{address.port}{path}") as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def counts(address: Address) -> dict[str, float]:
    status, text = get(address, "/metrics")
    assert status == 200
    return {
        sample.name + "".join(f" {value}" for value in sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_bot_that_listens_is_alive_and_ready(
    telegram: TelegramServer, answers: Canned, state: Path, monitor: Address
) -> None:
    alice = telegram.person("Alice")
    with BotInThread(telegram, answers, state, monitor=monitor):
        alice.says("Câu một?")
        alice.hears()
        assert get(monitor, "/healthz") == (200, "alive\n")
        assert get(monitor, "/readyz") == (200, "ready\n")
        assert get(monitor, "/other")[0] == 404


def test_index_that_cannot_be_read_makes_it_unready_but_not_dead(
    telegram: TelegramServer, answers: Canned, state: Path, monitor: Address
) -> None:
    answers.refresh_failure = IndexDamagedError("corpus.db cannot be read")
    alice = telegram.person("Alice")
    with BotInThread(telegram, answers, state, monitor=monitor):
        alice.says("Câu một?")
        alice.hears()
        assert get(monitor, "/readyz") == (503, "the index cannot be read\n")
        assert get(monitor, "/healthz") == (200, "alive\n")


def test_readiness_follows_what_is_heard_of_telegram() -> None:
    now = 100.0
    health = Health(lambda: now, 60.0)
    assert health.problem == "not listening"
    health.listening = True
    assert health.problem == ""
    health.record_poll()
    now += 60.0
    assert health.problem == ""
    now += 1.0
    assert health.problem == "Telegram cannot be reached"
    health.record_poll()
    assert health.problem == ""


def test_metrics_count_questions_answers_errors_and_the_index(
    telegram: TelegramServer, answers: Canned, state: Path, monitor: Address
) -> None:
    answers.held = CorpusInfo(3, None, None, (), "model", 7, None)
    answers.known["Câu một?"] = answer_of(quote_of())
    answers.failures["Câu hỏng?"] = ValueError("Câu hỏng?")
    telegram.will("sendMessage", Refuse.too_many_requests(1), BadGateway())
    alice = telegram.person("Alice")
    limits = OperatingLimits(QUICK.retries, Quota(burst_per_sender=4), QUICK.sending)
    with BotInThread(telegram, answers, state, monitor=monitor, limits=limits):
        for question in ("Câu một?", "Câu hai?", "Câu hỏng?", "/help", "Câu thừa?"):
            alice.says(question)
            alice.hears()
        wait_for(lambda: counts(monitor)["hoibao_reply_seconds_count"] == 5)
        seen = counts(monitor)
    assert seen["hoibao_questions_total"] == 3
    assert {name: seen[f"hoibao_answers_total {name}"] for name in Outcome} == {
        "answered": 1,
        "chatted": 0,
        "abstained": 1,
        "failed": 1,
        "refused": 1,
    }
    assert seen["hoibao_telegram_errors_total RetryAfter"] == 1
    assert seen["hoibao_telegram_errors_total NetworkError"] == 1
    assert (seen["hoibao_articles"], seen["hoibao_index_version"], seen["hoibao_waiting"]) == (3, 7, 0)
    assert seen["process_resident_memory_bytes"] > 0


def test_latency_is_from_the_update_to_the_sent_answer(
    telegram: TelegramServer, answers: Canned, state: Path, monitor: Address
) -> None:
    gate = answers.gate("Câu một?")
    alice = telegram.person("Alice")
    with BotInThread(telegram, answers, state, monitor=monitor):
        alice.says("Câu một?")
        assert answers.began["Câu một?"].wait(20)
        assert counts(monitor)["hoibao_waiting"] == 1
        assert counts(monitor)["hoibao_reply_seconds_count"] == 0
        gate.set()
        alice.hears()
        wait_for(lambda: counts(monitor)["hoibao_reply_seconds_count"] == 1)
        assert counts(monitor)["hoibao_reply_seconds_sum"] > 0


def test_address_that_is_taken_is_one_clear_line(
    telegram: TelegramServer, answers: Canned, state: Path, monitor: Address
) -> None:
    with socket.socket() as other:
        other.bind((monitor.host, monitor.port))
        other.listen()
        bot = BotInThread(telegram, answers, state, monitor=monitor)
        bot.run()
    assert isinstance(bot.error, ListeningError)


def test_percentiles_are_of_recent_replies_by_nearest_rank() -> None:
    metrics = Metrics()
    assert metrics.percentile_s(50) is None
    for seconds in range(1, 21):
        metrics.observe_reply(float(seconds))
    assert (metrics.percentile_s(50), metrics.percentile_s(95), metrics.percentile_s(100)) == (10.0, 19.0, 20.0)


def test_errors_and_outcomes_are_told_by_kind() -> None:
    metrics = Metrics()
    metrics.count_telegram_error(TimedOut())
    metrics.count_telegram_error(RetryAfter(3))
    metrics.count_telegram_error(TimedOut())
    metrics.count_outcome(Outcome.ANSWERED)
    assert metrics.errors() == {"TimedOut": 2, "RetryAfter": 1}
    assert metrics.outcomes() == {"answered": 1, "chatted": 0, "abstained": 0, "failed": 0, "refused": 0}
