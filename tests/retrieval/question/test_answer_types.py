"""Tests answer types: which ones a question asks for, and which sentences fit them."""

from __future__ import annotations

import pytest

from retrieval.question.answer_types import answer_types_of, fit_answer_type
from retrieval.vietnamese import AnswerType, syllables


@pytest.mark.parametrize(
    ("question", "kinds"),
    [
        ("Cầu dài bao nhiêu mét?", {"number"}),
        ("cau dai bao nhieu met", {"number"}),
        ("Cầu khánh thành khi nào?", {"time"}),
        ("Ai thiết kế cây cầu?", {"person"}),
        ("Cầu nằm ở đâu?", {"place"}),
        ("Vì sao cầu sập?", {"reason"}),
        ("Kể về cây cầu", set()),
        ("Tài xế nói gì?", set()),  # `ai` inside a word is no question word
    ],
)
def test_the_words_of_a_question_say_what_it_asks_for(question: str, kinds: set[AnswerType]) -> None:
    assert answer_types_of(syllables(question)) == kinds


@pytest.mark.parametrize(
    ("kind", "better", "worse"),
    [
        ("number", "Cầu dài 1.200 mét.", "Cầu rất dài."),
        ("number", "Cầu có bốn làn.", "Cầu rất rộng."),
        ("time", "Cầu thông xe ngày 3/2.", "Cầu đã thông xe."),
        ("person", "Cầu do kỹ sư Trần Hòa thiết kế.", "Cầu do một kỹ sư thiết kế."),
        ("place", "Cầu bắc tại xã Hòa Bình.", "Cầu bắc qua dòng nước."),
        ("reason", "Cầu sập do mưa lớn.", "Cầu sập rồi."),
    ],
)
def test_a_sentence_of_the_kind_fits_better(kind: AnswerType, better: str, worse: str) -> None:
    assert fit_answer_type(kind, better, frozenset()) > fit_answer_type(kind, worse, frozenset())


def test_a_number_that_was_asked_with_is_no_answer() -> None:
    assert fit_answer_type("number", "Năm 2024 khởi công.", {"2024"}) < fit_answer_type(
        "number", "Năm 2025 khởi công.", {"2024"}
    )
