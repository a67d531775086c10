"""The rows that an encoder is trained on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from retrieval.training.encoder_rows import EncoderRow, encoder_rows
from retrieval.training.reading_questions import Label, TrainingQuestion
from retrieval.training.reading_rows import FoundPassages
from retrieval.training.training_material import TrainingMaterial
from tests.retrieval.sample_articles import BRIDGE, FOOTBALL, RICE

LENGTH = TrainingQuestion("1", "Cầu Ánh Dương dài bao nhiêu?", Label.ANSWER, "cau", answer="1.200 mét")
FIRST, SECOND = BRIDGE.body.index("\n"), BRIDGE.body.rindex("\n")
FOUND = FoundPassages(own=(("cau", 0, FIRST), ("cau", FIRST + 1, SECOND)), foreign=(("gao", 0, 14), ("bong-da", 0, 13)))
MATERIAL = TrainingMaterial([LENGTH], {one.id: one for one in (BRIDGE, RICE, FOOTBALL)}, {"1": FOUND})


@pytest.mark.parametrize("seed", range(5))
def test_a_row_holds_the_best_passage_with_the_answer_and_one_of_an_article_without_it(seed: int) -> None:
    holding = replace(RICE, body=RICE.body + " Kho dài 1.200 mét.")
    material = replace(MATERIAL, articles={**MATERIAL.articles, "gao": holding})
    assert list(encoder_rows(material, seed)) == [
        EncoderRow(
            "Cầu Ánh Dương dài bao nhiêu?",
            "Khánh thành cầu Ánh Dương (5/3/2024)\nCây cầu dài 1.200 mét, có bốn làn xe và hai lối đi bộ.",
            "Đội tuyển nữ thắng đậm (20/5/2024)\nĐội tuyển nữ ",
            "cau",
        )
    ]


def test_other_seeds_take_other_negatives() -> None:
    assert len({row.negative for seed in range(10) for row in encoder_rows(MATERIAL, seed)}) == 2


def test_a_question_without_an_answering_passage_or_a_negative_gives_no_row() -> None:
    for found in (replace(FOUND, own=FOUND.own[:1]), replace(FOUND, foreign=())):
        assert list(encoder_rows(replace(MATERIAL, found={"1": found}), 0)) == []
    near = replace(LENGTH, label=Label.NEAR, answer=None)
    assert list(encoder_rows(replace(MATERIAL, questions=[near]), 0)) == []
