"""Tests what the reader makes of its graph's scores."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import pytest

from retrieval.config import NO_READER, ReaderChoice
from retrieval.datatypes import Span
from retrieval.errors import ModelError
from retrieval.reading import PassageText, Reader, Reading, open_reader
from tests.retrieval.reading.graphs import known_reader

QUESTION, TITLE = "Cầu dài bao nhiêu ở Huế?", "Khánh thành cầu"
PASSAGE = "Cây cầu dài 1.200 mét , rộng 20 mét."


def reader(folder: Path) -> Reader:
    return known_reader(
        folder,
        {
            "<s>": (1.0, 1.0, 0.0, 2.5),
            "1.200": (6.0, 0.0, 0.0, 0.0),
            "mét": (0.0, 5.0, 0.0, 0.0),
            "20": (4.0, 0.0, 0.0, 0.0),
            "mét.": (0.0, 4.5, 0.0, 0.0),
            "ở": (0.0, 0.0, 0.5, 0.0),
            "Huế?": (9.0, 9.0, 3.0, 0.0),
        },
    )


def read(folder: Path, question: str, passages: Sequence[PassageText]) -> list[Reading]:
    readings = reader(folder).read(question, passages)
    return [one for one in readings if one is not None]


def test_the_answer_is_the_likeliest_span_of_the_passage(tmp_path: Path) -> None:
    [reading] = read(tmp_path, QUESTION, [PassageText(TITLE, PASSAGE)])
    assert reading.answer.of(PASSAGE) == "1.200 mét"  # not the question's words, however likely
    assert reading.answer_score == pytest.approx((6 + 5) / 2 - 1)
    assert reading.answerable == 2.5


def test_an_answer_does_not_end_before_it_begins(tmp_path: Path) -> None:
    [reading] = read(tmp_path, QUESTION, [PassageText(TITLE, "mét 20 mét 1.200")])
    assert reading.answer.of("mét 20 mét 1.200") == "20 mét"


def test_the_mass_of_a_sentence_is_the_probability_that_the_answer_lies_in_it(tmp_path: Path) -> None:
    [reading] = read(tmp_path, QUESTION, [PassageText(TITLE, PASSAGE)])
    first = [0, 0, 0, 6, 0, 0, 0, 4, 0]
    last = [0, 0, 0, 0, 5, 0, 0, 0, 4.5]
    shares = [[math.exp(one) / sum(map(math.exp, scores)) for one in scores] for scores in (first, last)]
    comma = PASSAGE.index(",")
    assert reading.mass(Span(0, comma)) == pytest.approx((sum(shares[0][:5]) + sum(shares[1][:5])) / 2)
    assert reading.mass(Span(0, len(PASSAGE))) == pytest.approx(1)
    assert reading.mass(Span(comma, comma)) == 0


def test_contradicted_words_that_follow_each_other_are_one_span(tmp_path: Path) -> None:
    [reading] = read(tmp_path, QUESTION, [PassageText(TITLE, PASSAGE)])
    assert reading.contradicted == 3
    assert [span.of(QUESTION) for span in reading.contradicted_words] == ["ở Huế?"]


def test_readings_come_in_the_order_of_the_passages(tmp_path: Path) -> None:
    texts = ["20 mét.", PASSAGE, "", "Cây cầu dài 1.200 mét ."]
    readings = read(tmp_path, QUESTION, [PassageText(TITLE, text) for text in texts])
    assert [one.answer.of(text) for one, text in zip(readings, texts, strict=True)] == [
        "20 mét.",
        "1.200 mét",
        "",
        "1.200 mét",
    ]
    assert read(tmp_path, QUESTION, []) == []


def test_no_passage_but_the_first_is_begun_after_the_time_of_a_question(tmp_path: Path) -> None:
    passages = [PassageText(TITLE, PASSAGE)] * 5
    out_of_time = known_reader(tmp_path, {}, budget_s=0.0).read(QUESTION, passages)
    assert [one is not None for one in out_of_time] == [True, False, False, False, False]
    assert all(known_reader(tmp_path, {}, budget_s=600.0).read(QUESTION, passages))


def test_an_empty_passage_answers_nothing(tmp_path: Path) -> None:
    [reading] = read(tmp_path, "", [PassageText("", "")])
    assert reading.answer_score == -20 and reading.mass(Span(0, 5)) == 0 and not reading.contradicted_words


def test_no_reader_is_opened_where_none_is_wanted() -> None:
    assert open_reader(NO_READER, print) is None


def test_a_reader_that_is_missing_or_damaged_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"no reader at .*absent.npz: `hoibao train reader` writes one"):
        open_reader(ReaderChoice(tmp_path / "absent.npz"), print)
    (tmp_path / "graph.onnx").write_bytes(b"no graph")
    with pytest.raises(ModelError, match="cannot load the reader from"):
        Reader(tmp_path / "graph.onnx", None)  # type: ignore[arg-type]
