"""Every kind of card fits one screen of a phone, as Chromium draws it."""

from __future__ import annotations

import shutil

import pytest

from bot.cards import Card
from tests.bot.arbitrary import received
from tests.bot.card_states import LENGTH, all_states
from tests.studies.card_heights import PHONE_HEIGHT, PHONE_WIDTH
from tests.telegram_server.screen import measure

CHROMIUM = shutil.which("chromium")
STATES = all_states()
QUOTING = ("first", "sure", "possible", "chosen", "largest")


def test_every_card_but_the_greeting_has_at_most_two_rows_of_buttons() -> None:
    rows = {name: len(card.keyboard) for name, card in STATES.items()}
    assert rows == {**dict.fromkeys(QUOTING, 2), "none": 1, "why": 1, "welcome": 3, "corpus": 0}


@pytest.mark.parametrize("name", QUOTING)
def test_the_words_that_answer_stand_in_the_first_block(name: str) -> None:
    content = received(STATES[name])
    first = next(entity for entity in content["entities"] if "blockquote" in entity["type"])
    assert first["type"] == "blockquote" and first["offset"] < 120
    assert LENGTH in content["text"][first["offset"] : first["offset"] + first["length"]]


@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
def test_every_card_fits_one_screen_with_the_answer_sentence_in_its_first_third() -> None:
    messages = [{"from": {"is_bot": True}, "date": 0, **received(card)} for card in STATES.values()]
    drawn = dict(zip(STATES, measure(messages, PHONE_WIDTH, CHROMIUM or ""), strict=True))
    assert {name for name, one in drawn.items() if one.height > PHONE_HEIGHT} == set()
    assert {name for name in QUOTING if drawn[name].first_block_end > PHONE_HEIGHT / 3} == set()


@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
def test_a_card_that_is_too_high_is_noticed() -> None:
    card = Card("Một dòng.\n" * 60)
    [drawn] = measure([{"from": {"is_bot": True}, "date": 0, **received(card)}], PHONE_WIDTH, CHROMIUM or "")
    assert drawn.height > PHONE_HEIGHT
    assert drawn.first_block_end == 0
