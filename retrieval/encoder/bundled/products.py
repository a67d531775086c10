"""Matrix products of a graph: in float32, or of 8-bit inputs and 7-bit weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.encoder.bundled.graph_nodes import CONTRIB, GraphNodes

_LARGEST_WEIGHT = 64
"""Seven bits, because without VNNI instructions the 16-bit sums of eight-bit products overflow: 2 x 255 x 64 < 2^15."""

_LARGEST_INPUT, _ZERO = 127, 128
_MARGIN = 1.1
"""An input may become that much larger than any that was seen, before it is clipped."""

_TINY = 1e-6
_ONE = np.ones(1, np.float32)

_GELU_MIN = 0.17
_GELU_ZERO = 32
"""An output of GELU is -0.17 at least: the zero is low, so that most steps are left to what is positive."""


@dataclass(frozen=True, slots=True)
class Operand:
    """An input of one or several products, ready for them."""

    value: str
    steps: NDArray[np.float32]
    """An input of channel c is `steps[c]` times its integer; shape (channels,). Ones if it has no integers."""

    zero: int = 0
    row_scales: str = ""
    """Name of what the products of a row are to be multiplied by, shape (rows, 1); empty if by one."""


class Products(Protocol):
    """How a graph multiplies states, shape (rows, channels), by matrices of weights."""

    def norm_operand(self, graph: GraphNodes, key: str, states: str) -> Operand:
        """Prepares outputs of LayerNorm, whose range is the same in every text; `key` names the place in the model."""

    def gelu_operand(self, graph: GraphNodes, states: str) -> Operand:
        """Prepares outputs of GELU, whose range differs between rows."""

    def row_operand(self, graph: GraphNodes, states: str) -> Operand:
        """Prepares other states, whose range differs between rows."""

    def multiply(
        self, graph: GraphNodes, operand: Operand, matrix: NDArray[np.float32], bias: NDArray[np.float32] | None = None
    ) -> str:
        """Returns the name of operand x matrix + bias; the matrix has the shape (channels, outputs)."""


@dataclass(frozen=True, slots=True)
class FloatProducts:
    """Products in float32; notes the names of their inputs by key."""

    inputs: dict[str, str] = field(default_factory=dict)

    def norm_operand(self, graph: GraphNodes, key: str, states: str) -> Operand:
        """Returns the states as they are, and notes their name."""
        self.inputs[key] = states
        return Operand(states, _ONE)

    def gelu_operand(self, graph: GraphNodes, states: str) -> Operand:
        """Returns the states as they are."""
        return Operand(states, _ONE)

    def row_operand(self, graph: GraphNodes, states: str) -> Operand:
        """Returns the states as they are."""
        return Operand(states, _ONE)

    def multiply(
        self, graph: GraphNodes, operand: Operand, matrix: NDArray[np.float32], bias: NDArray[np.float32] | None = None
    ) -> str:
        """Adds MatMul, and Add for a bias."""
        product = graph.apply("MatMul", operand.value, graph.floats(matrix))
        return product if bias is None else graph.apply("Add", product, graph.floats(bias))


@dataclass(frozen=True, slots=True)
class Int8Products:
    """Products of 8-bit inputs and 7-bit weights, of which each output has one scale.

    The steps of an input do not depend on other rows: rows may be batched, and padding changes nothing.
    """

    steps: Mapping[str, NDArray[np.float32]]
    """By key, as `channel_steps` gives them."""

    def norm_operand(self, graph: GraphNodes, key: str, states: str) -> Operand:
        """Quantises the states of each channel in fixed steps, so that products need no scales of rows."""
        steps = self.steps[key]
        # The runtime quantises with one step many times faster than with one a channel.
        scaled = graph.apply("Mul", states, graph.floats(1 / steps))
        zero = graph.constant(np.array(_ZERO, np.uint8))
        return Operand(graph.apply("QuantizeLinear", scaled, graph.floats(1), zero), steps, _ZERO)

    def gelu_operand(self, graph: GraphNodes, states: str) -> Operand:
        """Quantises each row in steps of its own, most of which are left to what is positive."""
        largest = graph.apply("ReduceMax", states, graph.integers(-1), keepdims=0)
        steps = graph.apply("Mul", largest, graph.floats(1 / (255 - _GELU_ZERO)))
        steps = graph.apply("Max", steps, graph.floats(_GELU_MIN / _GELU_ZERO))
        return _quantise_rows(graph, states, steps, _GELU_ZERO)

    def row_operand(self, graph: GraphNodes, states: str) -> Operand:
        """Quantises each row in steps of its own."""
        largest = graph.apply("ReduceMax", states, graph.integers(-1), keepdims=0)
        lowest = graph.apply("Neg", graph.apply("ReduceMin", states, graph.integers(-1), keepdims=0))
        largest = graph.apply("Max", largest, lowest, graph.floats(_TINY))
        return _quantise_rows(graph, states, graph.apply("Mul", largest, graph.floats(1 / _LARGEST_INPUT)), _ZERO)

    def multiply(
        self, graph: GraphNodes, operand: Operand, matrix: NDArray[np.float32], bias: NDArray[np.float32] | None = None
    ) -> str:
        """Adds MatMulIntegerToFloat, which adds the bias too unless rows have scales."""
        integers, scales = quantise_columns(matrix * operand.steps[:, None])
        bias_within = "" if bias is None or operand.row_scales else graph.floats(bias)
        product = graph.apply(
            "MatMulIntegerToFloat",
            operand.value,
            graph.constant(integers),
            graph.floats(1),
            graph.floats(scales),
            graph.constant(np.array(operand.zero, np.uint8)),
            "",
            bias_within,
            domain=CONTRIB,
        )
        if not operand.row_scales:
            return product
        scaled = graph.apply("Mul", product, operand.row_scales)
        return scaled if bias is None else graph.apply("Add", scaled, graph.floats(bias))


def quantise_columns(matrix: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Quantises each column in steps of its own: its largest weight becomes 64 or -64.

    Returns:
        The integers, shape of the matrix, and the steps, shape (columns,).
    """
    scales = np.abs(matrix).max(axis=0) / np.float32(_LARGEST_WEIGHT)
    scales[scales == 0] = 1
    return np.rint(matrix / scales).astype(np.int8), scales.astype(np.float32)


def channel_steps(states: NDArray[np.float32]) -> NDArray[np.float32]:
    """Returns a step for each channel of states, shape (rows, channels), that moves outliers into the weights.

    As SmoothQuant does with an exponent of one half: a channel's step grows with the root of its largest value.
    """
    roots = np.sqrt(np.abs(states).max(axis=0))
    roots[roots == 0] = 1
    steps = roots * (np.abs(states / roots).max() * _MARGIN / _LARGEST_INPUT)
    # The last digits of what a float32 graph computes differ between processors.
    return np.array([float(f"{step:.4g}") for step in steps], np.float32)


def _quantise_rows(graph: GraphNodes, states: str, steps: str, zero: int) -> Operand:
    rows = graph.apply("Unsqueeze", graph.apply("Size", "attention_mask"), graph.integers(0))
    zeros = graph.apply("Expand", graph.constant(np.array([zero], np.uint8)), rows)
    quantised = graph.apply("QuantizeLinear", states, steps, zeros, axis=0)
    return Operand(quantised, _ONE, zero, graph.apply("Unsqueeze", steps, graph.integers(1)))
