"""Tests periods: which one a question asks for, and which words only look like one."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.question.periods import read_period, wants_newest
from retrieval.vietnamese.text import toneless

MONDAY = dt.date(2026, 11, 23)

PERIODS = [
    ("Giá vàng hôm qua bao nhiêu?", "2026-11-22", "2026-11-24", "hôm qua"),
    ("Hôm kia ai thắng?", "2026-11-21", "2026-11-23", "Hôm kia"),
    ("Tối qua có động đất ở đâu?", "2026-11-22", "2026-11-24", "Tối qua"),
    ("Ngày 20/10 ai làm việc với tỉnh?", "2026-10-20", "2026-10-22", "Ngày 20/10"),
    ("Ngày 30/12 có gì?", "2025-12-30", "2026-01-01", "Ngày 30/12"),
    ("Sáng 3/2 tai nạn ở đâu?", "2026-02-03", "2026-02-05", "Sáng 3/2"),
    ("Ngày 20 tháng 10 năm 2023 có gì?", "2023-10-20", "2023-10-22", "Ngày 20 tháng 10 năm 2023"),
    ("20-10-2023 có gì?", "2023-10-20", "2023-10-22", "20-10-2023"),
    ("Bão tháng 10/2023 gây hại gì?", "2023-10-01", "2023-11-02", "tháng 10/2023"),
    ("Tháng 9 năm 2024 mưa ở đâu?", "2024-09-01", "2024-10-02", "Tháng 9 năm 2024"),
    ("Giá xăng đầu tháng 2 là bao nhiêu?", "2026-02-01", "2026-02-12", "đầu tháng 2"),
    ("Cuối tháng 2/2024 có gì?", "2024-02-20", "2024-03-02", "Cuối tháng 2/2024"),
    ("Từ tháng 3 đến tháng 5 năm 2024 mưa ở đâu?", "2024-03-01", "2024-06-02", "Từ tháng 3 đến tháng 5 năm 2024"),
    ("Tuần trước giá xăng tăng mấy lần?", "2026-11-16", "2026-11-24", "Tuần trước"),
    ("Cuối tuần qua ai thắng?", "2026-11-21", "2026-11-24", "Cuối tuần qua"),
    ("Tháng trước nhập bao nhiêu xe?", "2026-10-01", "2026-11-02", "Tháng trước"),
    ("Trong 3 ngày qua mưa ở đâu?", "2026-11-20", "2026-11-23", "Trong 3 ngày qua"),
    ("Quý 1/2024 xuất khẩu bao nhiêu?", "2024-01-01", "2024-06-29", "Quý 1/2024"),
    ("Năm ngoái đón bao nhiêu khách?", "2025-01-01", "2026-03-31", "Năm ngoái"),
    ("Năm 2017 đón bao nhiêu khách?", "2017-01-01", "2018-03-31", "Năm 2017"),
    ("Tết 2024 nghỉ mấy ngày?", "2024-01-27", "2024-02-24", "Tết 2024"),
]


@pytest.mark.parametrize(("question", "since", "until", "words"), PERIODS)
def test_a_period_is_read_with_tones_and_without(question: str, since: str, until: str, words: str) -> None:
    for typed, said in ((question, words), (toneless(question), toneless(words))):
        found = read_period(typed, MONDAY)
        assert found is not None
        assert (str(found.since), str(found.until), found.words, found.kept) == (since, until, said, True)


@pytest.mark.parametrize(
    "question",
    [
        "World Cup 2018 ai vô địch?",
        "Nghị định 100/2019 quy định gì?",
        "Ông sinh năm 1990 ở đâu?",
        "Tỷ lệ 2/9 nghĩa là gì?",
        "Trực 24/7 là gì?",
        "Năm 1945 ai đọc Tuyên ngôn?",
        "Kế hoạch năm 2030 là gì?",
        "Ngày 30/2 có gì?",
        "Tháng 13 có gì?",
        "Phòng 1/2 ở đâu?",
        "Covid-19 lây thế nào?",
        "Giá vàng hôm nay bao nhiêu?",
        "Từ năm 2020 đến năm 2022 có gì?",
        "Ngày 3/2 và ngày 5/2 khác gì?",
        "Bà 100 tuổi sống ở đâu?",
        "1.500 người đi đâu?",
        "Ai thắng trận thứ hai?",
        "",
    ],
)
def test_what_is_no_period_is_not_read_as_one(question: str) -> None:
    assert read_period(question, MONDAY) is None


def test_combining_marks_do_not_hide_a_period() -> None:
    found = read_period("Gi\u00e1 va\u0300ng h\u00f4m qua?", MONDAY)
    assert found is not None and found.since == dt.date(2026, 11, 22)


@pytest.mark.parametrize(
    "question", ["Tin mới nhất về bão", "tin moi nhat ve bao", "Giá vàng hôm nay", "Hiện nay ai làm?"]
)
def test_some_questions_ask_for_what_is_new(question: str) -> None:
    assert wants_newest(question)


def test_most_questions_do_not_ask_for_what_is_new() -> None:
    assert not wants_newest("Nhà mới nào nhất giải?")


@given(st.text(max_size=80) | st.from_regex(r"(ngày|tháng|năm|tết|quý)? ?[0-9]{1,4}([/.-][0-9]{1,4}){0,2} ?(qua|nay)?"))
def test_any_text_has_a_sensible_period_or_none(question: str) -> None:
    found = read_period(question, MONDAY)
    assert found is None or (dt.date(1990, 1, 1) <= found.since <= found.until and found.since <= MONDAY)
