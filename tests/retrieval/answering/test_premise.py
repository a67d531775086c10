"""Premises: which names and numbers of a question an article must hold, by articles written for this."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from retrieval.answering.premise import missing_premises
from retrieval.datatypes import Article, PartialDate, Period
from tests.retrieval.questions import question_of

FINE = Article(
    "fine",
    "Liên đoàn phạt đội tuyển Lào",
    "Hôm 12/3, liên đoàn trừ đội tuyển Lào ba điểm vì dùng cầu thủ Souphanouvong Inthavong không hợp lệ.\n"
    "Huấn luyện viên Nguyễn Văn Bền nói đội đã nộp phạt 45 triệu đồng ở Viêng Chăn từ năm 2021.",
    PartialDate(2022, 3, 13),
)


def missing(question: str, article: Article = FINE) -> tuple[str, ...]:
    return missing_premises(question_of(question), article)


@pytest.mark.parametrize(
    ("question", "lacking"),
    [
        ("Vì sao đội tuyển Thái Lan bị trừ 3 điểm?", ("Thái Lan",)),
        ("Thái Lan bị trừ mấy điểm?", ("Thái Lan",)),
        ("Đội nộp phạt ở Chiang Rai, Viêng Chăn hay Nam Định?", ("Chiang Rai", "Nam Định")),
        ("Huấn luyện viên Nguyễn Văn Sáng nộp phạt bao nhiêu?", ("Nguyễn Văn Sáng",)),
        ("Vì sao đội tuyển Lào bị trừ 6 điểm?", ("6 điểm",)),
        ("Ai nộp phạt 54 triệu đồng?", ("54 triệu",)),
        ("Đội đã nộp phạt ở đâu vào năm 2019?", ("2019",)),
        ("Ai nộp phạt 54 triệu đồng ở Chiang Rai?", ("Chiang Rai", "54 triệu")),
    ],
)
def test_what_the_article_does_not_hold_is_listed(question: str, lacking: tuple[str, ...]) -> None:
    assert missing(question) == lacking


@pytest.mark.parametrize(
    "question",
    [
        "Vì sao đội tuyển Lào bị trừ 3 điểm?",
        "Vi sao doi tuyen Lao bi tru 3 diem?",
        "Theo ông Nguyễn Văn Bền, đội nộp phạt bao nhiêu?",  # the first word is no part of a name
        "Ai dùng cầu thủ Souphanouvon Inthavong?",  # misspelt
        "Đội tuyển bị phạt gì năm 2022?",  # the year of publication
        "HLV ở VN nói gì?",  # abbreviations are written in other ways
        "Đội tuyển Anh nộp phạt ở đâu?",  # a syllable alone may be any word
        "Thế kỷ 21 đội bị phạt mấy lần?",
        "Why was Thailand fined 54 million?",
        "Thái Lan bị trừ 6 điểm",  # no question
    ],
)
def test_what_may_be_written_otherwise_is_not_missed(question: str) -> None:
    assert missing(question) == ()


@pytest.mark.parametrize(
    ("question", "place", "lacking"),
    [
        ("Vụ cháy chợ ở Bình Thuận xảy ra lúc nào?", "tỉnh Lâm Đồng", ()),
        ("Vụ cháy chợ ở Lâm Đồng xảy ra lúc nào?", "Bình Thuận", ()),
        ("Vu chay cho o Binh Duong xay ra luc nao?", "TP.HCM", ()),
        ("Vụ cháy chợ ở phường Bình Dương xảy ra lúc nào?", "Thành phố Hồ Chí Minh", ()),
        ("Vụ cháy chợ ở Bình Thuận xảy ra lúc nào?", "Đắk Nông", ("Bình Thuận",)),  # both part of Lâm Đồng now
        ("Vụ cháy chợ ở Nghệ An xảy ra lúc nào?", "Hà Tĩnh", ("Nghệ An",)),
    ],
)
def test_a_merged_province_may_have_its_other_name(question: str, place: str, lacking: tuple[str, ...]) -> None:
    article = Article("fire", "Cháy chợ lúc nửa đêm", f"Vụ cháy chợ xảy ra ở {place} lúc 0h30.")
    assert missing(question, article) == lacking


def test_a_year_is_missed_only_in_an_article_with_a_date() -> None:
    body = "Chợ hoa mở cửa lúc 5 giờ sáng, sớm hơn năm 2020."
    question = "Chợ hoa mở cửa lúc mấy giờ năm 2019?"
    assert missing(question, Article("undated", "Chợ hoa", body)) == ()
    assert missing(question, Article("dated", "Chợ hoa", body, PartialDate(2021))) == ("2019",)
    assert missing(question, Article("of that year", "Chợ hoa", body, PartialDate(2019, 1))) == ()


BRIDGE = Article(
    "bridge",
    "Cầu An Hải 2 thông xe sau 17 tháng",
    "Sáng 4/9, tỉnh Phú Yên thông xe cầu An Hải 2 dài 1,4 km, tốn 71 tỷ đồng theo Quyết định số 46.\n"
    "Ông Trần Quốc Vượng, 42 tuổi, là người đầu tiên đi qua; ông Lê Đức Tài đi bộ 1.400 m trong vòng hai giờ.",
    PartialDate(2024, 9, 5),
)


@pytest.mark.parametrize(
    ("question", "lacking"),
    [
        ("Cầu tốn 17 tỷ đồng ở đâu?", ("17 tỷ",)),  # 17 stands in the article, as months
        ("Ai đi bộ 2.400 m qua cầu?", ("2.400 m",)),
        ("Cầu theo Quyết định số 17 do ai ký?", ("17",)),
        ("Người 17 tuổi đi qua cầu là ai?", ("17 tuổi",)),
        ("Chiều 17/9, cầu nào thông xe?", ("17/9",)),
        ("Tháng 7/2024, cầu nào thông xe?", ("7/2024",)),
        ("Tháng 9/2023, cầu nào thông xe?", ("9/2023",)),
        ("Ông Lê Quốc Tài đi qua cầu lúc nào?", ("Lê Quốc Tài",)),  # each word stands in the article
        ("cầu nào ở quảng ngãi thông xe?", ("quảng ngãi",)),
        ("cau nao o quang ngai thong xe?", ("quảng ngãi",)),
    ],
)
def test_what_belongs_together_must_stand_together(question: str, lacking: tuple[str, ...]) -> None:
    assert missing(question, BRIDGE) == lacking


@pytest.mark.parametrize(
    "question",
    [
        "Cầu nào tốn 71 tỉ đồng?",
        "Cầu nào tốn 71.000 triệu đồng?",
        "Cầu An Hải 2 có gì lạ?",
        "Ai 42 tuổi đi qua cầu?",
        "Cầu theo Quyết định 46 ở đâu?",
        "Ai đi hết trong vòng 2 giờ?",  # spelt out
        "Chiều 4/9, cầu nào thông xe?",
        "Ngày 5/9/2024, cầu nào thông xe?",  # the day of publication
        "Tháng 9/2024, cầu nào thông xe?",
        "Ông Lê Đức Tài đi bộ bao xa?",
        "cầu nào ở đắk lắk thông xe?",  # the province that Phú Yên is a part of now
        "hòa bình đến với cầu nào?",  # small letters: peace, not the province
    ],
)
def test_what_is_written_otherwise_stands_together(question: str) -> None:
    assert missing(question, BRIDGE) == ()


@pytest.mark.parametrize(
    ("words", "kept", "is_missing"),
    [
        ("ngày 17/9", False, True),
        ("tháng 12/2023", False, True),
        ("năm 2019", False, True),
        ("ngày 17/9", True, False),  # published in the period
        ("ngày 4/9", False, False),  # stands in the article
        ("hôm qua", False, False),  # no day is stated
        ("2 tuần trước", False, False),
    ],
)
def test_a_period_that_is_stated_is_a_premise(words: str, kept: bool, is_missing: bool) -> None:
    day = dt.date(2020, 1, 1)
    question = replace(question_of("Cầu nào thông xe?"), period=Period(day, day, words, kept))
    assert missing_premises(question, BRIDGE) == ((words,) if is_missing else ())
