"""TREC runs: written, read back, refused."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from retrieval.errors import HoiBaoError, UsageError
from retrieval.evaluation.results import QuestionSetResult
from retrieval.evaluation.runs import ranks_any, read_run, write_run
from tests.retrieval.evaluation.examples import question_result, question_set, set_result, write_run_file


def test_a_run_is_written_as_trec_has_it() -> None:
    file = io.StringIO()
    write_run(QuestionSetResult("queries.jsonl", (question_result("a", ["b", "a"]),), {}), file)
    assert file.getvalue() == "qa Q0 b 1 1 hoibao\nqa Q0 a 2 0.99 hoibao\n"


def test_a_run_reads_back_as_written_spaces_in_ids_included(tmp_path: Path) -> None:
    one = set_result([True, False])
    assert read_run(write_run_file(one, tmp_path / "run.trec")) == {
        "q 0%": {"right one": 1.0},
        "q 1%": {"other": 1.0},
    }


def test_a_run_ranks_any_question_of_the_set_or_none() -> None:
    questions = question_set(set_result([True, True]))
    assert ranks_any({"q 1%": {"right one": 0.5}}, questions)
    assert not ranks_any({"other": {"a": 1.0}}, questions)


def test_what_is_no_run_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        read_run(tmp_path / "none")
    path = tmp_path / "run"
    for line in ("q Q0 a 1 high hoibao", "q a 1", "q Q0 a 1 nan hoibao"):
        path.write_text(f"q Q0 a 1 0.5 hoibao\n{line}\n", encoding="utf-8")
        with pytest.raises(HoiBaoError, match="run:2"):
            read_run(path)
