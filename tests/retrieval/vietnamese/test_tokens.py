"""Index terms: syllables, bigrams, and one form for spelling variants."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.datatypes import Span
from retrieval.vietnamese.tokens import document_terms, number_terms, token_spans, tokens_of


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


def test_a_token_stands_where_it_is_written_also_where_it_is_written_out() -> None:
    text = "Ngày 07/02, CSGT phạt"
    assert token_spans(text) == [
        ("ngày", Span(0, 4)),
        ("7", Span(6, 7)),
        ("2", Span(9, 10)),
        *((token, Span(12, 16)) for token in ("cảnh", "sát", "giao", "thông")),
        ("phạt", Span(17, 21)),
    ]


PIECES = st.sampled_from(
    ["07/02", "0", "01", "CSGT", "TP.HCM", "GD&ĐT", "gạo ", "a\u0301", " ", ".", ",", "İ", "\u200b"]
)


@given(st.text(max_size=60) | st.lists(PIECES, max_size=12).map("".join))
def test_tokens_with_their_places_are_the_tokens(text: str) -> None:
    located = token_spans(text)
    assert [token for token, _ in located] == tokens_of(text, toned=True)
    assert all(0 <= span.start < span.end <= len(text) for _, span in located)
