"""Sentence embeddings: the `Encoder` protocol, and one encoder a module behind it."""

from __future__ import annotations

import os
from pathlib import Path

from retrieval.encoder.protocol import Encoder, Report

os.environ["ORT_DISABLE_TELEMETRY"] = "1"
"""Read by onnxruntime when it is imported, which would tell its maker how it is used, and keep a number for that in the
user's cache folder."""


def _say_nothing(line: str) -> None:
    """The default report."""


def open_encoder(model: str | None, *, report: Report = _say_nothing, cache: Path | None = None) -> Encoder:
    """Load an embedding model.

    Args:
        model: a hub id or a folder for sentence-transformers; None for the bundled model, which is prepared first
            (about a minute, once) when it is not in the cache.
        report: hears each step that takes seconds.
        cache: where the bundled model is kept; this user's cache folder if None.

    Raises:
        ModelError: the model cannot be found, loaded or prepared.
    """
    # Imported here, since each brings libraries that the other does without.
    if model is not None:
        from retrieval.encoder.sentence_transformer import SentenceTransformerEncoder

        return SentenceTransformerEncoder(model, report)
    from retrieval.encoder import bundle
    from retrieval.encoder.onnx_encoder import OnnxEncoder

    return OnnxEncoder(bundle.prepare(cache or bundle.default_cache(), report))
