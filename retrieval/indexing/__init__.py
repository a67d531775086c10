"""The write path: brings articles from files into an index, and opens an index with its encoder.

Takes an index folder and files or folders; returns a `SyncReport`, an `IndexInfo`, or an open store. The command line
calls it to change an index, the service to open one.
"""

from __future__ import annotations

from retrieval.indexing.added_files import add_files, preview_files
from retrieval.indexing.encoding import passage_input
from retrieval.indexing.maintenance import check_index, delete_articles, index_info, rebuild_index, sync_index
from retrieval.indexing.opening import IndexInfo, encoder_of, ignore_report, info_of, open_store
from retrieval.indexing.progress import Progress, Stage
from retrieval.indexing.sync import SyncReport

__all__ = [
    "IndexInfo",
    "Progress",
    "Stage",
    "SyncReport",
    "add_files",
    "check_index",
    "delete_articles",
    "encoder_of",
    "ignore_report",
    "index_info",
    "info_of",
    "open_store",
    "passage_input",
    "preview_files",
    "rebuild_index",
    "sync_index",
]
