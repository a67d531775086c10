"""Comparing with a baseline: runs are read, and a difference is told from chance."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest

from retrieval.answering.answers import Assessment
from retrieval.errors import HoiBaoError, UsageError
from retrieval.evaluation.measures import Outcome, Result, write_run
from retrieval.evaluation.question_sets import Judged, QuestionSet
from retrieval.evaluation.significance import compare_runs, covers, difference_table, read_run

NOTHING = Assessment((), 0.0, (), {}, ())


def result(found: list[bool], name: str = "queries.jsonl") -> Result:
    """Of questions for which the right article comes first, or not at all."""
    outcomes = tuple(
        Outcome(
            Judged(f"q {n}%", "?", (), {"right one": 1}), (("right one" if hit else "other", 1.0),), NOTHING, False, 0
        )
        for n, hit in enumerate(found)
    )
    return Result(name, outcomes, {})


def questions(of: Result) -> QuestionSet:
    return QuestionSet(of.name, tuple(one.question for one in of.outcomes))


def written(of: Result, path: Path) -> Path:
    file = io.StringIO()
    write_run(of, file)
    path.write_text(file.getvalue(), encoding="utf-8")
    return path


def test_a_run_reads_back_as_written_spaces_in_ids_included(tmp_path: Path) -> None:
    one = result([True, False])
    assert read_run(written(one, tmp_path / "run.trec")) == {
        "q 0%": {"right one": 1.0},
        "q 1%": {"other": 1.0},
    }


def test_a_run_is_no_better_than_itself(tmp_path: Path) -> None:
    one = result([True, False] * 20)
    for difference in compare_runs(one, read_run(written(one, tmp_path / "run"))):
        assert (difference.baseline, difference.run, difference.low, difference.high) == (50, 50, 0, 0)
        assert difference.p == 1


def test_a_clear_gain_is_significant_and_a_small_one_is_not(tmp_path: Path) -> None:
    before = result([False] * 30 + [True] * 30)
    baseline = read_run(written(before, tmp_path / "run"))
    clear, _ = compare_runs(result([True] * 60), baseline)
    assert clear.measure == "R@1" and clear.run - clear.baseline == pytest.approx(50)
    assert clear.p < 0.001 and 30 < clear.low < 50 < clear.high < 70
    small, _ = compare_runs(result([True] + [False] * 29 + [True] * 30), baseline)
    assert small.p > 0.5 and small.low <= 0
    assert difference_table([("queries.jsonl", [clear])])[1][:4] == ["queries.jsonl R@1", "50.0", "100.0", "+50.0"]


def test_a_run_written_to_six_digits_or_more_keeps_the_order_of_close_scores(tmp_path: Path) -> None:
    [first] = result([True]).outcomes
    close = replace(first, ranking=(("x", 0.9999), ("a", 3e-7), ("right one", 2e-7)))
    one = Result("queries.jsonl", (close, first), {})
    assert [d.run for d in compare_runs(one, read_run(written(one, tmp_path / "run")))] == [
        d.baseline for d in compare_runs(one, read_run(tmp_path / "run"))
    ]


def test_one_question_can_be_compared(tmp_path: Path) -> None:
    baseline = read_run(written(result([False]), tmp_path / "run"))
    assert [(one.baseline, one.run, one.p) for one in compare_runs(result([True]), baseline)] == [
        (0, 100, 1),
        (0, 100, 1),
    ]


def test_a_question_that_the_run_lacks_counts_as_lost(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("q%200%25 Q0 right%20one 1 0.5 hoibao\n", encoding="utf-8")
    run = read_run(tmp_path / "run")
    assert compare_runs(result([True, True]), run)[0].baseline == 50
    assert covers(run, questions(result([True])))
    assert not covers({"other": {"a": 1.0}}, questions(result([True])))


def test_what_is_no_run_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        read_run(tmp_path / "none")
    path = tmp_path / "run"
    for line in ("q Q0 a 1 high hoibao", "q a 1", "q Q0 a 1 nan hoibao"):
        path.write_text(f"q Q0 a 1 0.5 hoibao\n{line}\n", encoding="utf-8")
        with pytest.raises(HoiBaoError, match="run:2"):
            read_run(path)
