"""Tests how chat messages are put into plain words."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.question import understand
from retrieval.question.plain_messages import plain_message
from retrieval.vietnamese import syllables
from tests.retrieval.questions import statistics_of

TODAY = dt.date(2024, 5, 21)


@pytest.mark.parametrize(
    ("message", "plain"),
    [
        ("cho mình hỏi cầu Ánh Dương dài bao nhiêu ạ", "cầu Ánh Dương dài bao nhiêu"),
        ("ad ơi cho e hỏi gạo tăng mấy lần v ạ?", "gạo tăng mấy lần?"),
        ("ai biết cầu mới khánh thành hôm nào chỉ với", "cầu mới khánh thành hôm nào"),
        ("có ai biết lúa giờ bao nhiêu một ký không ạ", "lúa giờ bao nhiêu một ký"),
        ("đội nữ thắng mấy trái zậy mn", "đội nữ thắng mấy trái"),
        ("cầu đó ở đâu thế nhỉ", "cầu đó ở đâu"),
        ("gạo lên giá chưa bn ơi", "gạo lên giá chưa"),
        ("giaaaá gạo tăng gìiii kinhhh", "giá gạo tăng gì kinh"),
        ("phà còn chạy không :v =))", "phà còn chạy không"),
        ("phà còn chạy không 😂😂", "phà còn chạy không"),
        ("gạo hqua bao nhiêu", "gạo hôm qua bao nhiêu"),
        ("hnay mấy độ", "hôm nay mấy độ"),
        ("xe 500tr loại nào tốt", "xe 500 triệu loại nào tốt"),
        ("cầu hết 1,5tỷ à", "cầu hết 1,5 tỷ à"),
        ("cho minh hoi gia gao bao nhieu", "gia gao bao nhieu"),
    ],
)
def test_courtesies_and_emphasis_are_left_out(message: str, plain: str) -> None:
    assert plain_message(message) == plain


@pytest.mark.parametrize(
    "text",
    [
        "Vua Henry VIII có mấy vợ?",
        "thế hệ gen z thích gì ở báo chí",
        "vì sao cô ấy làm vậy",
        "Ai nói thế?",
        "nước nào láng giềng với nước ta",
        "muon vay ngan hang bao nhieu",
        "benh cua tre nhi",
        "www.vi-du.vn là trang gì",
        "Ai biết mật khẩu của két sắt?",
        "bán áo làm từ thiện à",
        "giá vàng :",
        "tờ A4tr mấy trang",
        "gói 5k dùng mấy ngày",
        "",
        "😂",
    ],
)
def test_what_means_something_stays(text: str) -> None:
    assert plain_message(text) == text


def test_courtesies_never_leave_less_than_two_syllables() -> None:
    assert plain_message("gì vậy ạ") == "gì vậy"
    assert plain_message("cho mình hỏi ạ") == "cho mình hỏi ạ"


@given(
    st.lists(st.sampled_from("ad ơi cho mình hỏi ai biết gạo giá gì v ạ không vậy thế mn :v 😂".split()), max_size=9)
)
def test_a_message_keeps_words(words: list[str]) -> None:
    message = " ".join(words)
    assert bool(syllables(plain_message(message))) == bool(syllables(message))


def test_a_short_word_of_time_names_a_period() -> None:
    [question] = understand("gạo hqua bao nhiêu v", statistics_of(), today=TODAY)
    assert question.period is not None
    assert (question.period.since, question.period.words) == (dt.date(2024, 5, 20), "hôm qua")
    assert question.typed == "gạo hqua bao nhiêu v"
    assert all(token.typed is None for token in question.tokens)


def test_a_message_in_plain_words_is_read_as_it_is() -> None:
    [question] = understand("cầu mới ở đâu", statistics_of(), today=TODAY)
    assert [token.typed for token in question.tokens] == [token.span for token in question.tokens]


def test_a_later_turn_shows_what_was_typed_instead_of_words_put_into_vietnamese() -> None:
    [question] = understand("rice price today", statistics_of(), today=TODAY)
    assert question.text == "giá gạo hôm nay"
    assert (question.turn.question, question.turn.shown) == ("giá gạo hôm nay", "rice price today")
    [question] = understand("cho mình hỏi giá gạo bao nhiêu ạ", statistics_of(), today=TODAY)
    assert question.turn.shown == "giá gạo bao nhiêu"
