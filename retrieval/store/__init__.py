"""Where articles, passages and vectors are kept and found again: the `Store` protocol and two engines behind it."""

from __future__ import annotations

from retrieval.store.embedded import EmbeddedStore
from retrieval.store.folder import ASIDE, folder_sizes, writing
from retrieval.store.protocol import ArticleRecord, Fingerprint, Manifest, Snapshot, Store, StoredArticle, Totals
from retrieval.store.sidecar import replace_file
from retrieval.store.vectors import KIND

__all__ = [
    "ASIDE",
    "KIND",
    "ArticleRecord",
    "EmbeddedStore",
    "Fingerprint",
    "Manifest",
    "Snapshot",
    "Store",
    "StoredArticle",
    "Totals",
    "folder_sizes",
    "replace_file",
    "writing",
]
