"""Tones that were left out are put back as the corpus spells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from retrieval.evidence import Rarity
from retrieval.spelling import Frequencies, Spellings, restore
from retrieval.terms import document_terms
from retrieval.text import toneless

SPELLINGS = Spellings.of(Rarity.load())


def corpus(*texts: str) -> Frequencies:
    held = Counter[str]()
    for text in texts:
        held.update(set(document_terms(text)["exact"]))

    def frequencies(terms: Sequence[str]) -> list[int]:
        return [held[term] for term in terms]

    return frequencies


def test_the_corpus_decides_between_spellings() -> None:
    about_rice = corpus("Gạo tăng giá trong tuần này.")
    assert restore("gao tang gia", SPELLINGS, about_rice) == "gạo tăng giá"
    about_kings = corpus("Vua táng ở đây.", "Gáo táng giả, một từ lạ.")
    assert restore("gao tang gia", SPELLINGS, about_kings) == "gáo táng giả"


def test_without_the_corpus_the_most_frequent_spelling_is_taken() -> None:
    assert restore("nguoi", SPELLINGS, corpus()) == "người"


def test_capitals_numbers_punctuation_and_unknown_words_stay() -> None:
    frequencies = corpus("Ông Tô Lâm thăm Bắc Giang năm 2023.")
    assert restore("Ong To Lam  tham BAC Giang, 20/10/2023 (xyzzy)?", SPELLINGS, frequencies) == (
        "Ông Tô Lâm  thăm BẮC Giang, 20/10/2023 (xyzzy)?"
    )


def test_another_language_is_left_alone() -> None:
    question = "How many people died in the bridge collapse?"
    assert restore(question, SPELLINGS, corpus("Cầu sập.")) == question


@given(st.text(alphabet="abcdeghiklmnopqrstuvxy ,.?!0159ABCÑ😀", max_size=60))
def test_only_tones_are_added(text: str) -> None:
    assert toneless(restore(text, SPELLINGS, corpus("Gạo tăng giá."))) == toneless(text)
