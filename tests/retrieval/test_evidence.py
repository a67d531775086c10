"""Evidence is weighed by rarity in the language, and does not depend on the corpus."""

from __future__ import annotations

import math

import pytest

from retrieval.evidence import Held, Rarity, Wanted, Weights, line_of, local_shares, share
from retrieval.terms import tokens_of

RARITY = Rarity(4, {"gạo": 3, "và": 2, "nước": 2, "gao": 1, "giá": 1, "tăng": 1, "xe": 1})


def idf(count: int) -> float:
    return math.log(1 + (4 - count + 0.5) / (count + 0.5))


def test_a_table_reads_back_as_written() -> None:
    assert Rarity.parse(RARITY.table()) == RARITY
    assert RARITY.idf("gạo") == pytest.approx(idf(3))
    assert RARITY.idf("lạ") == pytest.approx(idf(0))


def test_the_shipped_table_knows_what_is_rare() -> None:
    rarity = Rarity.load()
    assert rarity.idf("là") < rarity.idf("vàng") < rarity.idf("sàngg")


def test_what_is_held_is_weighed_by_rarity() -> None:
    wanted = Wanted.of("gạo tăng giá", RARITY)
    held = Held.of(wanted, line_of(tokens_of("Giá gạo không đổi", toned=True)))
    assert share(wanted.syllables, held.syllables) == pytest.approx((idf(3) + idf(1)) / (idf(3) + 2 * idf(1)))
    assert (share(wanted.pairs, held.pairs), share(wanted.triples, held.triples)) == (0, 0)
    risen = Held.of(wanted, line_of(tokens_of("sáng nay gạo tăng", toned=True)))
    assert share(wanted.pairs, risen.pairs) == pytest.approx((idf(3) + idf(1)) / (idf(3) + 3 * idf(1)))
    assert share(wanted.syllables, (held | risen).syllables) == 1
    assert share(wanted.numbers, held.syllables) == 1  # of no numbers, all are there


@pytest.mark.parametrize("question", ["Gạo tăng giá bao nhiêu?", "Vì sao gạo tăng giá?", "gạo tăng giá như thế nào"])
def test_question_words_weigh_nothing(question: str) -> None:
    wanted = Wanted.of(question, RARITY)
    held = Held.of(wanted, line_of(tokens_of("gạo tăng giá", toned=True)))
    assert share(wanted.syllables, held.syllables) == share(wanted.pairs, held.pairs) == 1


def test_names_are_capitals_inside_the_question_and_numbers_its_digits() -> None:
    wanted = Wanted.of("Ông Tô Lâm thăm 12 xã ở Bắc Giang?", Rarity.load())
    assert set(wanted.names.of) == {"tô", "lâm", "bắc", "giang"}
    assert set(wanted.numbers.of) == {"12"}


def test_the_focus_falls_with_the_distance_to_the_question_word() -> None:
    wanted = Wanted.of("xe tăng giá bao nhiêu", RARITY)
    assert wanted.focus.of == pytest.approx({"giá": 0.6 * idf(1), "tăng": 0.36 * idf(1), "xe": 0.216 * idf(1)})
    assert Wanted.of("xe tăng giá", RARITY).focus.of == {}


def test_what_several_texts_hold_is_divided_among_them() -> None:
    assert local_shares(Weights.from_items({"a": 3.0, "b": 1.0}), [{"a", "b"}, {"a"}, set()]) == [
        (1.5 + 1) / 4,
        1.5 / 4,
        0,
    ]
    assert local_shares(Weights[str].from_items({}), [set()]) == [0]
