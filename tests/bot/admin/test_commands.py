"""The commands of administrators: status, reload, and a menu of their own."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from bot.admin.texts import Status, status_text
from bot.cards.texts import ENGLISH, VIETNAMESE
from bot.settings import AccessRules
from retrieval.datatypes import CorpusInfo
from retrieval.errors import IndexDamagedError
from tests.bot.canned import Canned, answer_of, quote_of
from tests.bot.running import BotInThread
from tests.telegram_server import Group, Person, Refuse, TelegramServer
from tests.telegram_server.messages import read_text

HELD = CorpusInfo(3, None, None, (), "model", 7, None)


@pytest.fixture
def admin(telegram: TelegramServer) -> Person:
    return telegram.person("Admin")


@pytest.fixture
def alice(telegram: TelegramServer) -> Person:
    return telegram.person("Alice")


def of(admin: Person) -> AccessRules:
    return AccessRules(admins=frozenset({admin.chat.id}))


def test_status_tells_queue_latency_index_and_errors(
    telegram: TelegramServer, answers: Canned, state: Path, admin: Person, alice: Person
) -> None:
    answers.held = HELD
    answers.known["Câu một?"] = answer_of(quote_of())
    answers.gate("Câu chờ?")
    bob = telegram.person("Bob")
    telegram.will("sendMessage", Refuse.too_many_requests(1))
    with BotInThread(telegram, answers, state, access=of(admin)):
        for question in ("Câu một?", "Câu hai?"):
            alice.says(question)
            alice.hears()
        bob.says("Câu chờ?")
        assert answers.began["Câu chờ?"].wait(20)
        admin.says("/trangthai")
        told = admin.hears().text
        answers.open_gates()
    assert "đang chờ hoặc đang xử lý 1 tin nhắn" in told
    assert "1 có trả lời, 1 không có trong kho, 0 lỗi, 0 bị từ chối" in told
    assert "3 bài, phiên bản 7, đồng bộ không có" in told
    assert "Lỗi Telegram: RetryAfter: 1" in told
    assert " ms" in told


def test_reload_takes_the_index_in_and_tells_what_it_holds(
    telegram: TelegramServer, answers: Canned, state: Path, admin: Person
) -> None:
    answers.held = HELD
    with BotInThread(telegram, answers, state, access=of(admin)):
        admin.says("/taiban")
        assert admin.hears().text == VIETNAMESE.reloaded.format(version=7, articles=3)
        answers.refresh_failure = IndexDamagedError("corpus.db cannot be read")
        admin.says("/taiban")
        assert admin.hears().text == VIETNAMESE.reload_failed


def test_others_and_groups_get_no_such_command(
    telegram: TelegramServer, answers: Canned, state: Path, admin: Person, alice: Person, group: Group
) -> None:
    with BotInThread(telegram, answers, state, access=of(admin)):
        for command in ("/trangthai", "/taiban"):
            alice.says(command)
            assert alice.hears().text == VIETNAMESE.unknown_command
            admin.says(command, to=group)
        admin.says("/hoi Câu một?", to=group)
        group.hears()
    assert len(group.has_heard()) == 1


def test_commands_are_in_the_menus_of_administrators_only(
    telegram: TelegramServer, answers: Canned, state: Path, admin: Person, alice: Person
) -> None:
    english = telegram.person("Boss", "en")
    access = AccessRules(admins=frozenset({admin.chat.id, english.chat.id}))
    with BotInThread(telegram, answers, state, access=access):
        pass
    assert {"trangthai", "taiban", "hoi"} <= {command["command"] for command in telegram.menu_of(admin)}
    assert ENGLISH.admin_commands["taiban"] in [command["description"] for command in telegram.menu_of(english)]
    assert not {"trangthai", "taiban"} & {command["command"] for command in telegram.menu_of(alice)}


def test_administrator_who_never_wrote_to_the_bot_keeps_it_from_nothing(
    telegram: TelegramServer, answers: Canned, state: Path, alice: Person
) -> None:
    telegram.will("setMyCommands", *[Refuse(400, "Bad Request: chat not found")] * 3)
    with BotInThread(telegram, answers, state, access=of(alice)):
        alice.says("Câu một?")
        alice.hears()


@pytest.mark.parametrize("texts", [VIETNAMESE, ENGLISH], ids=["vi", "en"])
def test_status_is_legal_whatever_went_wrong(texts: object) -> None:
    holdings = CorpusInfo(34_000, None, None, (), "model", 12, dt.datetime(2024, 5, 1, 7, tzinfo=dt.UTC))
    outcomes = {"answered": 1, "abstained": 2, "failed": 3, "refused": 4}
    status = Status(dt.datetime.now(dt.UTC), 0, None, 1.5, outcomes, {}, holdings, "<b>" * 1000)
    assert texts in (VIETNAMESE, ENGLISH)
    shown, _ = read_text(status_text(status, VIETNAMESE if texts is VIETNAMESE else ENGLISH), "HTML")
    assert "1500 ms" in shown and "34000" in shown and "01" in shown
