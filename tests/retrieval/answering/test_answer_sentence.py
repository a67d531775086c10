"""Tests the features of the answer sentence."""

from __future__ import annotations

import pytest

from retrieval.answering.answer_sentence import SENTENCE_FEATURES, choose_sentence, is_caption, sentence_features
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


@pytest.mark.parametrize(
    "sentence",
    [
        "Nguồn: [Link nguồn]",
        "Nguồn: [Link nguồn]Nguồn: [Link nguồn]",
        "Chuyện người lái đò đưa cả làng qua lũ sẽ được kể trong số báo sau Nguồn: [Link nguồn]",
        "Ảnh: Văn Nam.",
        "- Clip: Bạn đọc cung cấp.",
        "Đoàn xe đầu tiên qua cầu Ánh Dương sáng 5/3 (Ảnh: Văn Nam).",
        "Cầu Ánh Dương nhìn từ bờ bắc (Ảnh minh họa)",
    ],
)
def test_captions_credits_and_teasers_are_told(sentence: str) -> None:
    assert is_caption(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Theo nguồn tin của báo, cầu có bốn làn xe.",
        "Ảnh của ông được treo ở ba nơi: trường học, bưu điện và nhà văn hóa.",
        "Nguồn: số liệu của sở, vốn được đo ba lần mỗi ngày trong suốt cả mùa mưa năm ngoái ở mọi trạm.",
        "Nguồn vốn (ảnh hưởng bởi tỷ giá) tăng 5%.",
        "Ảnh: Văn Nam Sáng 5/3, cầu Ánh Dương thông xe sau ba năm thi công, nối hai bờ sông Lam lần đầu tiên.",
    ],
)
def test_sentences_that_tell_something_are_no_captions(sentence: str) -> None:
    assert not is_caption(sentence)


def test_a_caption_is_chosen_only_where_there_is_nothing_else() -> None:
    told, photo, source = "Cầu có bốn làn xe.", "Cầu bốn làn xe (Ảnh: Văn Nam).", "Nguồn: [Link nguồn]"
    assert choose_sentence([told, photo, source], [0.1, 0.9, 0.8]) == 0
    assert choose_sentence([photo, source], [0.1, 0.9]) == 1
    assert choose_sentence([told, told, photo], [0.5, 0.5, 0.9]) == 0
