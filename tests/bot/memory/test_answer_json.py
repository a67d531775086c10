"""A stored answer is the answer that was given."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.memory.answer_json import UnreadableAnswerError, from_json, to_json
from retrieval.datatypes import (
    AbstainReason,
    Answer,
    Browse,
    DialogueAct,
    Filter,
    Headline,
    Hit,
    PartialDate,
    Passage,
    Period,
    Quote,
    Span,
)
from tests.bot.canned import answer_of, quote_of

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
NUMBERS = st.integers(0, 10**6)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
DATES = st.none() | st.dates().map(PartialDate.of) | st.builds(PartialDate, st.integers(1, 9999), st.integers(1, 12))
HITS = st.builds(
    Hit, st.builds(Passage, NUMBERS, TEXTS, NUMBERS, NUMBERS), FLOATS, FLOATS, FLOATS, st.dictionaries(TEXTS, FLOATS)
)
QUOTES = st.builds(
    Quote, TEXTS, NUMBERS, NUMBERS, TEXTS, st.builds(Span, NUMBERS, NUMBERS), TEXTS, st.none() | TEXTS, DATES, DATES,
    st.none() | TEXTS, st.none() | HITS, copies=NUMBERS,
)  # fmt: skip
HEADLINES = st.builds(Headline, TEXTS, TEXTS, st.none() | TEXTS, DATES, st.none() | TEXTS)
PERIODS = st.none() | st.builds(Period, st.dates(), st.dates(), TEXTS, st.booleans())
BROWSES = st.none() | st.builds(Browse, st.builds(Filter, st.none() | st.dates()), st.none() | TEXTS)
ANSWERS = st.builds(
    Answer, TEXTS, st.lists(QUOTES, max_size=3).map(tuple), FLOATS, reason=st.none() | st.sampled_from(AbstainReason),
    nearest=st.lists(HEADLINES, max_size=3).map(tuple), period=PERIODS, read_as=st.none() | TEXTS, newest=DATES,
    act=st.sampled_from(DialogueAct), browse=BROWSES, headlines=st.lists(HEADLINES, max_size=3).map(tuple),
)  # fmt: skip


@settings(max_examples=150)
@given(ANSWERS)
def test_an_answer_comes_back_as_it_was(answer: Answer) -> None:
    assert from_json(to_json(answer)) == answer


def test_what_an_older_version_did_not_know_has_its_default() -> None:
    text = to_json(answer_of(quote_of())).replace(',"copies":0', "")
    assert "copies" not in text
    assert from_json(text) == answer_of(quote_of())


def test_a_card_of_before_dialogue_acts_is_of_a_question() -> None:
    new = ',"act":"question","browse":null,"headlines":[],"verdict":null'
    text = to_json(answer_of(quote_of()))
    assert new in text
    assert from_json(text.replace(new, "")) == answer_of(quote_of())


def test_what_an_older_version_kept_and_this_one_does_not_know_is_left_out() -> None:
    text = to_json(answer_of(quote_of())).replace(',"copies":0', ',"copies":0,"matches":{"text":["a"]}')
    assert "matches" in text
    assert from_json(text) == answer_of(quote_of())


@pytest.mark.parametrize("text", ["", "{", "[]", '{"question": 1}', '{"question": "a"}'])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(UnreadableAnswerError):
        from_json(text)


def test_days_are_kept_as_days() -> None:
    period = Period(dt.date(2023, 10, 1), dt.date(2023, 11, 2), "tháng 10/2023")
    assert from_json(to_json(Answer("?", (), 0.0, period=period))).period == period
