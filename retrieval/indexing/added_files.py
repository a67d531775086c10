"""Single files whose articles are added to an index; copies of them in the index keep the articles at later syncs."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

from retrieval.corpus import path_text, read_articles
from retrieval.datatypes import SourcedArticle
from retrieval.encoder import Reporter
from retrieval.errors import SourceError, UsageError
from retrieval.indexing.opening import absolute_path, ignore_report, manifest_of, open_for_sync, open_store
from retrieval.indexing.progress import Progress, ignore_progress
from retrieval.indexing.sync import SyncReport, preview_sync, require_article, sync_store
from retrieval.store import DEFAULT_STORE_SETTINGS, Fingerprint, StoreSettings, replace_file, writer_lock

ADDED_FOLDER = "added"
"""Folder in an index for the copies of added files."""

ADD_PATIENCE_S = 120.0
"""How long an addition waits for another process that writes, because the sender of a file sees no running sync."""


def add_files(
    index: Path,
    files: Sequence[Path],
    *,
    report: Reporter = ignore_report,
    progress: Progress = ignore_progress,
    store_settings: StoreSettings = DEFAULT_STORE_SETTINGS,
) -> SyncReport:
    """Adds the articles of single files to an index, with copies of the files.

    An added file of the same name is replaced: its articles that the new file lacks are deleted. The copies make later
    syncs keep the articles; to remove them, delete the copy in `added/` and sync.

    Raises:
        UsageError: a path is not a file of a kind that is read.
        IndexMissingError: there is no index in the folder.
        IndexLockedError: a sync is running, and does not end within two minutes.
        HoiBaoError: the files hold no article; nothing was changed.
    """
    with writer_lock(index, ADD_PATIENCE_S):
        copies = _copy_targets(index, files)
        with open_for_sync(index, manifest_of(index), None, report, progress, store_settings) as (store, encoder):
            stored = store.fingerprints()
            require_article(_refuse_foreign_ids(read_articles(files), stored, index), files)
            for copy, file in copies.items():
                _copy_file(file, copy)
            items = _refuse_foreign_ids(read_articles(list(copies)), stored, index)
            origins = {path_text(copy) for copy in copies}
            return sync_store(
                items,
                store,
                encoder,
                progress=progress,
                owned=origins.__contains__,
                store_settings=store_settings,
            )


def preview_files(index: Path, files: Sequence[Path]) -> SyncReport:
    """Returns what `add_files` would do, without doing it; `deleted` and `passages` are 0.

    Raises:
        UsageError: a path is not a file of a kind that is read.
        IndexMissingError: there is no index in the folder.
    """
    _copy_targets(index, files)
    with open_store(index) as store:
        return preview_sync(_refuse_foreign_ids(read_articles(files), store.fingerprints(), index), store)


def added_files(index: Path) -> list[Path]:
    """Returns the copies of the files that were added to an index, sorted by name."""
    folder = _added_folder(index)
    return sorted(path for path in folder.iterdir() if not path.name.startswith(".")) if folder.is_dir() else []


def _added_folder(index: Path) -> Path:
    return absolute_path(index) / ADDED_FOLDER


def _copy_targets(index: Path, files: Sequence[Path]) -> dict[Path, Path]:
    """Returns each file by the path of its copy in the index."""
    for file in files:
        if file.is_dir() or file.name.startswith("."):
            raise UsageError(f"cannot add {file}: give single files, whose names do not begin with a dot")
    copies = {_added_folder(index) / file.name: file for file in files}
    if len(copies) < len(files):
        raise UsageError("two of the files have the same name: add them one after the other, or rename one")
    return copies


def _copy_file(file: Path, copy: Path) -> None:
    copy.parent.mkdir(exist_ok=True)
    with file.open("rb") as source:
        replace_file(copy, partial(shutil.copyfileobj, source))


def _refuse_foreign_ids(
    items: Iterable[SourcedArticle | SourceError], stored: Mapping[str, Fingerprint], index: Path
) -> Iterator[SourcedArticle | SourceError]:
    """Replaces each article whose id belongs to the corpus by an error.

    An added file must not replace an article of the corpus that happens to have the same id.
    """
    folder = f"{path_text(_added_folder(index))}{os.sep}"
    for item in items:
        before = stored.get(item.article.id) if isinstance(item, SourcedArticle) else None
        if isinstance(item, SourceError) or before is None or before.origin.startswith(folder):
            yield item
        else:
            reason = f"its id {item.article.id!r} is already that of an article from {before.origin}; give it another"
            yield SourceError(item.place, reason)
