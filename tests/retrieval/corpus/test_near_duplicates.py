"""Near-duplicates are found by their signatures; repeated text and reports with other figures are told apart."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.corpus.near_duplicates import (
    BANDS,
    MIN_SIMILARITY,
    SIGNATURE_VALUES,
    band_keys,
    estimated_similarities,
    is_mostly_contained,
    minhash_signature,
    reports_other_figures,
    shingles,
)

SYLLABLES = (
    "sông núi cầu đường nhà máy lúa gạo xã huyện tỉnh người dân mưa gió nước lũ thuyền chợ trường bệnh viện".split()
)


def body(seed: int, length: int = 300) -> str:
    return " ".join(random.Random(seed).choices(SYLLABLES, k=length))


def test_a_signature_has_the_same_size_for_every_body_and_is_the_same_each_time() -> None:
    assert len(minhash_signature(body(1))) == len(minhash_signature(body(2, 3000))) == 4 * SIGNATURE_VALUES
    assert minhash_signature(body(1)) == minhash_signature(body(1))


def test_a_body_too_short_to_compare_has_no_signature_and_no_bands() -> None:
    assert minhash_signature("Tin ngắn.") == minhash_signature("") == b""
    assert band_keys(b"") == []


def test_estimated_similarity_is_near_the_true_one() -> None:
    text = body(3, 600)
    for kept in (150, 300, 450, 600):
        other = text.split()[:kept] + body(4, 600 - kept).split()
        mine, theirs = shingles(text), shingles(" ".join(other))
        true = len(mine & theirs) / len(mine | theirs)
        [estimated] = estimated_similarities(minhash_signature(text), [minhash_signature(" ".join(other))])
        assert estimated == pytest.approx(true, abs=0.2)


def test_copies_share_a_band_and_strangers_mostly_none() -> None:
    text = body(5)
    edited = text.replace("cầu", "phà", 5)
    assert set(band_keys(minhash_signature(text))) & set(band_keys(minhash_signature(edited)))
    assert estimated_similarities(minhash_signature(text), [minhash_signature(edited)])[0] >= MIN_SIMILARITY
    others = [band_keys(minhash_signature(body(seed))) for seed in range(100, 150)]
    assert sum(bool(set(band_keys(minhash_signature(text))) & set(other)) for other in others) <= 5


def test_bands_fit_into_a_signed_64_bit_integer() -> None:
    keys = band_keys(minhash_signature(body(6)))
    assert len(keys) == BANDS
    assert all(-(2**63) <= key < 2**63 for key in keys)


@given(st.text(max_size=300), st.text(max_size=300))
@settings(max_examples=50)
def test_any_text_can_be_compared(one: str, other: str) -> None:
    for text in (one, other):
        own = minhash_signature(text)
        assert own == b"" or np.all(estimated_similarities(own, [own]) == 1)
    assert is_mostly_contained(one, one)
    assert not reports_other_figures([one], [one])


def test_a_part_repeats_the_whole_but_not_the_other_way_round() -> None:
    whole = body(7)
    part = " ".join(whole.split()[:60])
    assert is_mostly_contained(part, whole)
    assert not is_mostly_contained(whole, part)
    assert not is_mostly_contained(body(8, 60), whole)


def test_other_figures_are_other_numbers_in_a_sentence_of_the_same_words() -> None:
    assert reports_other_figures(["Lũ làm 12 người chết."], ["Lũ làm 15 người chết."])
    assert reports_other_figures(["Giá xăng là 21.300 đồng."], ["Trời mưa.", "Giá xăng là 20.900 đồng."])
    assert not reports_other_figures(["Lũ làm 12 người chết."], ["Lũ làm 12 người chết."])
    assert not reports_other_figures(["Lũ làm 12 người chết."], ["Lũ làm nhiều người chết."])
    assert not reports_other_figures(["Lũ làm 12 người chết."], ["Đội tuyển thắng với 3 bàn."])
