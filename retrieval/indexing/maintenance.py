"""The operations on a whole index: sync, rebuild, delete, describe and check."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Sequence
from functools import partial
from itertools import chain
from pathlib import Path

from retrieval.config import DEFAULT_CORPUS
from retrieval.corpus import CHUNKER, path_text, read_articles
from retrieval.datatypes import Article, SourcedArticle, Span
from retrieval.encoder import Reporter
from retrieval.errors import HoiBaoError, IndexMissingError
from retrieval.indexing.added_files import added_files
from retrieval.indexing.encoding import EncodedPassages
from retrieval.indexing.opening import (
    IndexInfo,
    absolute_model_name,
    absolute_path,
    create_store,
    encoder_named,
    ignore_report,
    info_of,
    manifest_if_any,
    open_for_sync,
    open_store,
)
from retrieval.indexing.progress import Progress, ignore_progress
from retrieval.indexing.sync import SyncReport, require_article, sync_store
from retrieval.store import (
    DEFAULT_STORE_SETTINGS,
    REBUILD_FOLDER,
    EmbeddedStore,
    Manifest,
    StoreSettings,
    writer_lock,
)

PATIENCE_S = 2.0
"""How long a change waits for another process that writes."""


def sync_index(
    index: Path,
    paths: Sequence[Path] = (),
    *,
    model: str | None = None,
    report: Reporter = ignore_report,
    progress: Progress = ignore_progress,
    store_settings: StoreSettings = DEFAULT_STORE_SETTINGS,
) -> SyncReport:
    """Makes an index hold exactly the articles in files and folders, and those added by `add_files`.

    Args:
        index: the folder; created if absent.
        paths: files and folders; if empty, those of the last finished sync, or the default corpus.
        model: name of the encoder of a new index; for an existing index, it must be the same one.
        report: called at each step that takes seconds.
        progress: called as the sync goes on.
        store_settings: settings of the storage engine.

    Raises:
        UsageError: a path does not exist.
        ManifestError: the index was built with another model or chunker.
        IndexLockedError: another sync is running.
        HoiBaoError: the paths hold no article; nothing was changed.
    """
    index.mkdir(parents=True, exist_ok=True)
    with writer_lock(index, PATIENCE_S):
        manifest = manifest_if_any(index)
        known = [Path(path) for path in manifest.paths] if manifest else []
        # Absolute, so that the next sync finds them from every working directory.
        chosen = [absolute_path(path) for path in paths or known or [DEFAULT_CORPUS]]
        added = [path for path in added_files(index) if not any(path.is_relative_to(root) for root in chosen)]
        items = chain(require_article(read_articles(chosen), chosen), read_articles(added))
        with open_for_sync(index, manifest, model, report, progress, store_settings) as (store, encoder):
            store.note_paths([path_text(path) for path in chosen])
            result = sync_store(items, store, encoder, progress=progress, store_settings=store_settings)
            store.note_sync(dt.datetime.now(dt.UTC))
    return result


def rebuild_index(
    index: Path,
    *,
    model: str | None = None,
    report: Reporter = ignore_report,
    progress: Progress = ignore_progress,
    store_settings: StoreSettings = DEFAULT_STORE_SETTINGS,
) -> SyncReport:
    """Builds an index anew from its own articles, then replaces the old one at once.

    Vectors are reused if neither model nor chunker has changed. A rebuild that was stopped is continued by the next.

    Args:
        index: the folder.
        model: name of the encoder to build with; None for that of the index.
        report: called at each step that takes seconds.
        progress: called as the rebuild goes on.
        store_settings: settings of the storage engine.

    Raises:
        IndexMissingError: there is no index in the folder.
        IndexLockedError: a sync is running.
    """
    if not index.exists():
        raise IndexMissingError(f"no index in {index}/ yet: run `hoibao sync` first")
    with writer_lock(index, PATIENCE_S), open_store(index, store_settings) as store:
        old = store.manifest
        encoder = encoder_named(model or old.model, report)
        manifest = Manifest(encoder.id, encoder.dim, CHUNKER, absolute_model_name(model) or old.model, old.paths)
        reusable = (old.encoder, old.chunker) == (manifest.encoder, manifest.chunker)
        with _open_rebuilt_store(index / REBUILD_FOLDER, manifest, store_settings) as rebuilt:
            items = (SourcedArticle(stored.article, stored.origin, stored.place) for stored in store.stored())
            reuse = partial(_encoded_passages, store) if reusable else _reuse_nothing
            result = sync_store(
                items, rebuilt, lambda: encoder, progress=progress, reuse=reuse, store_settings=store_settings
            )
            store.replace_with(rebuilt)
        shutil.rmtree(index / REBUILD_FOLDER)
        store.pack(partial(progress, "packing"))
    return result


def delete_articles(index: Path, ids: Sequence[str], *, store_settings: StoreSettings = DEFAULT_STORE_SETTINGS) -> None:
    """Deletes articles; a later sync that still reads them adds them again.

    Raises:
        HoiBaoError: one of the ids is not in the index; nothing was deleted.
    """
    with open_store(index, store_settings) as store, writer_lock(index, PATIENCE_S):
        unknown = sorted(set(ids) - store.fingerprints().keys())
        if unknown:
            raise HoiBaoError(f"not in the index: {', '.join(unknown)}; nothing was deleted")
        store.commit([], ids)
        store.save_caches()


def index_info(index: Path, *, store_settings: StoreSettings = DEFAULT_STORE_SETTINGS) -> IndexInfo:
    """Returns the contents of an index, without loading its model."""
    with open_store(index, store_settings) as store:
        return info_of(store)


def check_index(
    index: Path,
    *,
    report: Reporter = ignore_report,
    progress: Progress = ignore_progress,
    store_settings: StoreSettings = DEFAULT_STORE_SETTINGS,
) -> tuple[list[str], list[str]]:
    """Compares the derived indexes with the database, and rebuilds them if they disagree.

    Returns:
        (disagreements before, disagreements that remain after the derived indexes were rebuilt).
    """
    with open_store(index, store_settings) as store, writer_lock(index, PATIENCE_S):
        report("comparing the caches with corpus.db")
        before = store.disagreements()
        if not before:
            return [], []
        report("they do not agree: building them anew")
        store.drop_caches()
        store.save_caches()
        store.pack(partial(progress, "packing"))
        return before, store.disagreements()


def _open_rebuilt_store(folder: Path, manifest: Manifest, settings: StoreSettings) -> EmbeddedStore:
    """Opens the store that a rebuild fills; that of a stopped rebuild is kept if it has the same manifest."""
    if manifest_if_any(folder) not in (None, manifest):
        shutil.rmtree(folder)
    return create_store(folder, manifest, settings)


def _reuse_nothing(_: Article) -> None:
    """Returns None: every article is chunked and encoded."""


def _encoded_passages(store: EmbeddedStore, article: Article) -> EncodedPassages | None:
    """Returns sentences, passages and vectors of an article as they are stored."""
    with store.snapshot() as snapshot:
        stored = snapshot.article(article.id)
        if stored is None:
            return None
        ids = snapshot.passages_of([stored.number]).get(stored.number, ())
        passages = snapshot.passages(ids)
        spans = tuple(Span(passages[key][0].start, passages[key][0].end) for key in ids)
        return stored.sentences, spans, snapshot.vectors(ids)
