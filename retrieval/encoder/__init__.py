"""Sentence embeddings: encoders turn questions and passages into unit vectors, and count model tokens.

`open_encoder` takes the name of a model, or None for the bundled one, and returns an `Encoder`. Indexing calls it for
passages, the service for questions; nothing else loads an embedding model.
"""

from __future__ import annotations

from retrieval.encoder.loading import open_encoder
from retrieval.encoder.protocol import Encoder, Reporter

__all__ = [
    "Encoder",
    "Reporter",
    "open_encoder",
]
