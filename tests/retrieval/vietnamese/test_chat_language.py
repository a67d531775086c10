"""Tests the table of short forms of chats and of the press."""

from __future__ import annotations

import pytest

from retrieval.vietnamese import DocumentFrequencies, chat_words, could_be_syllable, fold

NEWS = DocumentFrequencies.load()


@pytest.mark.parametrize(
    ("short", "kind", "usual"),
    [
        ("ko", "chat", "không"),
        ("đc", "chat", "được"),
        ("dc", "chat", "được"),
        ("ntn", "chat", "như thế nào"),
        ("vđqg", "press", "vô địch quốc gia"),
        ("vdqg", "press", "vô địch quốc gia"),
        ("hqua", "time", "hôm qua"),
    ],
)
def test_a_short_form_has_its_usual_reading_first(short: str, kind: str, usual: str) -> None:
    word = chat_words()[short]
    assert (word.kind, " ".join(word.usual)) == (kind, usual)


def test_what_looks_the_same_without_marks_has_the_readings_of_both() -> None:
    readings = chat_words()["dt"].readings
    assert {("diện", "tích"), ("đội", "tuyển")} <= set(readings)
    assert ("diện", "tích") not in chat_words()["đt"].readings


def test_a_short_form_that_is_a_syllable_without_its_marks_is_not_listed_so() -> None:
    assert "hơm" in chat_words()
    assert "hom" not in chat_words()


def test_readings_are_made_of_words_of_the_news_or_are_foreign() -> None:
    for word in chat_words().values():
        for syllable in (one for reading in word.readings for one in reading):
            assert syllable == fold(syllable)
            assert syllable in NEWS.counts or not could_be_syllable(syllable), syllable


def test_words_of_time_are_no_words_of_the_news() -> None:
    times = [short for short, word in chat_words().items() if word.kind == "time"]
    assert times
    assert not [short for short in times if NEWS.counts.get(short)]
