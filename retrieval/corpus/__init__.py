"""From corpus files to articles, from articles to passages, and the signatures that find near-duplicates.

Takes files and folders, article bodies and sentences; returns articles with their source, passage spans and MinHash
signatures. The indexing package calls it for writing, the store and the answers for near-duplicates.
"""

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
from retrieval.corpus.readers import path_text, read_articles

__all__ = [
    "CHUNKER",
    "MIN_SIMILARITY",
    "bands",
    "chunk",
    "path_text",
    "read_articles",
    "repeats",
    "reports_other_figures",
    "signature",
    "similarities",
]
