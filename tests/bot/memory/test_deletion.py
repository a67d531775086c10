"""What is deleted is in no byte of the files, at once or when nobody reads them any more."""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot.cards import CardContent
from bot.database import State
from bot.memory import (
    TURN_LIFETIME,
    CardStore,
    History,
    Place,
    Verdict,
    Vote,
    delete_expired,
    delete_person,
    record_consent,
    toggle_vote,
)
from retrieval import PreviousTurn
from tests.bot.canned import answer_of, quote_of
from tests.bot.running import NOW, held_bytes

SECRET = "Chuyện riêng của Alice là gì?"
PLACE = Place(5, 0, 5)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "bot.db"


@pytest.fixture
def state(path: Path) -> Iterator[State]:
    with State.open(path) as opened:
        yield opened


def has_asked(state: State) -> None:
    History(state).record(PLACE, PreviousTurn(SECRET, SECRET), NOW)


def starts_afresh(state: State) -> None:
    History(state).clear(PLACE)


def has_voted(state: State) -> None:
    record_consent(state, PLACE.user, NOW, given=True)
    toggle_vote(state, Vote("key", PLACE.user, Verdict.GOOD, quote_of(), 0.9), NOW, SECRET)


def withdraws_consent(state: State) -> None:
    record_consent(state, PLACE.user, NOW, given=False)


def has_a_card(state: State) -> None:
    CardStore(state).add(PLACE.chat, PLACE.user, "vi", SECRET, CardContent(answer_of(quote_of())), NOW)


def has_all_deleted(state: State) -> None:
    delete_person(state, PLACE.user)


Act = Callable[[State], None]
DELETIONS = pytest.mark.parametrize(
    ("before", "deletes"),
    [
        (has_asked, starts_afresh),
        (has_voted, withdraws_consent),
        (has_a_card, has_all_deleted),
    ],
)


@DELETIONS
def test_deleted_text_is_in_no_byte(state: State, path: Path, before: Act, deletes: Act) -> None:
    before(state)
    assert SECRET.encode() in held_bytes(path)
    deletes(state)
    assert SECRET.encode() not in held_bytes(path)


@DELETIONS
def test_text_deleted_while_another_program_reads_is_in_no_byte_once_that_has_ended(
    state: State, path: Path, before: Act, deletes: Act
) -> None:
    before(state)
    with contextlib.closing(sqlite3.connect(path)) as other:
        other.execute("BEGIN")
        other.execute("SELECT * FROM shown")
        deletes(state)
        assert SECRET.encode() in held_bytes(path)
        assert not delete_expired(state, NOW)
        other.rollback()
        assert delete_expired(state, NOW)
        assert SECRET.encode() not in held_bytes(path)


def test_expired_text_is_in_no_byte(state: State, path: Path) -> None:
    has_asked(state)
    assert delete_expired(state, NOW + TURN_LIFETIME)
    assert SECRET.encode() in held_bytes(path)
    assert delete_expired(state, NOW + TURN_LIFETIME + dt.timedelta(seconds=1))
    assert SECRET.encode() not in held_bytes(path)
