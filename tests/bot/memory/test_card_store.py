from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.cards import CardContent, Heading
from bot.database import State
from bot.memory.card_store import CARD_LIFETIME, CardStore
from retrieval import Rewriting
from tests.bot.canned import abstention, answer_of, quote_of
from tests.bot.running import NOW

ANSWER = answer_of(quote_of())
CHAT, MESSAGE, USER = -100, 7, 55


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with State.open(tmp_path / "bot.db") as opened:
        yield opened


def added(cards: CardStore, at: dt.datetime = NOW) -> str:
    return cards.add(CHAT, USER, "vi", "Câu hỏi?", CardContent(ANSWER), at)


def test_a_card_is_found_in_its_message_also_after_a_restart(tmp_path: Path) -> None:
    with State.open(tmp_path / "bot.db") as before:
        cards = CardStore(before)
        key = added(cards)
        cards.mark_sent(key, CHAT, MESSAGE)
    with State.open(tmp_path / "bot.db") as after:
        shown = CardStore(after).find(key, CHAT, MESSAGE)
    assert shown is not None
    assert (shown.user, shown.language, shown.question, shown.message) == (USER, "vi", "Câu hỏi?", MESSAGE)
    assert shown.content == CardContent(ANSWER)


def test_a_chat_has_an_introduction_from_its_first_card_that_is_one(state: State) -> None:
    cards = CardStore(state)
    added(cards)
    assert not cards.has_introduction(CHAT)
    key = cards.add(CHAT, USER, "vi", "Câu hỏi?", CardContent(ANSWER, is_introduction=True), NOW)
    assert cards.has_introduction(CHAT) and not cards.has_introduction(CHAT + 1)
    card = cards.find(key, CHAT, MESSAGE)
    assert card is not None and card.content.is_introduction


def test_a_card_is_not_found_elsewhere(state: State) -> None:
    cards = CardStore(state)
    key = added(cards)
    assert cards.find(key, CHAT, MESSAGE) is not None  # before it is known where it was delivered
    cards.mark_sent(key, CHAT, MESSAGE)
    assert cards.find(key, CHAT + 1, MESSAGE) is None
    assert cards.find(key, CHAT, MESSAGE + 1) is None
    assert cards.find("other", CHAT, MESSAGE) is None


def test_what_is_changed_is_kept(state: State) -> None:
    cards = CardStore(state)
    key = added(cards)
    shown = cards.find(key, CHAT, MESSAGE)
    assert shown is not None
    quotes = answer_of(quote_of("Câu khác.", "Câu khác."))
    content = CardContent(abstention(), Heading("Câu hỏi?"), quotes)
    cards.update(replace(shown, content=content))
    changed = cards.find(key, CHAT, MESSAGE)
    assert changed is not None
    assert changed.content == content


def test_heading_is_kept_with_the_card(state: State) -> None:
    cards, heading = CardStore(state), Heading("Còn ở Huế?", Rewriting.CONTINUATION)
    key = cards.add(CHAT, USER, "vi", "Câu hỏi?", CardContent(ANSWER, heading), NOW)
    card = cards.find(key, CHAT, MESSAGE)
    assert card is not None
    assert card.content.heading == heading


def test_card_of_an_earlier_version_has_the_heading_of_its_answer(state: State) -> None:
    cards = CardStore(state)
    key = cards.add(CHAT, USER, "vi", "Câu hỏi?", CardContent(replace(ANSWER, read_as="Câu hỏi đã sửa?")), NOW)
    card = cards.find(key, CHAT, MESSAGE)
    assert card is not None
    assert card.content.heading == Heading("Câu hỏi đã sửa?", Rewriting.SPELLING)


def test_keys_are_short_and_not_to_be_guessed(state: State) -> None:
    keys = {added(CardStore(state)) for _ in range(50)}
    assert len(keys) == 50
    assert all(len(key) == 12 for key in keys)


def test_old_cards_are_forgotten(state: State) -> None:
    cards = CardStore(state)
    old, young = added(cards, NOW - CARD_LIFETIME - dt.timedelta(seconds=1)), added(cards, NOW - CARD_LIFETIME)
    added(cards)
    assert cards.find(old, CHAT, MESSAGE) is None
    assert cards.find(young, CHAT, MESSAGE) is not None


def test_no_more_cards_are_kept_than_allowed(state: State) -> None:
    cards = CardStore(state, most=3)
    keys = [added(cards) for _ in range(5)]
    assert [cards.find(key, CHAT, MESSAGE) is not None for key in keys] == [False, False, True, True, True]


def test_a_card_of_another_version_is_not_known(state: State) -> None:
    cards = CardStore(state)
    key = added(cards)
    with state.transaction() as connection:
        connection.execute("UPDATE shown SET answer = '{}'")
    assert cards.find(key, CHAT, MESSAGE) is None
