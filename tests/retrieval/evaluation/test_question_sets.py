"""BEIR folders: read, and refused with the line that is wrong."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from retrieval.errors import HoiBaoError, UsageError
from retrieval.evaluation.question_sets import JudgedQuestion, QuestionSet, read_question_sets
from tests.retrieval.evaluation.examples import beir_folder


def test_question_sets_are_read_with_their_judgements(tmp_path: Path) -> None:
    folder = beir_folder(tmp_path / "set", [])
    (folder / "queries.known.jsonl").write_text('{"_id": 7, "text": "Cầu?"}\n', encoding="utf-8")
    (folder / "qrels.known.tsv").write_text("query-id\tcorpus-id\tscore\n7\tb\t2\n", encoding="utf-8")
    plain, known = read_question_sets(folder)
    assert plain == QuestionSet("queries.jsonl", (JudgedQuestion("q1", "Giá gạo?", ("640",), {"a": 1}),))
    assert known.questions == (JudgedQuestion("7", "Cầu?", (), {"b": 2}),)
    assert read_question_sets(folder, ["queries.known.jsonl"]) == [known]


def test_files_that_make_no_sense_are_named_with_their_line(tmp_path: Path) -> None:
    folder = beir_folder(tmp_path / "set", [], qrels="q1 a 1\n")
    with pytest.raises(HoiBaoError, match=r"qrels\.tsv:2"):
        read_question_sets(folder)
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq1\ta\t0\n\n", encoding="utf-8")
    assert not read_question_sets(folder)[0].answerable
    for line in ('{"_id": "q1"}', '{"_id": "q1", "text": "?", "answers": "nắng"}', "[]"):
        (folder / "queries.jsonl").write_text(f"{line}\n", encoding="utf-8")
        with pytest.raises(HoiBaoError, match=r"queries\.jsonl:1"):
            read_question_sets(folder)
    with pytest.raises(UsageError, match="nothing to measure"):
        read_question_sets(tmp_path)


def test_a_question_without_an_id_is_refused(tmp_path: Path) -> None:
    folder = beir_folder(tmp_path / "set", [], qrels="q1\ta\t1\n")
    (folder / "queries.jsonl").write_text('{"_id": " ", "text": "?"}\n', encoding="utf-8")
    with pytest.raises(HoiBaoError, match=r"queries\.jsonl:1.*_id is empty"):
        read_question_sets(folder)


def test_a_day_to_ask_on_is_read_and_ids_are_as_in_the_index(tmp_path: Path) -> None:
    folder = beir_folder(tmp_path / "set", [], qrels="q1\ta  b \t1\n")
    (folder / "queries.jsonl").write_text('{"_id": "q1", "text": "?", "today": "2024-02-29"}\n', encoding="utf-8")
    [question] = read_question_sets(folder)[0].questions
    assert (question.today, question.relevant) == (dt.date(2024, 2, 29), {"a b": 1})
    (folder / "queries.jsonl").write_text('{"_id": "q1", "text": "?", "today": "29/2"}\n', encoding="utf-8")
    with pytest.raises(HoiBaoError, match=r"queries\.jsonl:1"):
        read_question_sets(folder)
