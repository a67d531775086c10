from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.database import State
from bot.memory.feedback import Verdict, Vote, toggle_vote
from retrieval.datatypes import Hit, Passage
from tests.bot.canned import quote_of
from tests.bot.running import NOW

QUOTE = replace(quote_of(), hit=Hit(Passage(3, "a1", 100, 200), 0.5, 0.9, 7.5, {"share": 0.8}))
VOTE = Vote("key", 55, Verdict.GOOD, QUOTE, 0.9)


@pytest.fixture
def state(tmp_path: Path) -> Iterator[State]:
    with State.open(tmp_path / "bot.db") as opened:
        yield opened


def verdicts(state: State) -> list[tuple[object, ...]]:
    return state.rows("SELECT card, user, verdict, start FROM feedback ORDER BY at, rowid")


def test_a_verdict_is_stored_with_its_passage_and_signals_without_the_question(state: State) -> None:
    assert toggle_vote(state, VOTE, NOW)
    [row] = state.rows("SELECT card, user, verdict, at, article, start, end, signals, question FROM feedback")
    *about, signals, question = row
    assert about == ["key", 55, "good", NOW.timestamp(), "a1", QUOTE.start, QUOTE.end]
    assert json.loads(str(signals)) == {"share": 0.8, "score": 0.5, "cosine": 0.9, "bm25": 7.5, "confidence": 0.9}
    assert question is None


def test_the_question_is_stored_when_it_is_given(state: State) -> None:
    toggle_vote(state, VOTE, NOW, "Câu hỏi?")
    assert state.rows("SELECT question FROM feedback") == [("Câu hỏi?",)]


def test_the_same_verdict_again_takes_it_back(state: State) -> None:
    assert [toggle_vote(state, VOTE, NOW) for _ in range(3)] == [True, False, True]
    assert len(verdicts(state)) == 1


def test_the_other_verdict_replaces_it(state: State) -> None:
    toggle_vote(state, VOTE, NOW)
    assert toggle_vote(state, replace(VOTE, verdict=Verdict.BAD), NOW)
    assert verdicts(state) == [("key", 55, "bad", QUOTE.start)]


def test_verdicts_of_others_and_on_other_passages_stand_beside_it(state: State) -> None:
    toggle_vote(state, VOTE, NOW)
    toggle_vote(state, replace(VOTE, user=56, verdict=Verdict.BAD), NOW)
    toggle_vote(state, replace(VOTE, quote=replace(QUOTE, start=500)), NOW)
    assert [row[1:] for row in verdicts(state)] == [
        (55, "good", QUOTE.start), (56, "bad", QUOTE.start), (55, "good", 500)
    ]  # fmt: skip


def test_a_quote_without_signals_is_stored_too(state: State) -> None:
    toggle_vote(state, replace(VOTE, quote=quote_of()), NOW)
    assert state.rows("SELECT signals FROM feedback") == [('{"confidence": 0.9}',)]
