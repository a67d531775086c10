"""Answers as lines for a terminal."""

from __future__ import annotations

from dataclasses import replace

import click
import pytest

from retrieval.cli.answer_output import POSSIBLE_TEXT, answer_lines
from retrieval.datatypes import Answer, PartialDate, Quote, Span

BODY = "Sáng 8/3, cầu thông xe. Cầu dài 1.250 m và có bốn làn xe. Người dân hai bờ rất vui."
SENTENCE = "Cầu dài 1.250 m và có bốn làn xe."


def quote(text: str, sentence: str) -> Quote:
    start = 40
    at = start + text.index(sentence)
    return Quote(
        "a", start, start + len(text), text, Span(at, at + len(sentence)), "Thông xe cầu Ánh Dương", "Báo Sông Lam",
        PartialDate(2024, 3, 8), url="https://a.vn/1",
    )  # fmt: skip


def lines_of(answer: Answer) -> list[str]:
    return [click.unstyle(line) for line in answer_lines(answer)]


def test_the_answer_sentence_comes_first_then_its_source_then_all_of_the_quote() -> None:
    assert lines_of(Answer("Cầu dài bao nhiêu?", (quote(BODY, SENTENCE), quote("Có.", "Có.")), 0.9)) == [
        f"1. “{SENTENCE}”",
        "   — Thông xe cầu Ánh Dương",
        "   8/3/2024 · Báo Sông Lam · https://a.vn/1",
        f"   Cả đoạn: “{BODY}”",
        "",
        "2. “Có.”",
        "   — Thông xe cầu Ánh Dương",
        "   8/3/2024 · Báo Sông Lam · https://a.vn/1",
    ]


def test_the_answer_sentence_is_bold_in_both_places() -> None:
    first, *_, last = answer_lines(Answer("?", (quote(BODY, SENTENCE),), 0.9))
    assert click.style(SENTENCE, bold=True) in first
    assert click.style(SENTENCE, bold=True) in last


def test_an_answer_that_is_only_possible_asks_whether_it_is_one() -> None:
    answer = Answer("?", (quote(BODY, SENTENCE),), 0.5, is_sure=False)
    assert lines_of(answer)[:2] == [POSSIBLE_TEXT, f"1. “{SENTENCE}”"]


@pytest.mark.parametrize("span", [Span(40, 40), Span(500, 600)])
def test_a_quote_without_a_marked_sentence_is_shown_whole(span: Span) -> None:
    assert lines_of(Answer("?", (replace(quote(BODY, SENTENCE), answer_span=span),), 0.9))[0] == f"1. “{BODY}”"
