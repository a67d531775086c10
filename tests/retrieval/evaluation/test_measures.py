"""Measuring: files read, measures by hand arithmetic, runs written."""

from __future__ import annotations

import datetime as dt
import io
import json
import math
from pathlib import Path

import pytest

from retrieval.answering.answers import Assessment
from retrieval.datatypes import Hit, Passage, Quote, Span
from retrieval.errors import HoiBaoError, UsageError
from retrieval.evaluation.measures import (
    Outcome,
    Result,
    latencies,
    measure,
    measure_json_lines,
    measure_table,
    rank_articles,
    slice_table,
    sliced,
    write_run,
)
from retrieval.evaluation.question_sets import Judged, QuestionSet, read_sets, with_typos, without_tones
from retrieval.search.hybrid_search import SIGNALS
from tests.retrieval.conftest import Run


def assessment(*texts: str, confidence: float = 0.9, features: dict[str, float] | None = None) -> Assessment:
    quotes = tuple(Quote("right", 0, len(text), text, Span(0, text.index(".") + 1), "") for text in texts)
    return Assessment(quotes, confidence, (), features or {}, ())


def outcome(
    relevant: str, ranking: list[str], answers: tuple[str, ...] = (), quotes: Assessment | None = None
) -> Outcome:
    question = Judged(f"q{relevant}", "?", answers, {relevant: 1} if relevant else {})
    scored = tuple((article_id, 1.0 - place / 100) for place, article_id in enumerate(ranking))
    return Outcome(question, scored, quotes or assessment(), answered=bool(quotes), seconds=0.02)


def test_ranking_measures_are_those_of_hand_arithmetic() -> None:
    found = measure([outcome("a", ["a", "b"]), outcome("c", ["b", "a", "c"]), outcome("d", ["a"])])
    assert found["R@1"] == pytest.approx(100 / 3)
    assert found["R@5"] == pytest.approx(200 / 3)
    assert found["MRR@10"] == pytest.approx(100 * (1 + 1 / 3 + 0) / 3)
    assert found["nDCG@10"] == pytest.approx(100 * (1 + 1 / 2 + 0) / 3)  # 1 / log2(1 + 3) is a half


def test_answers_are_looked_for_in_the_first_quote_any_quote_and_the_marked_sentence() -> None:
    quotes = assessment("Trời nắng. Cầu dài 1.200  mét.", "Giá gạo tăng.")
    found = measure(
        [
            outcome("right", ["right"], ("trời NẮNG",), quotes),
            outcome("right", ["right"], ("1.200 mét",), quotes),
            outcome("right", ["right"], ("giá gạo",), quotes),
            outcome("right", ["right"], ("mưa",), quotes),
        ]
    )
    assert (found["marked sentence"], found["first quote"], found["any quote"]) == (25, 50, 75)


def test_a_set_without_judgements_has_only_the_share_that_was_answered() -> None:
    found = measure([outcome("", ["a"]), outcome("", ["a"], (), assessment("Một câu."))])
    assert set(found) == {"answered"}
    assert found["answered"] == 50


def test_articles_rank_by_their_best_passage() -> None:
    hits = [
        Hit(Passage(n, name, 0, 1), score, 0, 0) for n, (name, score) in enumerate([("a", 3.0), ("b", 2.0), ("a", 1.0)])
    ]
    assert rank_articles(hits) == (("a", 3.0), ("b", 2.0))


def test_latencies_are_the_median_and_the_95th_percentile() -> None:
    found = latencies([n / 1000 for n in range(1, 102)])
    assert found == {"p50 ms": pytest.approx(51), "p95 ms": pytest.approx(96)}


def test_a_run_is_written_as_trec_has_it() -> None:
    file = io.StringIO()
    write_run(Result("queries.jsonl", (outcome("a", ["b", "a"]),), {}), file)
    assert file.getvalue() == "qa Q0 b 1 1 hoibao\nqa Q0 a 2 0.99 hoibao\n"


def test_a_table_has_a_column_for_each_set() -> None:
    table = measure_table([Result("a", (), {"R@1": 50.0, "answered": 10.0}), Result("b", (), {"answered": 90.0})])
    assert table[0] == ["%", "a", "b"]
    assert ["R@1", "50.0", "-"] in table and ["answered", "10.0", "90.0"] in table


def beir(folder: Path, corpus: list[dict[str, str]], qrels: str = "q1\ta\t1\n") -> Path:
    folder.mkdir()
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in corpus)
    (folder / "corpus.jsonl").write_text(lines, encoding="utf-8")
    (folder / "queries.jsonl").write_text('{"_id": "q1", "text": "Giá gạo?", "answers": ["640"]}\n', encoding="utf-8")
    (folder / "qrels.tsv").write_text(f"query-id\tcorpus-id\tscore\n{qrels}", encoding="utf-8")
    return folder


def test_question_sets_are_read_with_their_judgements(tmp_path: Path) -> None:
    folder = beir(tmp_path / "set", [])
    (folder / "queries.known.jsonl").write_text('{"_id": 7, "text": "Cầu?"}\n', encoding="utf-8")
    (folder / "qrels.known.tsv").write_text("query-id\tcorpus-id\tscore\n7\tb\t2\n", encoding="utf-8")
    plain, known = read_sets(folder)
    assert plain == QuestionSet("queries.jsonl", (Judged("q1", "Giá gạo?", ("640",), {"a": 1}),))
    assert known.questions == (Judged("7", "Cầu?", (), {"b": 2}),)
    assert read_sets(folder, ["queries.known.jsonl"]) == [known]


def test_files_that_make_no_sense_are_named_with_their_line(tmp_path: Path) -> None:
    folder = beir(tmp_path / "set", [], qrels="q1 a 1\n")
    with pytest.raises(HoiBaoError, match=r"qrels\.tsv:2"):
        read_sets(folder)
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq1\ta\t0\n\n", encoding="utf-8")
    assert not read_sets(folder)[0].answerable
    for line in ('{"_id": "q1"}', '{"_id": "q1", "text": "?", "answers": "nắng"}', "[]"):
        (folder / "queries.jsonl").write_text(f"{line}\n", encoding="utf-8")
        with pytest.raises(HoiBaoError, match=r"queries\.jsonl:1"):
            read_sets(folder)
    with pytest.raises(UsageError, match="nothing to measure"):
        read_sets(tmp_path)


def test_a_question_without_an_id_is_refused(tmp_path: Path) -> None:
    folder = beir(tmp_path / "set", [], qrels="q1\ta\t1\n")
    (folder / "queries.jsonl").write_text('{"_id": " ", "text": "?"}\n', encoding="utf-8")
    with pytest.raises(HoiBaoError, match=r"queries\.jsonl:1.*_id is empty"):
        read_sets(folder)


def test_a_day_to_ask_on_is_read_and_ids_are_as_in_the_index(tmp_path: Path) -> None:
    folder = beir(tmp_path / "set", [], qrels="q1\ta  b \t1\n")
    (folder / "queries.jsonl").write_text('{"_id": "q1", "text": "?", "today": "2024-02-29"}\n', encoding="utf-8")
    [question] = read_sets(folder)[0].questions
    assert (question.today, question.relevant) == (dt.date(2024, 2, 29), {"a b": 1})
    (folder / "queries.jsonl").write_text('{"_id": "q1", "text": "?", "today": "29/2"}\n', encoding="utf-8")
    with pytest.raises(HoiBaoError, match=r"queries\.jsonl:1"):
        read_sets(folder)


def asked(*texts: str) -> QuestionSet:
    return QuestionSet("asked", tuple(Judged(str(n), text, (), {"a": 1}) for n, text in enumerate(texts)))


def test_a_set_can_be_asked_without_tones_and_with_a_slip_in_each_question() -> None:
    questions = asked("Giá gạo xuất khẩu tăng bao nhiêu?", "Cầu Ánh Dương dài mấy mét?")
    assert without_tones(questions).questions[0].text == "Gia gao xuat khau tang bao nhieu?"
    slips = with_typos(questions)
    assert slips == with_typos(questions)
    for before, after in zip(questions.questions, slips.questions, strict=True):
        changed = [a != b for a, b in zip(before.text.split(), after.text.split(), strict=True)]
        assert sum(changed) == 1 and after.relevant == before.relevant
    assert with_typos(asked("?!", "ở")).questions == asked("?!", "ở").questions


def test_kinds_of_questions_are_measured_apart() -> None:
    texts = ("Giá gạo năm 2023?", "gia gao bao nhieu", "Ai thăm cầu Ánh Dương vào buổi sáng hôm ấy?")
    outcomes = tuple(
        Outcome(one, (("a" if n else "b", 1.0),), assessment(), answered=False, seconds=0)
        for n, one in enumerate(asked(*texts).questions)
    )
    result = Result("set", outcomes, {})
    kinds = {name: [one.question.text for one in part] for name, part in sliced(result).items()}
    assert kinds == {
        "with tones": [texts[0], texts[2]],
        "without tones": [texts[1]],
        "short": [texts[0], texts[1]],
        "with a date": [texts[0]],
        "with a name": [texts[2]],
    }
    assert ["set with a date", "1", "0.0", "0.0", "-", "0.0"] in slice_table([result])
    assert ["set with a name", "1", "100.0", "100.0", "-", "0.0"] in slice_table([result])
    lines = [json.loads(line) for line in measure_json_lines([result])]
    assert [line.get("slice") for line in lines] == [None, *kinds]


def test_each_signal_is_measured_alone() -> None:
    [question] = asked("Giá gạo?").questions
    alone = {signal: {"a": 2.0, "b": 1.0} for signal in SIGNALS} | {"dense": {"b": 0.9, "a": 0.8}}
    outcome = Outcome(question, (("a", 1.0),), assessment(), answered=False, seconds=0, alone=alone)
    measures = measure([outcome])
    assert measures["nDCG@10 dense"] == pytest.approx(100 / math.log2(3))
    assert {measures[f"nDCG@10 {signal}"] for signal in SIGNALS[1:]} == {100}


def test_eval_measures_a_folder_and_writes_a_run(tmp_path: Path, hoibao: Run) -> None:
    folder = beir(
        tmp_path / "set",
        [
            {"_id": "a", "title": "Giá gạo", "text": "Giá gạo lên 640 đô la một tấn trong tuần qua."},
            {"_id": "b", "title": "Cầu mới", "text": "Cầu mới dài hơn một cây số, có bốn làn xe."},
        ],
    )
    cache = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    assert hoibao("sync", str(folder)).returncode == 0
    done = hoibao("eval", str(folder), "--json", "--run-out", str(tmp_path / "run.trec"), env=cache)
    assert done.returncode == 0, done.stderr
    [line] = done.stdout.splitlines()
    found = json.loads(line)
    assert (found["queries"], found["R@1"], found["nDCG@10"], found["first quote"]) == ("queries.jsonl", 100, 100, 100)
    assert (tmp_path / "run.trec").read_text(encoding="utf-8").startswith("q1 Q0 a 1 ")
    again = hoibao(
        *("eval", str(folder), "--typos", "--queries", "queries.jsonl", "--report", str(tmp_path / "report.html")),
        env=cache,
    )
    assert again.returncode == 0, again.stderr
    assert "queries.jsonl with typos" in again.stdout
    assert (tmp_path / "report.html").read_text(encoding="utf-8").count("data:image/svg+xml") == 4
    compared = hoibao("eval", str(folder), "--baseline", str(tmp_path / "run.trec"), env=cache)
    assert "queries.jsonl nDCG@10" in compared.stdout, compared.stderr


def test_a_run_without_a_folder_is_refused_before_anything_is_asked(tmp_path: Path, hoibao: Run) -> None:
    folder = beir(tmp_path / "set", [{"_id": "a", "title": "", "text": "Giá gạo tăng."}])
    cache = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    done = hoibao("eval", str(folder), "--run-out", str(tmp_path / "none" / "run.trec"), env=cache)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "to write run.trec into" in done.stderr
    assert not (tmp_path / "cache" / "hoibao" / "eval").exists()
