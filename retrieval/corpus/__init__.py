"""Door."""

from __future__ import annotations

from retrieval.corpus.chunking import CHUNKER, chunk
from retrieval.corpus.near_duplicates import (
    MIN_SIMILARITY,
    bands,
    repeats,
    reports_other_figures,
    signature,
    similarities,
)
from retrieval.corpus.readers import read_articles

__all__ = [
    "CHUNKER",
    "MIN_SIMILARITY",
    "bands",
    "chunk",
    "read_articles",
    "repeats",
    "reports_other_figures",
    "signature",
    "similarities",
]
