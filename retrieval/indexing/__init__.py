"""Door."""

from __future__ import annotations

from retrieval.indexing.maintenance import (
    add_files,
    check_index,
    delete_articles,
    index_info,
    preview_files,
    rebuild_index,
    sync_index,
)
from retrieval.indexing.opening import IndexInfo, encoder_of, info_of, open_store, report_nothing
from retrieval.indexing.sync import Stage, SyncReport

__all__ = [
    "IndexInfo",
    "Stage",
    "SyncReport",
    "add_files",
    "check_index",
    "delete_articles",
    "encoder_of",
    "index_info",
    "info_of",
    "open_store",
    "preview_files",
    "rebuild_index",
    "report_nothing",
    "sync_index",
]
