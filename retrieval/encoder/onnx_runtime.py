"""Imports onnxruntime with its telemetry switched off, and opens graphs; other modules get onnxruntime from here."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from onnxruntime import InferenceSession


def import_onnxruntime() -> Any:  # noqa: ANN401  # the module; the package is untyped
    """Imports onnxruntime, which reads once, at its first import, whether it may send telemetry.

    It would report to its maker how it is used, and keep an identifier for that in the user's cache folder.
    """
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    return onnxruntime


def open_session(graph: Path, threads: int) -> InferenceSession:
    """Opens a graph of the bundled model, which several threads may run at once.

    Args:
        graph: a file that `bundled.onnx_graph` wrote.
        threads: threads that share one run.
    """
    onnxruntime = import_onnxruntime()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3  # errors only
    # The graph is written as it runs best; looking for a better one takes a third of the time of opening.
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    # Plans of memory, one for each length of a text, take more than they save.
    options.enable_mem_pattern = False
    return onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])
