"""Evidence is weighed by rarity in the language, and does not depend on the corpus."""

from __future__ import annotations

import math

import pytest

from retrieval.evidence import Held, Rarity, Wanted, count_rarity, share
from retrieval.terms import tokens_of

TABLE = count_rarity(["gạo tăng giá", "gạo và nước", "gạo gao", "xe và nước"], least=1)


def idf(count: int) -> float:
    return math.log(1 + (4 - count + 0.5) / (count + 0.5))


def test_a_table_counts_articles_for_each_way_of_folding() -> None:
    rarity = Rarity.parse(TABLE)
    assert rarity.articles == 4
    assert rarity.idf("gạo", toned=True) == pytest.approx(idf(3))
    assert rarity.idf("gao", toned=True) == pytest.approx(idf(1))
    assert rarity.idf("gao", toned=False) == pytest.approx(idf(3))
    assert rarity.idf("lạ", toned=True) == pytest.approx(idf(0))


def test_the_shipped_table_knows_what_is_rare() -> None:
    rarity = Rarity.load()
    assert rarity.idf("là", toned=True) < rarity.idf("vàng", toned=True) < rarity.idf("lâm sàngg", toned=True)
    assert rarity.idf("khong", toned=False) < 1


def test_what_is_held_is_weighed_by_rarity() -> None:
    wanted = Wanted.of("gạo tăng giá", Rarity.parse(TABLE), toned=True)
    held = Held.of(wanted, tokens_of("Giá gạo không đổi", toned=True))
    assert share(wanted.syllables, held.syllables) == pytest.approx((idf(3) + idf(1)) / (idf(3) + 2 * idf(1)))
    assert (share(wanted.pairs, held.pairs), share(wanted.triples, held.triples)) == (0, 0)
    risen = Held.of(wanted, tokens_of("sáng nay gạo tăng", toned=True))
    assert share(wanted.pairs, risen.pairs) == pytest.approx((idf(3) + idf(1)) / (idf(3) + 3 * idf(1)))
    assert share(wanted.syllables, (held | risen).syllables) == 1
    assert share(wanted.numbers, held.syllables) == 1  # of no numbers, all are there


@pytest.mark.parametrize("question", ["Gạo tăng giá bao nhiêu?", "Vì sao gạo tăng giá?", "gạo tăng giá như thế nào"])
def test_question_words_weigh_nothing(question: str) -> None:
    wanted = Wanted.of(question, Rarity.parse(TABLE), toned=True)
    held = Held.of(wanted, tokens_of("gạo tăng giá", toned=True))
    assert share(wanted.syllables, held.syllables) == share(wanted.pairs, held.pairs) == 1
    bare = Wanted.of("gao tang gia bao nhieu", Rarity.parse(TABLE), toned=False)
    assert bare.syllables["nhieu"] == 0 < bare.syllables["gao"]


def test_names_are_capitals_inside_the_question_and_numbers_its_digits() -> None:
    wanted = Wanted.of("Ông Tô Lâm thăm 12 xã ở Bắc Giang?", Rarity.load(), toned=True)
    assert set(wanted.names) == {"tô", "lâm", "bắc", "giang"}
    assert set(wanted.numbers) == {"12"}
