"""Questions in English are told from Vietnamese ones, which may lack tones or be in keys of Telex and VNI."""

from __future__ import annotations

import pytest

from retrieval.vietnamese.language_id import english_names, is_english


@pytest.mark.parametrize(
    "question",
    [
        "How many people died in the bridge collapse?",
        "In which cases do doctors prescribe circumcision?",
        "What can I do to be on time?",
        "Who is Tran Hung Dao?",
        "Who is Trần Hưng Đạo?",
        "When did Le Thi Hong die?",
        "Facebook was founded when and by whom?",
        "WHO WON THE WORLD CUP?",
    ],
)
def test_english_is_known_by_its_common_words(question: str) -> None:
    assert is_english(question)


@pytest.mark.parametrize(
    "question",
    [
        "",
        "WHO",
        "Will Smith",
        "will smith tat chris rock",
        "who canh bao gi ve dich benh",
        "What is love là gì?",
        "Where Are You Now là của ai?",
        "bai hat what is love cua ai",
        "IS tan cong o dau",
        "Việt Nam has how many provinces?",
    ],
)
def test_vietnamese_with_english_in_it_is_vietnamese(question: str) -> None:
    assert not is_english(question)


@pytest.mark.parametrize(
    "question",
    [
        "Been naof has mieengj mawcs quai?",
        "did hocj owr ddaau is tieenf nhaats",
        "how thawngs kieenj vieecj naof",
        "who d9i d9a6u is o73 Vie6t5 Nam",
    ],
)
def test_vietnamese_in_undecoded_keys_is_vietnamese(question: str) -> None:
    assert not is_english(question)


def test_names_are_the_words_with_a_capital_that_are_not_common() -> None:
    assert english_names("When did the WHO and Facebook move to The Hague?") == ["WHO", "Facebook", "Hague"]
