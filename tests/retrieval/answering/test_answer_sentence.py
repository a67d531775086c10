"""Tests the features of the answer sentence."""

from __future__ import annotations

import pytest

from retrieval.answering.answer_sentence import SENTENCE_FEATURES, sentence_features
from retrieval.datatypes import Span
from retrieval.search import Model, feature_names
from tests.retrieval.questions import question_of
from tests.retrieval.sample_articles import BRIDGE

QUESTION = "Cây cầu Ánh Dương có mấy làn xe?"
LINES = [line for line in BRIDGE.body.split("\n") if line]
SPANS = [Span(BRIDGE.body.index(line), BRIDGE.body.index(line) + len(line)) for line in LINES]


def described() -> list[dict[str, float]]:
    return sentence_features(
        BRIDGE, SPANS, [span.start / 1000 for span in SPANS], question_of(QUESTION), [0.25, 0.75, 0.0]
    )


def test_every_sentence_has_every_feature() -> None:
    assert [row.keys() for row in described()] == [
        dict.fromkeys(feature_names(SENTENCE_FEATURES, Model.SENTENCE)).keys()
    ] * len(SPANS)


def test_what_the_title_says_already_counts_apart() -> None:
    first, second, third = described()
    assert first["names"] == 1 > second["names"]  # only the first holds `Ánh Dương`
    assert second["untitled"] > max(first["untitled"], third["untitled"])
    assert second["focus"] > first["focus"] > third["focus"] == 0


def test_what_several_sentences_hold_is_shared_among_them() -> None:
    rows = described()
    assert sum(row["local"] for row in rows) <= 1
    assert rows[1]["local"] < rows[1]["cover"]  # the first holds `cầu` and `xe` too


def test_the_kind_of_answer_and_the_passage_count() -> None:
    rows = described()
    assert rows[1]["fits_number"] == 1 and rows[2]["fits_number"] == 0.5
    assert [row["likely"] for row in rows] == pytest.approx([span.start / 1000 for span in SPANS])
    assert [row["first"] for row in rows] == [1, 0, 0]
    assert [row["read"] for row in rows] == [0.25, 0.75, 0] and [row["read_most"] for row in rows] == [0, 1, 0]
