"""Tests how plain English is put into Vietnamese."""

from __future__ import annotations

import pytest

from retrieval.vietnamese import english_words, in_vietnamese


@pytest.mark.parametrize(
    ("english", "vietnamese"),
    [
        ("who is lamine yamal", "lamine yamal là ai"),
        ("rice price today", "giá gạo hôm nay"),
        ("Chelsea vs Arsenal score?", "Chelsea vs Arsenal tỷ số?"),
        ("when is the final match in Hanoi", "chung kết trận đấu ở Hà Nội khi nào"),
        ("how many people died in the Kathmandu earthquake", "bao nhiêu người chết ở Kathmandu động đất"),
        ("PNJ gold price on Mar 3", "PNJ giá vàng ngày 3/3"),
        ("when did Man City buy the player", "Man City mua cầu thủ khi nào"),
        ("who won the South China Sea race", "ai thắng South China Sea race"),
        ("why did the president visit japan?", "vì sao tổng thống thăm Nhật Bản?"),
    ],
)
def test_a_plain_question_is_put_into_vietnamese(english: str, vietnamese: str) -> None:
    assert in_vietnamese(english) == vietnamese


@pytest.mark.parametrize(
    "text",
    [
        "gia vang hom nay bao nhieu",
        "on thi dai hoc the nao",
        "giá vàng today",
        "What can I do to be on time?",
        "how does photosynthesis convert sunlight into sugars",
        "iphone 17 pro max",
        "",
    ],
)
def test_other_texts_stay(text: str) -> None:
    assert in_vietnamese(text) == text


def test_the_longest_phrase_counts() -> None:
    assert english_words()["price"] == "giá"
    assert in_vietnamese("coffee price yesterday") == "giá cà phê hôm qua"
