"""Personal data: described, kept only with consent, and deleted."""

from __future__ import annotations

import contextlib
import datetime as dt
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from bot import background
from bot.cards.texts import ENGLISH, VIETNAMESE
from bot.database import State
from bot.memory.export import export_feedback
from retrieval.datatypes import PreviousTurn
from retrieval.evaluation.question_sets import read_question_sets
from retrieval.indexing import maintenance as upkeep
from retrieval.service import QuestionAnswering
from tests.bot.canned import Canned, answer_of, quote_of
from tests.bot.running import NOW, ROOT, BotInThread, held_bytes, wait_for
from tests.telegram_server import Group, Person, Reply, TelegramServer
from tests.telegram_server.messages import shown

QUESTION = "Bộ trưởng yêu cầu gì?"
SECRET = "Chuyện riêng của Alice là gì?"


@pytest.fixture(autouse=True)
def known(answers: Canned) -> None:
    for question in (QUESTION, SECRET):
        answers.known[question] = answer_of(quote_of(), question=question)


def rows(state: Path, statement: str) -> Sequence[tuple[object, ...]]:
    with contextlib.closing(sqlite3.connect(state)) as connection:
        return connection.execute(statement).fetchall()


def kept_questions(state: Path) -> list[object]:
    return [question for (question,) in rows(state, "SELECT question FROM feedback ORDER BY rowid")]


def votes(person: Person, question: str = QUESTION, label: str = "👍") -> Reply:
    """Asks and votes; returns the card."""
    person.says(question)
    card = person.hears()
    person.taps(card, label).is_told()
    return card


# --- consent ---------------------------------------------------------------------------------------------------------


def test_first_vote_asks_once_whether_the_question_may_be_kept(alice: Person, state: Path) -> None:
    votes(alice)
    asked = alice.hears()
    assert asked.text == shown(VIETNAMESE.consent)
    assert asked.buttons == [[VIETNAMESE.agree_button, VIETNAMESE.refuse_button]]
    votes(alice, label="👎")
    alice.says("/help")
    assert alice.hears().text == shown(VIETNAMESE.help)
    assert kept_questions(state) == [None, None]


def test_who_agrees_has_the_question_kept_with_this_vote_and_later_ones(alice: Person, state: Path) -> None:
    votes(alice)
    asked = alice.hears()
    alice.taps(asked, VIETNAMESE.agree_button)
    assert alice.waits_for_edit(asked).text == shown(VIETNAMESE.consent_given)
    votes(alice, SECRET)
    assert kept_questions(state) == [QUESTION, SECRET]


def test_who_does_not_agree_has_figures_kept_only(alice: Person, state: Path) -> None:
    votes(alice)
    asked = alice.hears()
    alice.taps(asked, VIETNAMESE.refuse_button)
    assert alice.waits_for_edit(asked).text == shown(VIETNAMESE.consent_refused)
    votes(alice, SECRET)
    assert kept_questions(state) == [None, None]


def test_gopy_says_what_was_said_and_lets_it_be_changed(alice: Person, state: Path) -> None:
    alice.says("/gopy")
    first = alice.hears()
    assert first.text == shown(VIETNAMESE.consent)
    alice.taps(first, VIETNAMESE.agree_button)
    alice.waits_for_edit(first)
    votes(alice)
    alice.says("/gopy")
    second = alice.hears()
    assert second.text == f"{shown(VIETNAMESE.consent)}\n\n{shown(VIETNAMESE.consent_given)}"
    assert kept_questions(state) == [QUESTION]
    alice.taps(second, VIETNAMESE.refuse_button)
    alice.waits_for_edit(second)
    assert kept_questions(state) == [None]


def test_consent_to_ones_own_questions_keeps_nobody_elses(
    telegram: TelegramServer, alice: Person, group: Group, state: Path
) -> None:
    alice.says("/gopy")
    asked = alice.hears()
    alice.taps(asked, VIETNAMESE.agree_button)
    alice.waits_for_edit(asked)
    bob = telegram.person("Bob")
    bob.says(f"/hoi {SECRET}", to=group)
    card = group.hears()
    alice.taps(card, "👍").is_told()
    assert kept_questions(state) == [None]


def test_vote_in_a_group_asks_nothing_there(alice: Person, group: Group) -> None:
    alice.says(f"/hoi {QUESTION}", to=group)
    alice.taps(group.hears(), "👍").is_told()
    said = alice.says("/hoi", to=group)
    assert group.hears().reply_to == said.id


def test_what_is_kept_of_a_follow_up_is_what_was_searched_for(answers: Canned, alice: Person, state: Path) -> None:
    searched = "Bộ trưởng yêu cầu khi nào?"
    answers.known["khi nào?"] = replace(answer_of(quote_of()), read_as=searched, turn=PreviousTurn(searched, QUESTION))
    alice.says("/gopy")
    asked = alice.hears()
    alice.taps(asked, VIETNAMESE.agree_button)
    alice.waits_for_edit(asked)
    votes(alice, "khi nào?")
    assert kept_questions(state) == [searched]


# --- deletion --------------------------------------------------------------------------------------------------------


def traces(state: Path, *wanted: object) -> list[str]:
    """Returns where any of these values is in a table, or their texts in the files."""
    found = []
    for (table,) in rows(state, "SELECT name FROM sqlite_master WHERE type = 'table'"):
        for row in rows(state, f"SELECT * FROM {table}"):
            if any(value == cell or str(value) in str(cell) for value in wanted for cell in row):
                found.append(f"{table}: {row}")
    texts = [value.encode() for value in wanted if isinstance(value, str)]
    for file in state.parent.glob(f"{state.name}*"):
        found += [f"{file.name}: {text.decode()}" for text in texts if text in file.read_bytes()]
    return found


def test_xoadulieu_deletes_every_trace_after_it_was_confirmed(
    telegram: TelegramServer, alice: Person, group: Group, state: Path
) -> None:
    bob = telegram.person("Bob")
    votes(alice, SECRET)
    asked = alice.hears()
    alice.taps(asked, VIETNAMESE.agree_button)
    alice.waits_for_edit(asked)
    alice.says(f"/hoi {SECRET}", to=group)
    card = group.hears()
    alice.taps(card, "👎").is_told()
    bob.taps(card, "👍").is_told()
    votes(bob)
    bob.hears()
    assert traces(state, alice.chat.id, SECRET)

    alice.says("/xoadulieu")
    confirm = alice.hears()
    assert confirm.text == shown(VIETNAMESE.forget)
    assert traces(state, alice.chat.id, SECRET)
    alice.taps(confirm, VIETNAMESE.forget_button)
    assert alice.waits_for_edit(confirm).text == shown(VIETNAMESE.forgotten.format(cards=2, votes=2))
    # The tap itself is stored for as long as it is being handled.
    wait_for(lambda: not traces(state, alice.chat.id, SECRET))
    # What others have said stays.
    assert len(rows(state, "SELECT * FROM feedback")) == 2
    assert traces(state, bob.chat.id)


def test_what_is_deleted_while_another_program_reads_the_database_leaves_it_afterwards(
    telegram: TelegramServer, answers: Canned, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(background, "DELETE_EVERY_S", 0.05)
    alice = telegram.person("Alice")
    with BotInThread(telegram, answers, state), contextlib.closing(sqlite3.connect(state)) as other:
        alice.says(SECRET)
        alice.hears()
        alice.says("/xoadulieu")
        confirm = alice.hears()
        other.execute("BEGIN")
        other.execute("SELECT * FROM shown")
        alice.taps(confirm, VIETNAMESE.forget_button)
        alice.waits_for_edit(confirm)
        assert SECRET.encode() in held_bytes(state)
        other.rollback()
        wait_for(lambda: SECRET.encode() not in held_bytes(state))


def test_deleting_can_be_thought_better_of(alice: Person, state: Path) -> None:
    votes(alice)
    alice.hears()
    alice.says("/xoadulieu")
    confirm = alice.hears()
    alice.taps(confirm, VIETNAMESE.keep_button)
    assert alice.waits_for_edit(confirm).text == VIETNAMESE.nothing_forgotten
    assert len(kept_questions(state)) == 1


def test_deleting_twice_does_no_harm(alice: Person, state: Path) -> None:
    votes(alice)
    alice.hears()
    alice.says("/xoadulieu")
    confirm = alice.hears()
    for tap in alice.taps_twice(confirm, VIETNAMESE.forget_button):
        tap.is_told()
    assert alice.sees(confirm).buttons == []
    wait_for(lambda: not traces(state, alice.chat.id))


def test_buttons_of_what_was_deleted_say_that_they_are_old(alice: Person) -> None:
    card = votes(alice)
    alice.hears()
    alice.says("/xoadulieu")
    confirm = alice.hears()
    alice.taps(confirm, VIETNAMESE.forget_button)
    alice.waits_for_edit(confirm)
    assert alice.taps(card, "👍").is_told().text == VIETNAMESE.expired_note


def test_in_a_group_nothing_is_said_of_what_is_stored(alice: Person, group: Group) -> None:
    for order in ("/xoadulieu", "/gopy", "/riengtu"):
        alice.says(order, to=group)
    said = alice.says("/hoi", to=group)
    assert group.hears().reply_to == said.id


@pytest.mark.parametrize(("language", "texts"), [("vi", VIETNAMESE), ("en", ENGLISH)], ids=["vi", "en"])
def test_riengtu_tells_what_is_kept_and_for_how_long(
    telegram: TelegramServer, bot: BotInThread, language: str, texts: object
) -> None:
    expected = ENGLISH if texts is ENGLISH else VIETNAMESE
    alice = telegram.person("Alice", language)
    alice.says("/riengtu")
    assert alice.hears().text == shown(expected.privacy.format(minutes=30, days=30))


def test_what_is_too_old_is_deleted_though_nobody_asks(telegram: TelegramServer, answers: Canned, state: Path) -> None:
    alice = telegram.person("Alice")
    with BotInThread(telegram, answers, state):
        alice.says(SECRET)
        alice.hears()
    later = BotInThread(telegram, answers, state)
    later.now = NOW + dt.timedelta(minutes=31)
    with later:
        assert rows(state, "SELECT * FROM turn") == []
        assert len(rows(state, "SELECT * FROM shown")) == 1
    much_later = BotInThread(telegram, answers, state)
    much_later.now = NOW + dt.timedelta(days=31)
    with much_later:
        assert traces(state, alice.chat.id) == []


# --- measured --------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_votes_of_people_are_measured_by_eval(telegram: TelegramServer, state: Path, tmp_path: Path) -> None:
    index = tmp_path / "index"
    upkeep.sync_index(index, [ROOT / "seeds"])
    question = "Bộ trưởng Tô Lâm yêu cầu gì về phòng chống tội phạm?"
    alice = telegram.person("Alice")
    with QuestionAnswering.open(index) as answers, BotInThread(telegram, answers, state):
        votes(alice, question, VIETNAMESE.yes_button)  # the answer is only possible
        asked = alice.hears()
        alice.taps(asked, VIETNAMESE.agree_button)
        alice.waits_for_edit(asked)
    with State.open(state) as opened:
        export_feedback(opened, tmp_path / "feedback")
    assert read_question_sets(tmp_path / "feedback")[0].questions[0].text == question
    command = [sys.executable, "-m", "retrieval", "--index", str(index), "eval", str(tmp_path / "feedback"), "--json"]
    measured = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert '"R@1": 100.0' in measured
