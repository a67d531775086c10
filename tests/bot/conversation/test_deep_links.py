"""Links from a web page into the bot."""

from __future__ import annotations

import base64
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.deep_links import decode_question, question_link
from retrieval.errors import UsageError


def payload(address: str) -> str:
    head, _, rest = address.partition("?start=")
    assert head == "https://t.me/hoibao_bot"
    return rest


def test_short_question_comes_through_word_for_word() -> None:
    address = question_link("@hoibao_bot", " Giá vàng  hôm nay? ")
    assert address == "https://t.me/hoibao_bot?start=t-R2nDoSB2w6BuZyBow7RtIG5heT8"
    assert decode_question(payload(address)) == "Giá vàng hôm nay?"


def test_longer_question_comes_through_without_tones() -> None:
    address = question_link("hoibao_bot", "Bộ trưởng Tô Lâm yêu cầu gì về phòng chống tội phạm?")
    assert payload(address) == "q-Bo-truong-To-Lam-yeu-cau-gi-ve-phong-chong-toi-pham"
    assert decode_question(payload(address)) == "Bo truong To Lam yeu cau gi ve phong chong toi pham"


@given(st.text(max_size=60), st.from_regex(r"@?[A-Za-z]\w{3,31}", fullmatch=True))
def test_whatever_is_asked_becomes_a_legal_link_that_is_read_or_an_error(question: str, name: str) -> None:
    try:
        address = question_link(name, question)
    except UsageError:
        return
    found = re.fullmatch(r"https://t\.me/\w+\?start=([A-Za-z0-9_-]{1,64})", address, re.ASCII)
    assert found and decode_question(found[1])


@pytest.mark.parametrize(
    ("name", "question"), [("x", "Ai?"), ("@a b", "Ai?"), ("@hoibao_bot", "?!"), ("@hoibao_bot", "từ " * 60)]
)
def test_what_makes_no_link_is_an_error(name: str, question: str) -> None:
    with pytest.raises(UsageError):
        question_link(name, question)


@pytest.mark.parametrize(
    "payload",
    [
        *("", "abc", "t-", "q-", "t-A", "q-a--b", "q-a_b", "q-" + "a" * 63, "t-R2nDoSB2w6BuZyBow7RtIG5heT8=", "T-R2k"),
        "t-" + base64.urlsafe_b64encode(b"\xff\xfe").decode().rstrip("="),
        "t-" + base64.urlsafe_b64encode(b"a\nb").decode().rstrip("="),
        "t-" + base64.urlsafe_b64encode(b"?!").decode().rstrip("="),
        "mật-khẩu",
    ],
)
def test_any_other_payload_carries_no_question(payload: str) -> None:
    assert decode_question(payload) is None
