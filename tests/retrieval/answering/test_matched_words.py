import pytest

from retrieval.answering.matched_words import match_words
from retrieval.config import DEFAULT_SETTINGS
from retrieval.datatypes import MatchedWords
from tests.retrieval.questions import NEWS, question_of

QUESTION = "Bộ trưởng Tô Lâm yêu cầu gì về phòng chống tội phạm?"


def matches(question: str, text: str, title: str) -> MatchedWords:
    return match_words(question_of(question), text, title, NEWS, DEFAULT_SETTINGS.worth_telling_idf)


def test_words_are_told_as_the_text_spells_them_in_runs() -> None:
    text = "BỘ TRƯỞNG Tô Lâm cho biết: phòng, chống Tội phạm ma túy. Ông yêu cầu làm ngay."
    assert matches(QUESTION, text, "") == MatchedWords(("BỘ TRƯỞNG Tô Lâm", "yêu cầu", "phòng", "chống Tội phạm"))


def test_what_the_text_lacks_may_stand_in_the_title_or_nowhere() -> None:
    found = matches(QUESTION, "Tỉnh cần giảm tội phạm.", "Đại tướng Tô Lâm ở Bắc Giang")
    assert found == MatchedWords(("tội phạm",), ("Tô Lâm",), ("Bộ trưởng", "yêu cầu", "về phòng chống"))


def test_what_every_article_holds_is_not_told() -> None:
    assert matches("Các của và là những ai?", "Của các và là", "") == MatchedWords()


def test_the_words_that_a_question_asks_with_are_left_out() -> None:
    assert matches("Giá vàng bao nhiêu?", "bao nhiêu giá vàng", "") == MatchedWords(("giá vàng",))


def test_the_longest_run_is_taken() -> None:
    assert matches("thị trường vàng miếng", "Vàng lên. Thị trường vàng miếng trầm lắng.", "").text == (
        "Thị trường vàng miếng",
    )


def test_a_run_does_not_reach_across_a_pause() -> None:
    assert matches("tội phạm ma túy", "Nói về tội phạm. Ma túy thì khác.", "").text == ("tội phạm", "Ma túy")


def test_an_abbreviation_matches_what_it_stands_for() -> None:
    assert matches("Cảnh sát giao thông làm gì?", "Lực lượng CSGT ra quân.", "") == MatchedWords(
        ("Cảnh sát giao thông",)
    )


@pytest.mark.parametrize("question", ["", "?", "gì"])
def test_a_question_without_words_matches_nothing(question: str) -> None:
    assert matches(question, "Vàng lên.", "Giá vàng") == MatchedWords()


def test_a_name_is_held_whole_or_not_at_all() -> None:
    text = "Cháy lớn ở Quảng Ngãi, gây thiệt hại lớn."
    assert matches("Bão gây thiệt hại gì ở Quảng Bình?", text, "Tin Quảng Bình") == MatchedWords(
        ("gây thiệt hại",), ("Quảng Bình",), ("Bão",)
    )


def test_names_of_a_list_are_names_each() -> None:
    assert matches("Mưa ở Huế, Đà Nẵng", "Huế tạnh ráo.", "") == MatchedWords(("Huế",), (), ("Mưa ở", "Đà Nẵng"))
