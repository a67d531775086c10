"""The reader's labels, batches and loss, by hand arithmetic."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import torch

from retrieval.datatypes import Span
from retrieval.training.networks.reader_network import IGNORED, LENGTH_STEP, Collator, LabelledInput
from retrieval.training.networks.reader_training import label_row
from retrieval.training.reading_rows import ReadingRow
from tests.retrieval.training.networks.tiny import HIDDEN, embeddings, network, tokenize_word

ANSWERING = ReadingRow("cầu dài mấy", "Cầu", "Cầu dài 5 mét nay", Span(8, 13), (), "cau")
FALSE = ReadingRow("hầm dài mấy", "Cầu", "Cầu dài", None, (Span(0, 3),), "cau")
FOREIGN = ReadingRow("cầu dài mấy", "", "Mưa lớn", None, None, "cau")


def labelled(row: ReadingRow) -> LabelledInput:
    one = label_row(row, tokenize_word)
    assert one is not None
    return one


def test_labels_are_the_tokens_of_the_answer_and_of_the_contradicted_words() -> None:
    # <s> cầu dài mấy </s> </s> Cầu </s> Cầu dài 5 mét nay </s>
    one = labelled(ANSWERING)
    assert (one.first, one.last) == (10, 11)
    assert [one.input.ids[place] for place in (10, 11)] == [*tokenize_word("5"), *tokenize_word("mét")]
    assert one.contradicted == frozenset()
    assert labelled(FALSE).contradicted == frozenset({1})
    assert (labelled(FALSE).first, labelled(FALSE).last) == (0, 0)
    assert labelled(FOREIGN).contradicted is None


def test_an_answer_beyond_what_is_read_gives_no_label() -> None:
    passage = "và " * 300 + "hết"
    row = ReadingRow("khi nào", "", passage, Span(len(passage) - 3, len(passage)), (), "cau")
    assert label_row(row, tokenize_word) is None


def test_a_batch_is_padded_and_tells_parts_and_labels(tmp_path: Path) -> None:
    table = embeddings(tmp_path)
    ones = [labelled(ANSWERING), labelled(FALSE), labelled(FOREIGN)]
    batch = Collator(table)([{"row": one} for one in ones])
    assert batch["inputs_embeds"].shape == (3, LENGTH_STEP, HIDDEN)
    assert batch["attention_mask"].sum(dim=1).tolist() == [14, 11, 10]
    assert batch["parts"][1].tolist() == [0, 1, 1, 1, 0, 0, 2, 0, 3, 3, 0, *[0] * 5]
    assert batch["first"].tolist() == [10, 0, 0] and batch["last"].tolist() == [11, 0, 0]
    unknown = [IGNORED] * LENGTH_STEP
    assert batch["contradicted"][0].tolist() == [IGNORED, 0, 0, 0, *unknown[4:]]
    assert batch["contradicted"][1].tolist() == [IGNORED, 1, 0, 0, *unknown[4:]]
    assert batch["contradicted"][2].tolist() == unknown
    np.testing.assert_array_equal(batch["inputs_embeds"][2, 1], table.look_up(tokenize_word("cầu"))[0])
    assert not batch["inputs_embeds"][2, 10:].any()


def test_the_loss_of_equal_scores_is_that_of_chance(tmp_path: Path) -> None:
    reader = network()
    with torch.no_grad():
        for parameter in (*reader.tokens.parameters(), *reader.answerable.parameters()):
            parameter.zero_()
    batch = Collator(embeddings(tmp_path))([{"row": labelled(ANSWERING)}])
    # The answer begins and ends at one of five words, or at <s>; two choices of two kinds remain.
    assert reader(**batch)["loss"].item() == np.float32(math.log(6) + 2 * math.log(2)).item()
    batch = Collator(embeddings(tmp_path))([{"row": labelled(FOREIGN)}])
    assert math.isclose(reader(**batch)["loss"].item(), math.log(3) + math.log(2), rel_tol=1e-6)


def test_the_embeddings_of_positions_are_not_trained_and_nothing_is_dropped() -> None:
    reader = network()
    assert not any(parameter.requires_grad for parameter in reader.bert.embeddings.parameters())
    assert all(parameter.requires_grad for parameter in reader.bert.encoder.parameters())
    assert {module.p for module in reader.modules() if isinstance(module, torch.nn.Dropout)} == {0.0}
