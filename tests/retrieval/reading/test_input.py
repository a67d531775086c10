"""Tests how question, headline and passage are laid out for the reader."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from retrieval.datatypes import PartialDate, Span
from retrieval.reading import Part, headline, lay_out
from retrieval.reading.input import MOST_PASSAGE_TOKENS, MOST_QUESTION_TOKENS


def letters(word: str) -> list[int]:
    return [100 + ord(letter) for letter in word]


def test_the_parts_stand_between_separators() -> None:
    laid_out = lay_out("ai đó", "Tít", "một  hai", letters)
    expected = [0, *letters("aiđó"), 2, 2, *letters("Tít"), 2, *letters("mộthai"), 2]
    assert list(laid_out.ids) == expected
    assert laid_out.parts.tolist() == [0, 1, 1, 1, 1, 0, 0, 2, 2, 2, 0, 3, 3, 3, 3, 3, 3, 0]
    assert laid_out.tokens_of(Part.PASSAGE).tolist() == [11, 12, 13, 14, 15, 16]


def test_tokens_know_where_their_word_stands() -> None:
    laid_out = lay_out("ai đó", "Tít", "một  hai", letters)
    assert laid_out.starts[11:17].tolist() == [0, 0, 0, 5, 5, 5]
    assert laid_out.ends[11:17].tolist() == [3, 3, 3, 8, 8, 8]
    assert laid_out.token_span(Part.PASSAGE, Span(5, 8)) == (14, 16)
    assert laid_out.token_span(Part.PASSAGE, Span(2, 6)) == (11, 16)  # whole words
    assert laid_out.token_span(Part.QUESTION, Span(3, 5)) == (3, 4)
    assert laid_out.token_span(Part.PASSAGE, Span(3, 5)) is None  # white space


def test_the_end_of_a_long_part_is_not_read() -> None:
    laid_out = lay_out("chữ " * 500, "", "chữ " * 500, letters)
    assert len(laid_out.tokens_of(Part.QUESTION)) == MOST_QUESTION_TOKENS // 3 * 3  # no word is cut
    assert len(laid_out.tokens_of(Part.PASSAGE)) == MOST_PASSAGE_TOKENS // 3 * 3
    assert len(laid_out.tokens_of(Part.HEADLINE)) == 0


def test_a_headline_has_the_day_if_one_is_known() -> None:
    assert headline("Giá gạo tăng", PartialDate(2023, 10, 20)) == "Giá gạo tăng (2023-10-20)"
    assert headline("Giá gạo tăng", None) == "Giá gạo tăng"


@given(st.text(max_size=80), st.text(max_size=80), st.text(max_size=80))
def test_whatever_is_read_every_token_stands_for_a_word_of_its_part(question: str, title: str, passage: str) -> None:
    laid_out = lay_out(question, title, passage, letters)
    texts = {Part.QUESTION: question, Part.HEADLINE: title, Part.PASSAGE: passage}
    for part, text in texts.items():
        for token in laid_out.tokens_of(part).tolist():
            word = text[laid_out.starts[token] : laid_out.ends[token]]
            assert word.strip() == word != ""
            assert laid_out.ids[token] - 100 in map(ord, word)
