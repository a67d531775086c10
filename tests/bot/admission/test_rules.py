"""Access: strangers are turned away politely in private chats, and silently in groups."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.admission.rules import AccessControl
from bot.cards.texts import ENGLISH, VIETNAMESE
from bot.database import State
from bot.settings import AccessMode, AccessRules
from tests.bot.canned import Canned
from tests.bot.running import BotInThread
from tests.telegram_server import Group, Person, TelegramServer

PASSWORD = "chao-buoi-sang"


@pytest.fixture
def alice(telegram: TelegramServer) -> Person:
    return telegram.person("Alice")


@pytest.fixture
def stranger(telegram: TelegramServer) -> Person:
    return telegram.person("Mallory")


def by_list(*allowed: int) -> AccessRules:
    return AccessRules(AccessMode.LIST, frozenset(allowed))


BY_PASSWORD = AccessRules(AccessMode.PASSWORD, password=PASSWORD)


def test_only_those_on_the_list_are_answered(
    telegram: TelegramServer, answers: Canned, state: Path, alice: Person, stranger: Person
) -> None:
    with BotInThread(telegram, answers, state, access=by_list(alice.chat.id)):
        stranger.says("Câu của người lạ?")
        assert stranger.hears().text == VIETNAMESE.stranger
        alice.says("Câu một?")
        alice.hears()
    assert answers.asked == ["Câu một?"]


def test_stranger_reads_it_in_the_language_of_the_client(
    telegram: TelegramServer, answers: Canned, state: Path
) -> None:
    stranger = telegram.person("Mallory", "en")
    with BotInThread(telegram, answers, state, access=by_list(1)):
        stranger.says("/help")
        assert stranger.hears().text == ENGLISH.stranger


def test_group_on_the_list_may_ask_and_another_hears_nothing(
    telegram: TelegramServer, answers: Canned, state: Path, alice: Person, group: Group
) -> None:
    other = telegram.group()
    with BotInThread(telegram, answers, state, access=by_list(group.chat.id)):
        alice.says("/hoi Câu ở nhóm khác?", to=other)
        alice.says("/hoi Câu một?", to=group)
        group.hears()
    assert answers.asked == ["Câu một?"]
    assert other.has_heard() == []


def test_group_stays_on_the_list_when_it_becomes_a_supergroup(
    telegram: TelegramServer, answers: Canned, state: Path, alice: Person, group: Group
) -> None:
    new = telegram.group()
    for _ in range(2):
        with BotInThread(telegram, answers, state, access=by_list(group.chat.id)):
            if not answers.asked:
                group.becomes(new)
            alice.says("/hoi Câu một?", to=new)
            new.hears()
    assert answers.asked == ["Câu một?"] * 2


def test_password_by_deep_link_opens_the_bot_for_good(
    telegram: TelegramServer, answers: Canned, state: Path, stranger: Person, group: Group
) -> None:
    with BotInThread(telegram, answers, state, access=BY_PASSWORD):
        stranger.says("Câu một?")
        assert stranger.hears().text == VIETNAMESE.stranger
        stranger.says("/start sai-mat-khau")
        assert stranger.hears().text == VIETNAMESE.stranger
        stranger.says(f"/start {PASSWORD}")
        welcome = stranger.hears().text
        assert welcome.startswith("Chào bạn! Mình là HỏiBáo") and PASSWORD not in welcome
    with BotInThread(telegram, answers, state, access=BY_PASSWORD):
        stranger.says("Câu hai?")
        stranger.hears()
        stranger.says("/hoi Câu ba?", to=group)
        group.hears()
    assert answers.asked == ["Câu hai?", "Câu ba?"]


def test_password_that_was_changed_has_to_be_given_again(
    telegram: TelegramServer, answers: Canned, state: Path, stranger: Person
) -> None:
    with BotInThread(telegram, answers, state, access=BY_PASSWORD):
        stranger.says(f"/start {PASSWORD}")
        stranger.hears()
    with BotInThread(telegram, answers, state, access=AccessRules(AccessMode.PASSWORD, password="mat-khau-moi")):
        stranger.says("Câu một?")
        assert stranger.hears().text == VIETNAMESE.stranger


def test_passwords_cannot_be_tried_without_end(
    telegram: TelegramServer, answers: Canned, state: Path, stranger: Person
) -> None:
    with BotInThread(telegram, answers, state, access=BY_PASSWORD):
        for number in range(5):
            stranger.says(f"/start sai-{number}")
            assert stranger.hears().text == VIETNAMESE.stranger
        stranger.says("/start sai-5")
        assert stranger.hears().text == VIETNAMESE.too_fast
        stranger.says(f"/start {PASSWORD}")
        stranger.says("Câu một?")
        assert stranger.hears().text == VIETNAMESE.stranger
    assert answers.asked == []


def test_password_said_in_a_group_opens_nothing(
    telegram: TelegramServer, answers: Canned, state: Path, stranger: Person, group: Group
) -> None:
    with BotInThread(telegram, answers, state, access=BY_PASSWORD):
        stranger.says(f"/start {PASSWORD}", to=group)
        stranger.says("/hoi Câu một?", to=group)
        stranger.says("Câu hai?")
        assert stranger.hears().text == VIETNAMESE.stranger
    assert group.has_heard() == []


def test_start_with_a_parameter_is_no_password_where_none_is_asked_for(
    telegram: TelegramServer, bot: BotInThread, alice: Person
) -> None:
    alice.says("/start quang-cao")
    assert alice.hears().text.startswith("Chào bạn!")


def test_administrators_may_always_ask(tmp_path: Path) -> None:
    with State.open(tmp_path / "bot.db") as state:
        access = AccessControl(replace(BY_PASSWORD, admins=frozenset({99})), state)
        assert access.is_allowed(99, 99) and access.is_admin(99)
        assert not access.is_allowed(98, 98) and not access.is_admin(98) and not access.is_admin(None)


def test_neither_password_nor_a_quick_hash_of_it_is_kept(tmp_path: Path) -> None:
    with State.open(tmp_path / "bot.db") as state:
        AccessControl(BY_PASSWORD, state).grant(7)
        [(key,)] = state.rows("SELECT key FROM admitted")
    assert PASSWORD not in str(key) and len(str(key)) == 128
    assert PASSWORD not in repr(BY_PASSWORD)
