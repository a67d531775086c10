"""Tests coverage of a question by texts, and the IDF that weights it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.config import DEFAULT_SETTINGS
from retrieval.search.coverage import Coverage, CoverageIndex, TokenizedTexts
from retrieval.vietnamese.frequencies import CorpusFrequencies, DocumentFrequencies
from tests.retrieval.questions import weights_of

RARITY = DocumentFrequencies(4, {"gạo": 3, "và": 2, "nước": 2, "gao": 1, "giá": 1, "tăng": 1, "xe": 1})
TABLE_WEIGHT = DEFAULT_SETTINGS.table_weight
WORDS = ("gạo", "và", "nước", "giá", "tăng", "7")


def idf(count: int) -> float:
    return math.log(1 + (4 - count + 0.5) / (count + 0.5))


def test_a_table_reads_back_as_written() -> None:
    assert DocumentFrequencies.parse(RARITY.table()) == RARITY
    assert RARITY.idf("gạo") == pytest.approx(idf(3))
    assert RARITY.idf("lạ") == pytest.approx(idf(0))


def test_the_shipped_table_knows_what_is_rare() -> None:
    rarity = DocumentFrequencies.load()
    assert rarity.idf("là") < rarity.idf("vàng") < rarity.idf("sàngg")


def test_what_every_article_of_a_corpus_holds_tells_less_there_than_in_the_news() -> None:
    rarity = CorpusFrequencies(RARITY, 100, TABLE_WEIGHT, {"tăng": 100, "giá": 5})
    assert rarity.idf("tăng") == pytest.approx(math.log(1 + (0 + 3 * TABLE_WEIGHT + 0.5) / (100 + TABLE_WEIGHT + 0.5)))
    assert rarity.idf("tăng") < 0.01 < rarity.idf("giá") < rarity.idf("xe")
    assert rarity.idf("xe") == pytest.approx(math.log(1 + (100 + 3 * TABLE_WEIGHT + 0.5) / (TABLE_WEIGHT + 0.5)))


@pytest.mark.parametrize("syllable", ["là", "vàng", "gạo", "hộp"])
def test_in_a_corpus_of_one_article_the_news_tell_what_is_rare(syllable: str) -> None:
    table = DocumentFrequencies.load()
    without, holding = (
        CorpusFrequencies(table, 1, TABLE_WEIGHT, {}),
        CorpusFrequencies(table, 1, TABLE_WEIGHT, {syllable: 1}),
    )
    assert holding.idf(syllable) == pytest.approx(without.idf(syllable), abs=0.1)
    assert without.idf(syllable) == pytest.approx(table.idf(syllable), abs=0.1)


def test_what_is_rare_in_the_news_weighs_less_by_the_share_of_the_table_that_counts() -> None:
    table = DocumentFrequencies.load()
    assert table.counts["ferdinand"] < 100
    assert (
        6 < CorpusFrequencies(table, 1, TABLE_WEIGHT, {"ferdinand": 1}).idf("ferdinand") < table.idf("ferdinand") - 0.5
    )


def test_deleted_articles_that_are_still_counted_make_no_word_less_than_worthless() -> None:
    rarity = CorpusFrequencies(RARITY, 100, TABLE_WEIGHT, {"giá": 250})
    assert rarity.idf("giá") == CorpusFrequencies(RARITY, 100, TABLE_WEIGHT, {"giá": 100}).idf("giá") > 0


def shares_of(question: str, *texts: str) -> Coverage:
    index = CoverageIndex.of(weights_of(question, RARITY))
    return index.coverage(index.held(TokenizedTexts.of(texts)))


def test_what_is_held_is_weighed_by_rarity() -> None:
    shares = shares_of("gạo tăng giá", "Giá gạo không đổi", "sáng nay gạo tăng", "")
    all_of_it = idf(3) + 2 * idf(1)
    assert shares.syllables == pytest.approx([(idf(3) + idf(1)) / all_of_it, (idf(3) + idf(1)) / all_of_it, 0])
    assert shares.pairs == pytest.approx([0, (idf(3) + idf(1)) / (idf(3) + 3 * idf(1)), 0])
    assert shares.triples.tolist() == [0, 0, 0]
    assert shares.numbers.tolist() == [1, 1, 1]  # coverage is 1 without numbers in the question


def test_neighbours_are_those_of_one_text() -> None:
    shares = shares_of("gạo tăng giá", "gạo", "tăng giá", "gạo tăng giá", "tăng gạo")
    assert shares.pairs.tolist() == pytest.approx([0, 2 * idf(1) / (idf(3) + 3 * idf(1)), 1, 0])
    assert shares.triples.tolist() == [0, 0, 1, 0]


@given(st.lists(st.sampled_from(WORDS), min_size=1), st.lists(st.lists(st.sampled_from(WORDS))))
def test_items_are_found_where_a_search_in_the_text_finds_them(question: list[str], texts: list[list[str]]) -> None:
    wanted = weights_of(" ".join(question), RARITY)
    held = CoverageIndex.of(wanted).held(TokenizedTexts.of(map(" ".join, texts)))
    items = [*((word,) for word in wanted.syllables), *wanted.pairs, *wanted.triples]
    assert held.tolist() == [[f" {' '.join(item)} " in f" {' '.join(text)} " for item in items] for text in texts]


def test_texts_together_hold_what_either_holds() -> None:
    index = CoverageIndex.of(weights_of("gạo tăng giá", RARITY))
    first, second = index.held(TokenizedTexts.of(["giá gạo", "gạo tăng"]))
    assert index.coverage(np.array([first | second])).syllables.tolist() == [1]


@pytest.mark.parametrize("question", ["Gạo tăng giá bao nhiêu?", "Vì sao gạo tăng giá?", "gạo tăng giá như thế nào"])
def test_question_words_weigh_nothing(question: str) -> None:
    shares = shares_of(question, "gạo tăng giá")
    assert shares.syllables.tolist() == shares.pairs.tolist() == [1]


@pytest.mark.parametrize("question", ["?!", "ai?", "What has caused it?"])
def test_nothing_is_held_of_a_question_without_words(question: str) -> None:
    shares = shares_of(question, "gạo", "what has caused it, ai")
    assert shares.syllables.tolist() == [0, 0]
    assert shares.names.tolist() == [1, 1]


def test_texts_that_are_alike_weigh_exactly_the_same() -> None:
    shares = shares_of("xe gạo và nước tăng giá", *["Gạo, nước: tăng giá!"] * 37)
    assert all(len(set(part.tolist())) == 1 for part in shares)


def test_what_one_text_holds_is_left_out() -> None:
    index = CoverageIndex.of(weights_of("gạo tăng giá", RARITY))
    title, text = index.held(TokenizedTexts.of(["gạo", "gạo tăng"]))
    assert index.without(title).coverage(np.array([title, text])).syllables == pytest.approx([0, 0.5])


def test_names_are_capitals_inside_the_question_and_numbers_its_digits() -> None:
    wanted = weights_of("Ông Tô Lâm thăm 12 xã ở Bắc Giang?", DocumentFrequencies.load())
    assert set(wanted.names) == {"tô", "lâm", "bắc", "giang"}
    assert set(wanted.numbers) == {"12"}


def test_the_focus_falls_with_the_distance_to_the_question_word() -> None:
    wanted = weights_of("xe tăng giá bao nhiêu", RARITY)
    assert wanted.focus == pytest.approx({"giá": 0.6 * idf(1), "tăng": 0.36 * idf(1), "xe": 0.216 * idf(1)})
    assert weights_of("xe tăng giá", RARITY).focus == {}


def test_what_several_texts_hold_is_divided_among_them() -> None:
    index = CoverageIndex.of(weights_of("gạo tăng", RARITY))
    shares = index.local_coverage(index.held(TokenizedTexts.of(["gạo tăng", "gạo", ""])))
    total = idf(3) + idf(1)
    assert shares.syllables == pytest.approx([(idf(3) / 2 + idf(1)) / total, idf(3) / 2 / total, 0])
    assert shares.names.tolist() == [0, 0, 0]  # local coverage is 0 without names in the question
