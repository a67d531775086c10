"""Comparing with a baseline: runs are read, and a difference is told from chance."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from retrieval.answering import Considered
from retrieval.comparison import compare, read_run, rows
from retrieval.errors import HoiBaoError, UsageError
from retrieval.evaluation import Outcome, Result, write_run
from retrieval.judgements import Judged, QuestionSet

NOTHING = Considered("", (), {}, 0.0, ())


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
    assert read_run(written(one, tmp_path / "run.trec"), questions(one)) == {
        "q 0%": {"right one": 1.0},
        "q 1%": {"other": 1.0},
    }


def test_a_run_is_no_better_than_itself(tmp_path: Path) -> None:
    one = result([True, False] * 20)
    for difference in compare(one, read_run(written(one, tmp_path / "run"), questions(one))):
        assert (difference.baseline, difference.run, difference.low, difference.high) == (50, 50, 0, 0)
        assert difference.p == 1


def test_a_clear_gain_is_significant_and_a_small_one_is_not(tmp_path: Path) -> None:
    before = result([False] * 30 + [True] * 30)
    baseline = read_run(written(before, tmp_path / "run"), questions(before))
    clear, _ = compare(result([True] * 60), baseline)
    assert clear.measure == "R@1" and clear.run - clear.baseline == pytest.approx(50)
    assert clear.p < 0.001 and 30 < clear.low < 50 < clear.high < 70
    small, _ = compare(result([True] + [False] * 29 + [True] * 30), baseline)
    assert small.p > 0.5 and small.low <= 0
    assert rows([("queries.jsonl", [clear])])[1][:4] == ["queries.jsonl R@1", "50.0", "100.0", "+50.0"]


def test_what_is_no_run_of_these_questions_is_refused_with_its_line(tmp_path: Path) -> None:
    one = result([True, True])
    with pytest.raises(UsageError, match="no such file"):
        read_run(tmp_path / "none", questions(one))
    path = tmp_path / "run"
    for line in ("q Q0 a 1 high hoibao", "q a 1"):
        path.write_text(f"q Q0 a 1 0.5 hoibao\n{line}\n", encoding="utf-8")
        with pytest.raises(HoiBaoError, match="run:2"):
            read_run(path, questions(one))
    path.write_text("q%200%25 Q0 a 1 0.5 hoibao\n", encoding="utf-8")
    with pytest.raises(HoiBaoError, match=r"lacks 1 judged questions of queries.jsonl: q 1%"):
        read_run(path, questions(one))
