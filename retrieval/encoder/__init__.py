"""Sentence embeddings: encoders turn questions and passages into unit vectors, and count model tokens.

`open_encoder` takes the name of a model, or None for the bundled one, and returns an `Encoder`. Indexing calls it for
passages, the service for questions; nothing else loads an embedding model.
"""

from __future__ import annotations

from retrieval.encoder.bundled import ReaderHeads, prepare_reader
from retrieval.encoder.bundled_parts import BundledParts, open_bundled_parts
from retrieval.encoder.layer_weights import layer_weights, write_reader
from retrieval.encoder.loading import open_encoder
from retrieval.encoder.onnx_runtime import open_session
from retrieval.encoder.protocol import Encoder, Reporter
from retrieval.encoder.token_embeddings import TokenEmbeddings

__all__ = [
    "BundledParts",
    "Encoder",
    "ReaderHeads",
    "Reporter",
    "TokenEmbeddings",
    "layer_weights",
    "open_bundled_parts",
    "open_encoder",
    "open_session",
    "prepare_reader",
    "write_reader",
]
