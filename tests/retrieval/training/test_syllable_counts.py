"""Counting a newspaper's syllables and pairs."""

from __future__ import annotations

import io
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from retrieval.errors import SourceError
from retrieval.training.syllable_counts import MIN_ARTICLES, article_texts, count_pairs, count_syllables
from retrieval.vietnamese.frequencies import (
    NO_PAIR_KEY,
    DocumentFrequencies,
    SyllablePairFrequencies,
    SyllablePairKeys,
)

TEXTS = ["Gạo tăng giá, gạo đắt."] * MIN_ARTICLES + ["Gạo rẻ."] * (MIN_ARTICLES - 1)


def test_the_articles_that_hold_a_syllable_are_counted() -> None:
    assert count_syllables(TEXTS) == DocumentFrequencies(
        2 * MIN_ARTICLES - 1, {"gạo": 9, "tăng": 5, "giá": 5, "đắt": 5}
    )


def test_the_articles_that_hold_a_pair_are_counted_and_the_rare_left_out() -> None:
    rarity = count_syllables(TEXTS)
    content = count_pairs(TEXTS, rarity)
    assert content == count_pairs(TEXTS, rarity)
    table = np.load(io.BytesIO(content))
    keys = np.cumsum(table["keys"])
    pairs = [("gạo", "tăng"), ("tăng", "giá"), ("giá", "gạo"), ("gạo", "đắt")]
    assert sorted(keys.tolist()) == sorted(SyllablePairKeys(rarity.counts).keys(pairs))
    assert set(table["counts"].tolist()) == {MIN_ARTICLES}
    assert SyllablePairKeys(rarity.counts).keys(pairwise(["gạo", "rẻ"])) == [NO_PAIR_KEY]


def test_the_shipped_pairs_are_keyed_by_the_shipped_syllables() -> None:
    pairs = SyllablePairFrequencies.load(DocumentFrequencies.load())
    lefts, rights = np.array([[0, 1, 0, 2], [1, 0, 2, 2]])
    common, mixed, *unknown = pairs.articles_with_pairs(["việt", "nam", "xyzzy"], lefts, rights).tolist()
    assert common > 5_000 > mixed
    assert unknown == [0, 0]


def test_articles_are_read_from_a_folder_and_one_that_cannot_be_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Gạo tăng giá.", encoding="utf-8")
    done: list[int] = []
    [text] = article_texts(tmp_path, lambda: done.append(1))
    assert text.endswith("Gạo tăng giá.")
    assert done == [1]
    (tmp_path / "b.txt").write_text("", encoding="utf-8")
    with pytest.raises(SourceError):
        list(article_texts(tmp_path, lambda: None))
