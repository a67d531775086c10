"""Index terms: syllables, bigrams, and one form for spelling variants."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.question.weights import question_terms
from retrieval.vietnamese.question_words import question_word_flags
from retrieval.vietnamese.tokens import document_terms, number_terms, tokens_of


def test_terms_are_syllables_and_pairs_with_and_without_tones() -> None:
    assert document_terms("Gạo tăng giá") == {
        "exact": ["gạo", "tăng", "giá", "gạo_tăng", "tăng_giá"],
        "plain": ["gao", "tang", "gia", "gao_tang", "tang_gia"],
    }


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("1.500 người", "#1500"),
        ("1500 người", "#1500"),
        ("1,5 nghìn người", "#1500"),
        ("1,5 ngan nguoi", "#1500"),
        ("2.000.000 đồng", "#2000000"),
        ("2 triệu đồng", "#2000000"),
        ("2,5 tỷ đồng", "#2500000000"),
        ("hơn 12.345,67 tỉ", "#12345670000000"),
        ("2,5 ty dong", "#2500000000"),
    ],
)
def test_a_number_has_one_term_however_it_is_written(text: str, term: str) -> None:
    assert number_terms(text) == [term]
    assert document_terms(text)["exact"][-1] == document_terms(text)["plain"][-1] == term


@pytest.mark.parametrize(
    "text",
    [
        "năm 2023",
        "20/10/2023",
        "20.10.2023",
        "1,5 độ",
        "12 người",
        "điện thoại 0912-345",
        "Nghị định 100/2019",
        "1.5 triệu",
        "mua 5 ti vi",
    ],
)
def test_years_dates_and_small_numbers_have_no_term_of_their_own(text: str) -> None:
    assert number_terms(text) == []


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("CSGT xử phạt", "cảnh sát giao thông xử phạt"),
        ("UBND TP.HCM họp", "Ủy ban nhân dân thành phố Hồ Chí Minh họp"),
        ("Sở GD&ĐT", "Sở giáo dục và đào tạo"),
        ("Bộ GD-ĐT", "Bộ giáo dục và đào tạo"),
        ("hdnd tinh", "hội đồng nhân dân tinh"),
        ("csdt bắt", "cảnh sát điều tra bắt"),
    ],
)
def test_an_abbreviation_is_what_it_stands_for(short: str, long: str) -> None:
    assert tokens_of(short, toned=True) == tokens_of(long, toned=True)
    assert tokens_of(short, toned=False) == tokens_of(long, toned=False)


def test_days_and_months_are_written_without_a_leading_zero() -> None:
    assert tokens_of("ngày 07/02/2024, 7-2", toned=True) == ["ngày", "7", "2", "2024", "7", "2"]
    assert tokens_of("0 độ, 007, 1.05, a0", toned=True) == ["0", "độ", "007", "1", "05", "a0"]


def test_words_that_only_look_like_one_stay() -> None:
    assert tokens_of("gd mới", toned=True) == ["gd", "mới"]
    assert tokens_of("tỷ giá NDT", toned=True) == ["tỷ", "giá", "ndt"]
    assert tokens_of("BTC công bố", toned=True) == ["btc", "công", "bố"]


@given(st.text(max_size=80))
def test_any_text_has_terms_without_whitespace(text: str) -> None:
    for terms in document_terms(text).values():
        assert all(term and not any(char.isspace() for char in term) for term in terms)


def test_a_question_is_searched_without_the_words_that_ask() -> None:
    assert question_terms("Giá gạo tăng bao nhiêu?") == {
        "exact": ["giá", "gạo", "tăng", "giá_gạo", "gạo_tăng"],
        "plain": ["gia", "gao", "tang", "gia_gao", "gao_tang"],
    }
    assert question_terms("vì sao 1.500 xe đổ")["plain"] == [
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
    assert question_terms("là ai?")["exact"] == ["là", "ai", "là_ai"]


def test_words_that_ask_are_found() -> None:
    assert question_word_flags("Ai xây cầu như thế nào") == [True, False, False, True, True, True]
    assert question_word_flags("Cầu hỏng thì sao?") == [False, False, False, True]


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
    assert question_terms(question) == {"exact": terms, "plain": terms}


@pytest.mark.parametrize(
    "question", ["Máy bay rơi vào đầu não", "Ngôi sao điện ảnh đau mắt", "Ứng dụng AI trong báo chí"]
)
def test_words_that_only_look_as_if_they_asked_are_searched_for(question: str) -> None:
    assert not any(question_word_flags(question))
    assert question_terms(question) == document_terms(question)
