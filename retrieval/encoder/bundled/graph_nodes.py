"""Collects the nodes and constants of an ONNX graph, and writes them into files."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto, TensorProto

CONTRIB = "com.microsoft"
"""Domain of the operators that only onnxruntime has."""

_OPSETS = {"": 23, CONTRIB: 1}  # 23 is the first with an operator for attention
_IR_VERSION = 10
_MIN_EXTERNAL_BYTES = 1024


class GraphNodes:
    """An ONNX graph that grows node by node; a value is known by its name."""

    def __init__(self) -> None:
        self._nodes: dict[str, NodeProto] = {}
        self._constants: dict[str, TensorProto] = {}

    def apply(
        self,
        operator: str,
        *inputs: str,
        domain: str = "",
        output: str = "",
        **attributes: Any,  # noqa: ANN401  # an attribute may be of any type
    ) -> str:
        """Adds a node of one output, unless there is an equal one, and returns the output's name.

        An empty input is one that is left out.
        """
        from onnx import helper

        key = repr((operator, inputs, domain, output, attributes))
        if key not in self._nodes:
            name = output or f"{operator}_{len(self._nodes)}"
            self._nodes[key] = helper.make_node(operator, inputs, [name], name=name, domain=domain, **attributes)
        result: str = self._nodes[key].output[0]
        return result

    def floats(self, values: ArrayLike) -> str:
        """Returns the name of a float32 constant."""
        return self.constant(np.asarray(values, np.float32))

    def integers(self, *values: int) -> str:
        """Returns the name of an int64 constant, shape (len(values),), as shapes and axes are given."""
        return self.constant(np.array(values, np.int64))

    def constant(self, values: NDArray[Any]) -> str:
        """Returns the name of a constant; equal constants are kept once."""
        from onnx import numpy_helper

        values = np.asarray(values, order="C")
        key = f"{values.dtype} {values.shape} {hashlib.sha256(values.tobytes()).hexdigest()}"
        if key not in self._constants:
            self._constants[key] = numpy_helper.from_array(values, f"constant_{len(self._constants)}")
        name: str = self._constants[key].name
        return name

    def float_mask(self) -> str:
        """Returns the name of the attention mask as float32."""
        from onnx import TensorProto

        return self.apply("Cast", "attention_mask", to=TensorProto.FLOAT)

    def model(self, outputs: Mapping[str, tuple[str | int, ...] | None], dim: int) -> ModelProto:
        """Returns the graph from `inputs_embeds` and `attention_mask` to float32 outputs of the given shapes."""
        from onnx import TensorProto, helper

        embeddings = helper.make_tensor_value_info("inputs_embeds", TensorProto.FLOAT, ["n", "tokens", dim])
        mask = helper.make_tensor_value_info("attention_mask", TensorProto.INT64, ["n", "tokens"])
        results = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in outputs.items()]
        graph = helper.make_graph(
            list(self._nodes.values()), "model", [embeddings, mask], results, list(self._constants.values())
        )
        opsets = [helper.make_opsetid(domain, version) for domain, version in _OPSETS.items()]
        return helper.make_model(graph, opset_imports=opsets, ir_version=_IR_VERSION)


def save_model(model: ModelProto, path: Path) -> None:
    """Writes a graph, and beside it (`.weights`) its large constants, which the runtime then memory-maps."""
    import onnx

    weights = path.with_suffix(".weights")
    onnx.save_model(model, path, save_as_external_data=True, location=weights.name, size_threshold=_MIN_EXTERNAL_BYTES)
    weights.chmod(0o644)  # onnx makes the file private, but a cache may be shared
