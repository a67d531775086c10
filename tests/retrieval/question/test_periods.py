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
    ("Ngày 30/12 có gì?", "2026-12-30", "2027-01-01", "Ngày 30/12"),
    ("Ngày 3/6 có gì?", "2026-06-03", "2026-06-05", "Ngày 3/6"),
    ("Vụ cháy 20/10/23 ở đâu?", "2023-10-20", "2023-10-22", "20/10/23"),
    ("Bão 2023-10-20 đi đâu?", "2023-10-20", "2023-10-22", "2023-10-20"),
    ("Từ 30/12/2024 đến 5/1/2025 mưa ở đâu?", "2024-12-30", "2025-01-07", "Từ 30/12/2024 đến 5/1/2025"),
    ("Từ 1/2 đến 3/2 có gì?", "2026-02-01", "2026-02-05", "Từ 1/2 đến 3/2"),
    ("12 đến 15/11 giải nào khai mạc?", "2026-11-12", "2026-11-17", "12 đến 15/11"),
    ("25/11 đường nào bị cấm?", "2026-11-25", "2026-11-27", "25/11"),
    ("Tháng mười một năm 2025 mưa ở đâu?", "2025-11-01", "2025-12-02", "Tháng mười một năm 2025"),
    ("Giá vàng 2 tuần trước là bao nhiêu?", "2026-11-09", "2026-11-17", "2 tuần trước"),
    ("3 tháng trước giá xăng bao nhiêu?", "2026-08-01", "2026-09-02", "3 tháng trước"),
    ("Cách đây 3 ngày ai thắng?", "2026-11-20", "2026-11-22", "Cách đây 3 ngày"),
    ("Tai nạn 24h qua xảy ra ở đâu?", "2026-11-22", "2026-11-23", "24h qua"),
    ("Đêm qua cháy ở đâu?", "2026-11-22", "2026-11-24", "Đêm qua"),
    ("Sáng nay kẹt xe ở đâu?", "2026-11-23", "2026-11-25", "Sáng nay"),
    ("Chiều nay mưa ở đâu?", "2026-11-23", "2026-11-25", "Chiều nay"),
    ("Tối nay đội nào đá?", "2026-11-23", "2026-11-25", "Tối nay"),
    ("Ngày mai mưa ở đâu?", "2026-11-24", "2026-11-26", "Ngày mai"),
    ("Mai trời mưa không?", "2026-11-24", "2026-11-26", "Mai"),
    ("Ngày kia lạnh không?", "2026-11-25", "2026-11-27", "Ngày kia"),
    ("Thứ hai tuần trước họp gì?", "2026-11-16", "2026-11-18", "Thứ hai tuần trước"),
    ("Thứ 7 vừa rồi ai thắng?", "2026-11-21", "2026-11-23", "Thứ 7 vừa rồi"),
    ("Thứ bảy tới đội nào đá?", "2026-11-28", "2026-11-30", "Thứ bảy tới"),
    ("Chủ nhật tuần trước có gì?", "2026-11-22", "2026-11-24", "Chủ nhật tuần trước"),
    ("Cuối tuần này lạnh bao nhiêu độ?", "2026-11-28", "2026-12-01", "Cuối tuần này"),
    ("Cuối tuần ai thắng?", "2026-11-21", "2026-11-24", "Cuối tuần"),
    ("Tuần sau có lạnh không?", "2026-11-30", "2026-12-08", "Tuần sau"),
    ("Tháng sau diễn ở đâu?", "2026-12-01", "2027-01-02", "Tháng sau"),
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


def test_a_month_may_be_named_by_a_word_where_there_are_tones() -> None:
    found = read_period("Bão tháng Mười mạnh cấp mấy?", MONDAY)
    assert found is not None and (found.words, found.since) == ("tháng Mười", dt.date(2026, 10, 1))
    assert read_period("chien thang muoi tran", MONDAY) is None


@pytest.mark.parametrize(
    "headline",
    [
        "Đội tuyển nữ thắng 2 trận liên tiếp",
        "Tôi qua cầu Long Biên mỗi sáng",
        "Kẹt xe trên đường 3 tháng 2",
        "Rằm tháng 7 cúng gì cho đúng?",
        "Thông tư 05/2024 hướng dẫn điều gì?",
        "Ba tháng trước khi sinh cần ăn gì?",
        "Hai ngày sau đó, tàu cập cảng",
        "Người thứ hai qua đời vì bệnh lạ",
        "Bà mẹ của ba con nhận giải thứ 2",
        "Một ngày của người gác rừng",
        "Trẻ 3 tháng 2 tuần tuổi biết lẫy chưa?",
        "Nhiều tháng qua dân thiếu nước",
        "Bé 7 tháng qua đời sau tai nạn",
        "Hóa thạch sống cách nay hơn 3 tỷ năm trước",
        "1/3 dân số sống ở đâu?",
        "Chấm 9/10 điểm cho món phở",
        "Phong trào 26/3 của thanh niên",
        "Khủng bố 11/9 thay đổi nước Mỹ ra sao?",
        "Hoa mai vàng nở rộ trước thềm năm mới",
        "Nam ca sĩ kể về tuổi thơ",
        "Bí quyết nấu bữa tối ngon",
        "Kiệt 24/7 hẻm 15/4 quận 8",
    ],
)
def test_a_headline_without_a_word_of_time_names_no_period(headline: str) -> None:
    assert read_period(headline, MONDAY) is None


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
    "question",
    [
        "Tin mới nhất về bão",
        "tin moi nhat ve bao",
        "Giá vàng hôm nay",
        "Hiện nay ai làm?",
        "Dầu thô giờ còn bao nhiêu?",
    ],
)
def test_some_questions_ask_for_what_is_new(question: str) -> None:
    assert wants_newest(question)


def test_most_questions_do_not_ask_for_what_is_new() -> None:
    assert not wants_newest("Nhà mới nào nhất giải?")
    assert not wants_newest("Bao giờ còn vé?")


@given(st.text(max_size=80) | st.from_regex(r"(ngày|tháng|năm|tết|quý)? ?[0-9]{1,4}([/.-][0-9]{1,4}){0,2} ?(qua|nay)?"))
def test_any_text_has_a_sensible_period_or_none(question: str) -> None:
    found = read_period(question, MONDAY)
    assert found is None or (dt.date(1990, 1, 1) <= found.since <= found.until)
