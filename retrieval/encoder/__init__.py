"""Sentence embeddings: the `Encoder` protocol, and one encoder a module behind it."""

from __future__ import annotations

import os

from retrieval.encoder.loading import open_encoder
from retrieval.encoder.protocol import Encoder, Reporter

__all__ = [
    "Encoder",
    "Reporter",
    "open_encoder",
]

os.environ["ORT_DISABLE_TELEMETRY"] = "1"
"""Read by onnxruntime when it is imported, which would tell its maker how it is used, and keep a number for that in the
user's cache folder."""
