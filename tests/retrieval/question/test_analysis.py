"""Tests the tokens and terms of a question: question words are found, and not searched for."""

from __future__ import annotations

import pytest

from retrieval.datatypes import Field
from retrieval.vietnamese import document_terms
from tests.retrieval.questions import analysis_of


def terms_of(text: str) -> dict[Field, list[str]]:
    return {field: list(terms) for field, terms in analysis_of(text).terms.items()}


def test_a_question_is_searched_without_the_words_that_ask() -> None:
    assert terms_of("Giá gạo tăng bao nhiêu?") == {
        "exact": ["giá", "gạo", "tăng", "giá_gạo", "gạo_tăng"],
        "plain": ["gia", "gao", "tang", "gia_gao", "gao_tang"],
    }
    assert terms_of("vì sao 1.500 xe đổ")["plain"] == [
        "1",
        "500",
        "xe",
        "do",
        "1_500",
        "500_xe",
        "xe_do",
        "#1500",
    ]


def test_a_question_of_nothing_else_is_searched_as_it_is() -> None:
    assert terms_of("là ai?")["exact"] == ["là", "ai", "là_ai"]


def test_words_that_ask_are_found() -> None:
    assert analysis_of("Ai xây cầu như thế nào").asks == (True, False, False, True, True, True)
    assert analysis_of("Cầu hỏng thì sao?").asks == (False, False, False, True)


@pytest.mark.parametrize(
    ("question", "terms"),
    [
        ("For how much did Bayer buy Monsanto in 2018?", ["bayer", "monsanto", "2018"]),
        ("Who is the head of the Tien Yen Center?", ["tien", "yen", "center", "tien_yen", "yen_center"]),
        ("Monsanto was bought by whom and when?", ["monsanto"]),
        ("What did WHO say about the US?", ["who", "us"]),
        ("When did Le Thi Hong die?", ["le", "thi", "hong", "le_thi", "thi_hong"]),
        ("How many people died in TPHCM?", ["tp", "hcm", "tp_hcm"]),
        ("What can I do to be on time?", []),
    ],
)
def test_of_a_question_in_english_names_and_numbers_are_searched_for(question: str, terms: list[str]) -> None:
    assert terms_of(question) == {"exact": terms, "plain": terms}


@pytest.mark.parametrize(
    "question", ["Máy bay rơi vào đầu não", "Ngôi sao điện ảnh đau mắt", "Ứng dụng AI trong báo chí"]
)
def test_words_that_only_look_as_if_they_asked_are_searched_for(question: str) -> None:
    assert not any(analysis_of(question).asks)
    assert terms_of(question) == document_terms(question)
