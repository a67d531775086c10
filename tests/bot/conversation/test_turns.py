"""Each update is parsed once, whether a reply, a refusal, an error or nothing follows."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest
from telegram import Message, User

from bot.admission.quotas import Quota
from bot.cards.buttons import CallbackData, decode_callback
from bot.cards.texts import VIETNAMESE
from bot.conversation import turns
from bot.conversation.intents import Intent, parse_intent
from bot.settings import AccessMode, AccessRules
from tests.bot.canned import Canned, answer_of, quote_of
from tests.bot.running import QUICK, BotInThread
from tests.telegram_server import Group, Person, TelegramServer


class Calls:
    """The parsers of messages and taps, with a record of their calls."""

    def __init__(self) -> None:
        self.messages: list[int] = []
        self.callbacks: list[str | None] = []

    def parse_intent(self, message: Message, me: User) -> Intent:
        self.messages.append(message.message_id)
        return parse_intent(message, me)

    def decode_callback(self, data: str | None) -> CallbackData | None:
        self.callbacks.append(data)
        return decode_callback(data)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    noted = Calls()
    monkeypatch.setattr(turns, "parse_intent", noted.parse_intent)
    monkeypatch.setattr(turns, "decode_callback", noted.decode_callback)
    return noted


def test_message_is_parsed_once(calls: Calls, alice: Person) -> None:
    said = [alice.says(text).id for text in ("Ai?", "/help", "/start", "/lenhla")]
    for _ in said:
        alice.hears()
    assert calls.messages == said


def test_message_whose_handler_fails_is_parsed_once(
    calls: Calls, telegram: TelegramServer, answers: Canned, state: Path
) -> None:
    alice = telegram.person("Alice")
    with BotInThread(telegram, answers, state, access=AccessRules(AccessMode.PASSWORD, password="mat-khau-a")):
        with sqlite3.connect(state) as other:
            other.execute("ALTER TABLE admitted RENAME TO gone")
        other.close()
        said = alice.says("Ai?").id
        assert alice.hears().text == VIETNAMESE.crashed
    assert calls.messages == [said]


def test_message_that_is_refused_is_parsed_once(
    calls: Calls, telegram: TelegramServer, answers: Canned, state: Path
) -> None:
    alice = telegram.person("Alice")
    with BotInThread(telegram, answers, state, limits=replace(QUICK, quota=Quota(burst_per_sender=1))):
        said = [alice.says("/help").id, alice.says("/help").id]
        assert {alice.hears().text, alice.hears().text} >= {VIETNAMESE.too_fast}
    assert calls.messages == said


def test_message_that_asks_for_nothing_is_parsed_once(
    calls: Calls, bot: BotInThread, group: Group, alice: Person
) -> None:
    said = alice.says("Chào cả nhà", to=group).id
    alice.says("/help")
    alice.hears()
    assert calls.messages.count(said) == 1


def test_tap_is_decoded_once(calls: Calls, answers: Canned, alice: Person) -> None:
    answers.known["Ai?"] = answer_of(quote_of())
    alice.says("Ai?")
    card = alice.hears()
    alice.taps(card, VIETNAMESE.good_button).is_told()
    assert calls.callbacks == [card.button(VIETNAMESE.good_button)["callback_data"]]
