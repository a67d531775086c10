"""Comparing with a baseline: a difference is told from chance."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from retrieval.evaluation.results import QuestionSetResult
from retrieval.evaluation.runs import read_run
from retrieval.evaluation.significance import compare_runs
from retrieval.evaluation.tables import difference_table
from tests.retrieval.evaluation.examples import set_result, write_run_file


def test_a_run_is_no_better_than_itself(tmp_path: Path) -> None:
    one = set_result([True, False] * 20)
    for difference in compare_runs(one, read_run(write_run_file(one, tmp_path / "run"))):
        assert (difference.baseline, difference.run, difference.low, difference.high) == (50, 50, 0, 0)
        assert difference.p == 1


def test_a_clear_gain_is_significant_and_a_small_one_is_not(tmp_path: Path) -> None:
    before = set_result([False] * 30 + [True] * 30)
    baseline = read_run(write_run_file(before, tmp_path / "run"))
    clear, _ = compare_runs(set_result([True] * 60), baseline)
    assert clear.measure == "R@1" and clear.run - clear.baseline == pytest.approx(50)
    assert clear.p < 0.001 and 30 < clear.low < 50 < clear.high < 70
    small, _ = compare_runs(set_result([True] + [False] * 29 + [True] * 30), baseline)
    assert small.p > 0.5 and small.low <= 0
    assert difference_table([("queries.jsonl", [clear])])[1][:4] == ["queries.jsonl R@1", "50.0", "100.0", "+50.0"]


def test_a_run_written_to_six_digits_or_more_keeps_the_order_of_close_scores(tmp_path: Path) -> None:
    [first] = set_result([True]).questions
    close = replace(first, ranking=(("x", 0.9999), ("a", 3e-7), ("right one", 2e-7)))
    one = QuestionSetResult("queries.jsonl", (close, first), {})
    assert [d.run for d in compare_runs(one, read_run(write_run_file(one, tmp_path / "run")))] == [
        d.baseline for d in compare_runs(one, read_run(tmp_path / "run"))
    ]


def test_one_question_can_be_compared(tmp_path: Path) -> None:
    baseline = read_run(write_run_file(set_result([False]), tmp_path / "run"))
    assert [(one.baseline, one.run, one.p) for one in compare_runs(set_result([True]), baseline)] == [
        (0, 100, 1),
        (0, 100, 1),
    ]


def test_a_question_that_the_run_lacks_counts_as_lost(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("q%200%25 Q0 right%20one 1 0.5 hoibao\n", encoding="utf-8")
    assert compare_runs(set_result([True, True]), read_run(tmp_path / "run"))[0].baseline == 50
