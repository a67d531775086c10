"""Tests how short forms are chosen by the corpus, and where they are none."""

from __future__ import annotations

import pytest

from tests.retrieval.question.test_spelling import reading


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("cầu mới dài bn mét", "cầu mới dài bao nhiêu mét"),
        ("gạo ko tăng giá nx", "gạo không tăng giá nữa"),
        ("ông ấy bị j", "ông ấy bị gì"),
        ("cty ở hn lỗ bnhiu", "công ty ở hà nội lỗ bao nhiêu"),
        ("ng dân đi lại ntn", "người dân đi lại như thế nào"),
        ("gao ko tang gia", "gạo không tăng giá"),
        ("trận chung kết vđqg", "trận chung kết vô địch quốc gia"),
    ],
)
def test_usual_short_forms_are_written_out_and_not_told(typed: str, meant: str) -> None:
    correction = reading(typed, "Gạo không tăng giá. Ông ấy bị ốm. Người dân đi lại khó khăn.")
    assert (correction.text, correction.mended) == (meant, False)


def test_the_corpus_chooses_between_readings() -> None:
    markets = "Thị trường gạo sôi động. Thị trường gạo châu Á."
    centres = "Trung tâm gạo giống của tỉnh. Trung tâm gạo giống mở cửa."
    assert reading("tt gạo sôi động", *[markets] * 30).text == "thị trường gạo sôi động"
    assert reading("tt gạo giống", *[centres] * 30).text == "trung tâm gạo giống"


def test_a_reading_that_is_not_the_usual_one_is_told() -> None:
    assert reading("tt gạo sôi động", *["Thị trường gạo sôi động."] * 30).mended
    assert not reading("hn có gạo", "Hà Nội có gạo.").mended


@pytest.mark.parametrize(
    "text",
    [
        "gói K+ giá bao nhiêu",
        "gạo giá 5k một cân",
        "con cá nặng bao nhiêu kg",
        "nặng 7 kg",
        "giá 20 k một suất",
        "ông J. làm gì ở tỉnh",
        "giải v.league có mấy đội",
        "xe e-class ở đâu",
        "lãnh đạo TP HCM nói gì",
        "có bao nhiêu ca bệnh",
        "bị cáo Ng Eng Hen là ai",
    ],
)
def test_what_is_part_of_something_else_is_no_short_form(text: str) -> None:
    news = "Tỉnh có giải V.League. Lãnh đạo TP HCM nói về ca bệnh. Con cá nặng 7 kg, giá bao nhiêu kg cũng có."
    assert reading(text, news).text == text


def test_capitals_that_articles_write_stay() -> None:
    assert reading("GV của trường là ai", "Lương GV của trường thấp.").text == "GV của trường là ai"
    assert reading("GV của trường là ai", "Lương giáo viên của trường thấp.").text == "GIÁO VIÊN của trường là ai"


def test_words_of_english_are_readings_and_loanwords_stay() -> None:
    assert reading("supercomputer của tỉnh", "Siêu máy tính của tỉnh.").text == "siêu máy tính của tỉnh"
    assert reading("show của ca sĩ", "Đêm diễn của ca sĩ.").text == "show của ca sĩ"
