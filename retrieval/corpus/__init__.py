"""From corpus files to articles, from articles to passages, and the signatures that find near-duplicates.

Takes files and folders, article bodies and sentences; returns articles with their source, passage spans and MinHash
signatures. The indexing package calls it for writing, the store and the answers for near-duplicates.
"""

from __future__ import annotations

from retrieval.corpus.chunking import CHUNKER, chunk
from retrieval.corpus.near_duplicates import (
    MIN_SIMILARITY,
    band_keys,
    estimated_similarities,
    is_mostly_contained,
    minhash_signature,
    reports_other_figures,
)
from retrieval.corpus.readers import path_text, read_articles

__all__ = [
    "CHUNKER",
    "MIN_SIMILARITY",
    "band_keys",
    "chunk",
    "estimated_similarities",
    "is_mostly_contained",
    "minhash_signature",
    "path_text",
    "read_articles",
    "reports_other_figures",
]
