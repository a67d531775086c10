"""Makes a reader whose scores are known: its graph returns what stands in the token embeddings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper, save_model

from retrieval.encoder import BundledParts
from retrieval.reading import Reader

SCORES = ("first", "last", "contradicted")
"""The scores of a token, in the order of the graph's output; `answerable` is that of `<s>`."""


class KnownScores:
    """Stands for the token embeddings: gives each token the scores that a test wrote down for it."""

    dim = 4

    def __init__(self, scores: Mapping[int, Sequence[float]]) -> None:
        self._scores = scores

    def look_up(self, ids: Sequence[int]) -> NDArray[np.float32]:
        return np.array([self._scores.get(token, (0.0,) * self.dim) for token in ids], np.float32)


class Parts:
    """Stands for the parts of the bundled model: one token a word, numbered as it first appears, from 10."""

    def __init__(self, scores: Mapping[str, Sequence[float]]) -> None:
        self._words: dict[str, int] = {"<s>": 0, "</s>": 2}
        self.embeddings = KnownScores({self.tokenize_word(word)[0]: row for word, row in scores.items()})

    def tokenize_word(self, word: str) -> Sequence[int]:
        return [self._words.setdefault(word, len(self._words) + 10)]


def known_reader(folder: Path, scores: Mapping[str, Sequence[float]], budget_s: float | None = None) -> Reader:
    """Makes a reader that gives each word the scores first, last, contradicted, answerable."""
    return Reader(write_graph(folder / "graph.onnx"), cast(BundledParts, Parts(scores)), budget_s)


def write_graph(path: Path) -> Path:
    """Writes the graph: token_scores are the first three columns, answerable is the fourth of the first token."""
    nodes = [
        helper.make_node("Slice", ["inputs_embeds", "zero", "three", "two"], ["token_scores"]),
        helper.make_node("Gather", ["inputs_embeds", "none"], ["starts"], axis=1),
        helper.make_node("Gather", ["starts", "last"], ["answerable"], axis=1),
        helper.make_node("Shape", ["attention_mask"], ["size"]),
    ]
    numbers = {"zero": [0], "three": [3], "two": [2]}
    constants = [numpy_helper.from_array(np.array(value, np.int64), name) for name, value in numbers.items()]
    constants += [
        numpy_helper.from_array(np.array(value, np.int64), name) for name, value in (("none", 0), ("last", 3))
    ]
    graph = helper.make_graph(
        nodes,
        "known",
        [
            helper.make_tensor_value_info("inputs_embeds", TensorProto.FLOAT, ["n", "tokens", 4]),
            helper.make_tensor_value_info("attention_mask", TensorProto.INT64, ["n", "tokens"]),
        ],
        [
            helper.make_tensor_value_info("token_scores", TensorProto.FLOAT, ["n", "tokens", 3]),
            helper.make_tensor_value_info("answerable", TensorProto.FLOAT, ["n"]),
        ],
        constants,
    )
    save_model(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9), path)
    return path
