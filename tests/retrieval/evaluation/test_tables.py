"""Tables and JSON lines of measures."""

from __future__ import annotations

import json

from retrieval.evaluation.results import QuestionResult, QuestionSetResult
from retrieval.evaluation.slices import slice_results
from retrieval.evaluation.tables import measure_json_lines, measure_table, slice_table
from tests.retrieval.evaluation.examples import question_set_of


def test_a_table_has_a_column_for_each_set() -> None:
    sets = ({"R@1": 50.0, "answered": 10.0}, {"answered": 90.0})
    table = measure_table([QuestionSetResult(name, (), own) for name, own in zip("ab", sets, strict=True)])
    assert table[0] == ["%", "a", "b"]
    assert ["R@1", "50.0", "-"] in table and ["answered", "10.0", "90.0"] in table


def test_slices_are_measured_apart() -> None:
    texts = ("Giá gạo năm 2023?", "gia gao bao nhieu", "Ai thăm cầu Ánh Dương vào buổi sáng hôm ấy?")
    results = tuple(
        QuestionResult(question, (("a" if n else "b", 1.0),), (), confidence=0.0, answered=False, seconds=0)
        for n, question in enumerate(question_set_of(*texts).questions)
    )
    result = QuestionSetResult("set", results, {})
    slices = {name: [one.question.text for one in questions] for name, questions in slice_results(result).items()}
    assert slices == {
        "with tones": [texts[0], texts[2]],
        "without tones": [texts[1]],
        "short": [texts[0], texts[1]],
        "with a date": [texts[0]],
        "with a name": [texts[2]],
    }
    assert ["set with a date", "1", "0.0", "0.0", "-", "0.0"] in slice_table([result])
    assert ["set with a name", "1", "100.0", "100.0", "-", "0.0"] in slice_table([result])
    lines = [json.loads(line) for line in measure_json_lines([result])]
    assert [line.get("slice") for line in lines] == [None, *slices]
