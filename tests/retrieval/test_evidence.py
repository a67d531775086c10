"""Evidence is weighed by rarity in the language, and does not depend on the corpus."""

from __future__ import annotations

import math

import pytest

from retrieval.confidence import ConfidenceModel
from retrieval.evidence import FEATURES, Rarity, Text, Wanted, count_rarity, coverage, features, pair_coverage

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


def test_coverage_is_the_weighted_share_of_syllables_and_of_pairs() -> None:
    rarity = Rarity.parse(TABLE)
    wanted = Wanted.of("gạo tăng giá", rarity, toned=True)
    text = Text.of("Giá gạo không đổi", toned=True)
    total = idf(3) + idf(1) + idf(1)
    assert coverage(wanted, text) == pytest.approx((idf(3) + idf(1)) / total)
    assert pair_coverage(wanted, text) == 0
    assert pair_coverage(wanted, Text.of("sáng nay gạo tăng", toned=True)) == pytest.approx(
        (idf(3) + idf(1)) / (idf(3) + 3 * idf(1))
    )
    assert coverage(Wanted.of("", rarity, toned=True), text) == 0


def test_features_are_those_that_the_model_weighs() -> None:
    rarity = Rarity.parse(TABLE)
    text = Text.of("gạo tăng giá", toned=True)
    found = features(Wanted.of("gạo tăng", rarity, toned=True), text, text, 0.9, toned=True)
    assert tuple(found) == FEATURES
    assert (found["quote_coverage"], found["article_pairs"], found["rarest_missing"]) == (1, 1, 0)
    assert set(ConfidenceModel.load().weights) == set(FEATURES)


def test_a_question_without_tones_is_weighed_without_its_cosine() -> None:
    rarity = Rarity.parse(TABLE)
    text = Text.of("gạo tăng giá", toned=False)
    found = features(Wanted.of("gao tang", rarity, toned=False), text, text, 0.9, toned=False)
    assert (found["quote_coverage"], found["cosine"], found["toneless"]) == (1, 0, 1)


def test_probability_is_the_logistic_of_the_weighted_sum() -> None:
    model = ConfidenceModel(-1.0, {"a": 2.0, "b": 0.5}, 0.5)
    assert model.probability({"a": 1.0, "b": 2.0, "c": 9.0}) == pytest.approx(1 / (1 + math.exp(-2)))
    assert model.probability({"a": -1e9, "b": 0.0}) == pytest.approx(0, abs=1e-20)


def test_a_model_of_another_version_is_refused() -> None:
    with pytest.raises(ValueError, match="version 99"):
        ConfidenceModel.parse('{"version": 99}')
