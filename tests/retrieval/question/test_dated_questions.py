"""Tests the judged questions about a period: their form, and the period read from each."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest

from retrieval.evaluation.question_sets import read_question_sets
from retrieval.question.periods import read_period, wants_newest

FOLDER = Path(__file__).with_name("dated")
ROWS = [json.loads(line) for line in (FOLDER / "queries.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['_id']} {row['text']}")
def test_the_period_is_read(row: dict[str, Any]) -> None:
    period = read_period(row["text"], dt.date.fromisoformat(row["today"]))
    assert (period and str(period.since), period and str(period.until)) == (row["since"], row["until"])


def test_every_question_has_a_right_article_and_a_day() -> None:
    [questions] = read_question_sets(FOLDER)
    assert len(questions.questions) == len(ROWS) >= 60
    assert all(question.relevant and question.today for question in questions.questions)


def test_some_ask_for_a_period_some_for_what_is_new_and_some_for_neither() -> None:
    dated = [row for row in ROWS if row["since"]]
    newest = [row for row in ROWS if not row["since"] and wants_newest(row["text"])]
    assert len(dated) >= 40
    assert len(newest) >= 8
    assert len(ROWS) - len(dated) - len(newest) >= 15
