"""Store: stores articles, passages and vectors, and searches them by dense and lexical search.

Indexing writes article records with their vectors; search and answering read ranked passage ids, articles and totals
from snapshots. The protocols `Store` and `Snapshot` are the interface, `EmbeddedStore` is the engine of an index
folder.
"""

from __future__ import annotations

from retrieval.store.embedded import EmbeddedStore
from retrieval.store.file_replacement import replace_file, replacing_file
from retrieval.store.folder import REBUILD_FOLDER, folder_sizes, writer_lock
from retrieval.store.protocol import ArticleRecord, Fingerprint, Manifest, Snapshot, Store, StoredArticle, Totals
from retrieval.store.settings import DEFAULT_STORE_SETTINGS, StoreSettings
from retrieval.store.vectors import DENSE_SEARCH

__all__ = [
    "DEFAULT_STORE_SETTINGS",
    "DENSE_SEARCH",
    "REBUILD_FOLDER",
    "ArticleRecord",
    "EmbeddedStore",
    "Fingerprint",
    "Manifest",
    "Snapshot",
    "Store",
    "StoreSettings",
    "StoredArticle",
    "Totals",
    "folder_sizes",
    "replace_file",
    "replacing_file",
    "writer_lock",
]
