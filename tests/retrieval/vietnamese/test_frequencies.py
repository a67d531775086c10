"""Document frequencies of syllables and of pairs of neighbouring syllables."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise, product
from pathlib import Path

import numpy as np
import pytest

from retrieval.config import DEFAULT_SETTINGS
from retrieval.vietnamese.frequencies import (
    NO_PAIR_KEY,
    CorpusFrequencies,
    DocumentFrequencies,
    SyllablePairFrequencies,
    SyllablePairKeys,
)

TABLE_WEIGHT = DEFAULT_SETTINGS.table_weight
TABLE = DocumentFrequencies(9, {"gạo": 9, "tăng": 5, "giá": 6, "đắt": 1})
KEYS = SyllablePairKeys(TABLE.counts)  # in ascending order: giá, gạo, tăng, đắt


def indices(count: int) -> tuple[list[int], list[int]]:
    """Left and right indices of all pairs of so many syllables."""
    lefts, rights = zip(*product(range(count), repeat=2), strict=True)
    return list(lefts), list(rights)


def pairs_of(syllables: Sequence[str]) -> list[tuple[str, str]]:
    """The same pairs, as syllables."""
    return [(left, right) for left in syllables for right in syllables]


def test_a_table_is_read_as_it_was_written() -> None:
    assert TABLE.table() == "#articles\t9\ngiá\t6\ngạo\t9\ntăng\t5\nđắt\t1"
    assert DocumentFrequencies.parse(TABLE.table()) == TABLE


def test_idf_is_that_of_bm25() -> None:
    assert TABLE.idf("tăng") == pytest.approx(math.log(1 + 4.5 / 5.5))
    assert TABLE.idf("rẻ") == pytest.approx(math.log(1 + 9.5 / 0.5))


def test_idf_of_a_corpus_adds_a_share_of_the_table() -> None:
    corpus = CorpusFrequencies(TABLE, 20, TABLE_WEIGHT, {"tăng": 3, "rẻ": 21})
    total = 20 + 9 * TABLE_WEIGHT
    held = 3 + 5 * TABLE_WEIGHT
    assert corpus.idf("tăng") == pytest.approx(math.log(1 + (total - held + 0.5) / (held + 0.5)))
    assert corpus.idf("rẻ") == pytest.approx(math.log(1 + (total - 20 + 0.5) / (20 + 0.5)))


def test_a_pair_is_keyed_by_the_places_of_its_syllables() -> None:
    pairs = pairwise(["giá", "gạo", "đắt", "giá", "rẻ", "gạo"])
    assert KEYS.keys(pairs) == [0 << 15 | 1, 1 << 15 | 3, 3 << 15 | 0, NO_PAIR_KEY, NO_PAIR_KEY]


def test_keys_by_index_are_those_of_the_pairs() -> None:
    syllables = ["tăng", "rẻ", "giá", "đắt"]
    lefts, rights = indices(len(syllables))
    keys = KEYS.keys_by_index(syllables, np.array(lefts), np.array(rights))
    assert keys.tolist() == KEYS.keys(pairs_of(syllables))


def test_articles_with_pairs_are_those_that_were_packed(tmp_path: Path) -> None:
    counts = {("gạo", "tăng"): 5, ("tăng", "giá"): 70_000, ("đắt", "đắt"): 7}
    file = tmp_path / "pairs.npz"
    file.write_bytes(SyllablePairFrequencies.pack(dict(zip(KEYS.keys(counts), counts.values(), strict=True))))
    syllables = ["rẻ", *TABLE.counts]
    lefts, rights = indices(len(syllables))
    held = SyllablePairFrequencies(KEYS, file).articles_with_pairs(syllables, np.array(lefts), np.array(rights))
    cut = counts | {("tăng", "giá"): 65_535}
    assert held.tolist() == [cut.get(pair, 0) for pair in pairs_of(syllables)]


def test_the_file_is_read_once_and_not_before_a_pair_is_looked_up(tmp_path: Path) -> None:
    file = tmp_path / "pairs.npz"
    frequencies = SyllablePairFrequencies(KEYS, file)
    file.write_bytes(SyllablePairFrequencies.pack({KEYS.keys([("gạo", "đắt")])[0]: 4}))
    for _ in range(2):
        held = frequencies.articles_with_pairs(["gạo", "đắt"], np.array([0, 1]), np.array([1, 0]))
        assert held.tolist() == [4, 0]
        file.unlink(missing_ok=True)


def test_the_shipped_pairs_are_keyed_by_the_shipped_syllables() -> None:
    frequencies = SyllablePairFrequencies.load(DocumentFrequencies.load())
    lefts, rights = np.array([0, 1, 0, 2]), np.array([1, 0, 2, 2])
    common, rare, *unknown = frequencies.articles_with_pairs(["việt", "nam", "xyzzy"], lefts, rights).tolist()
    assert common > 5_000 > rare
    assert unknown == [0, 0]
