"""Changes what an index holds, and keeps it sound."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from itertools import chain
from pathlib import Path

from retrieval.config import DEFAULT_CORPUS
from retrieval.corpus import CHUNKER, read_articles
from retrieval.datatypes import Article, SourcedArticle, Span
from retrieval.encoder import Encoder, Reporter
from retrieval.errors import HoiBaoError, IndexMissingError, SourceError, UsageError
from retrieval.indexing import sync as indexer
from retrieval.indexing.opening import (
    IndexInfo,
    check_chunker,
    check_encoder,
    create_store,
    encoder_named,
    encoder_of,
    info_of,
    open_store,
    report_nothing,
)
from retrieval.indexing.sync import Progress, SyncReport
from retrieval.store import (
    DEFAULT_SETTINGS,
    REBUILD_FOLDER,
    EmbeddedStore,
    Fingerprint,
    Manifest,
    StoreSettings,
    replace_file,
    writer_lock,
)

ADDED_FOLDER = "added"
"""The folder in an index for the files that were added to it, one by one."""
PATIENCE_S = 2.0
"""How long a change waits for another process that writes."""
LONG_PATIENCE_S = 120.0
"""How long a file to be added waits: whoever sends it does not see the sync that is running."""


def _nothing(*_: object) -> None:
    """Show no progress; take nothing over."""


def sync_index(
    index: Path,
    paths: Sequence[Path] = (),
    *,
    model: str | None = None,
    report: Reporter = report_nothing,
    progress: Progress = _nothing,
    settings: StoreSettings = DEFAULT_SETTINGS,
) -> SyncReport:
    """Make the index hold exactly the articles in these files and folders, and those added by `add_files`.

    Args:
        index: the folder; made when there is none.
        paths: none for those of the last finished sync, or else the default corpus.
        model: the encoder of a new index; for one that exists it must be the same.
        report: told what takes seconds.
        progress: told how far it is.
        settings: of the storage engine.

    Raises:
        UsageError: a path does not exist.
        ManifestError: the index was built with another model or chunker.
        IndexLockedError: another sync is running.
        HoiBaoError: there is no article to read; nothing was changed.
    """
    index.mkdir(parents=True, exist_ok=True)
    with writer_lock(index, PATIENCE_S):
        manifest = _manifest(index)
        known = [Path(path) for path in manifest.paths] if manifest else []
        # Absolute, so that the next sync finds them from wherever it is run.
        chosen = [Path(os.path.abspath(path)) for path in paths or known or [DEFAULT_CORPUS]]  # noqa: PTH100  links stay
        added = [path for path in _added(index) if not any(path.is_relative_to(root) for root in chosen)]
        items = chain(_at_least_one(read_articles(chosen), chosen), read_articles(added))
        with _filled(index, manifest, model, report, progress, settings) as (store, encoder):
            store.note_paths([_text(path) for path in chosen])
            result = indexer.sync_store(items, store, encoder, progress=progress)
            store.note_sync(_now())
    return result


def add_files(
    index: Path, files: Sequence[Path], *, report: Reporter = report_nothing, progress: Progress = _nothing
) -> SyncReport:
    """Take the articles of single files in, besides what the index holds, and keep copies of the files in it.

    A file of the same name that was added before is replaced: what it held and this one does not is deleted. The copies
    make later syncs keep the articles; to be rid of them, delete the copy in `added/` and sync.

    Raises:
        UsageError: a path is not a file of a kind that is read.
        IndexMissingError: nothing was ever synced.
        IndexLockedError: a sync is running, and does not end within two minutes.
        HoiBaoError: there is no article to read; nothing was changed.
    """
    with writer_lock(index, LONG_PATIENCE_S):
        copies = _copies(index, files)
        with _filled(index, _existing(index), None, report, progress) as (store, encoder):
            known = store.fingerprints()
            _at_least_one(_new(read_articles(files), known, index), files)
            for copy, file in copies.items():
                _keep(copy, file)
            items = _new(read_articles(list(copies)), known, index)
            origins = {_text(copy) for copy in copies}
            return indexer.sync_store(items, store, encoder, progress=progress, owned=origins.__contains__)


def preview_files(index: Path, files: Sequence[Path]) -> SyncReport:
    """What `add_files` would do, without doing it; `deleted` and `passages` are 0.

    Raises:
        UsageError: a path is not a file of a kind that is read.
        IndexMissingError: nothing was ever synced.
    """
    _copies(index, files)
    with open_store(index) as store:
        return indexer.preview_sync(_new(read_articles(files), store.fingerprints(), index), store)


def rebuild_index(
    index: Path,
    *,
    model: str | None = None,
    report: Reporter = report_nothing,
    progress: Progress = _nothing,
    settings: StoreSettings = DEFAULT_SETTINGS,
) -> SyncReport:
    """Build the index anew from its articles beside the old one, then switch at one stroke.

    Vectors are taken over when neither model nor chunker has changed. A rebuild that was stopped goes on where it was.

    Args:
        index: the folder.
        model: the encoder to build with; None for the index's own.
        report: told what takes seconds.
        progress: told how far it is.
        settings: of the storage engine.

    Raises:
        IndexMissingError: there is nothing to rebuild.
        IndexLockedError: a sync is running.
    """
    if not index.exists():
        raise IndexMissingError(f"no index in {index}/ yet: run `hoibao sync` first")
    with writer_lock(index, PATIENCE_S), open_store(index, settings) as store:
        old = store.manifest
        encoder = encoder_named(model or old.model, report)
        manifest = Manifest(encoder.id, encoder.dim, CHUNKER, _absolute(model) or old.model, old.paths)
        same = (old.encoder, old.chunker) == (manifest.encoder, manifest.chunker)
        with _aside(index / REBUILD_FOLDER, manifest) as side:
            items = (SourcedArticle(one.article, one.origin, one.place) for one in store.stored())
            reuse = partial(_stored_passages, store) if same else _nothing
            result = indexer.sync_store(items, side, lambda: encoder, progress=progress, reuse=reuse)
            store.replace_with(side)
        shutil.rmtree(index / REBUILD_FOLDER)
        store.pack(partial(progress, "packing"))
    return result


def delete_articles(index: Path, ids: Sequence[str]) -> None:
    """Remove articles; a later sync that still reads them brings them back.

    Raises:
        HoiBaoError: one of the ids is not in the index; nothing was deleted.
    """
    with open_store(index) as store, writer_lock(index, PATIENCE_S):
        unknown = sorted(set(ids) - store.fingerprints().keys())
        if unknown:
            raise HoiBaoError(f"not in the index: {', '.join(unknown)}; nothing was deleted")
        store.commit([], ids)
        store.save_caches()


def index_info(index: Path) -> IndexInfo:
    """What an index holds, without opening its model."""
    with open_store(index) as store:
        return info_of(store)


def check_index(
    index: Path,
    *,
    report: Reporter = report_nothing,
    progress: Progress = _nothing,
    settings: StoreSettings = DEFAULT_SETTINGS,
) -> tuple[list[str], list[str]]:
    """(what did not agree between truth and caches, what still does not after the caches were built anew)."""
    with open_store(index, settings) as store, writer_lock(index, PATIENCE_S):
        report("comparing the caches with corpus.db")
        before = store.disagreements()
        if not before:
            return [], []
        report("they do not agree: building them anew")
        store.drop_caches()
        store.save_caches()
        store.pack(partial(progress, "packing"))
        return before, store.disagreements()


@contextmanager
def _filled(
    index: Path,
    manifest: Manifest | None,
    model: str | None,
    report: Reporter,
    progress: Progress,
    settings: StoreSettings = DEFAULT_SETTINGS,
) -> Iterator[tuple[EmbeddedStore, Callable[[], Encoder]]]:
    """The store of an index, made where there is none, and its encoder; at the end the caches are saved, come what may.

    Args:
        index: the folder; the caller holds its lock.
        manifest: of the index; None if there is none yet.
        model: as asked for.
        report: told what takes seconds.
        progress: told how far the packing is.
        settings: of the storage engine.
    """
    encoder: Encoder | None = None
    if manifest is None or model is not None:
        encoder = encoder_named(model, report)
        manifest = manifest or Manifest(encoder.id, encoder.dim, CHUNKER, _absolute(model))
        check_encoder(manifest, encoder)
    check_chunker(manifest)
    with create_store(index, manifest, settings) as store:
        try:
            yield store, lambda: encoder or encoder_of(store.manifest, None, report)
        except BaseException:
            with suppress(HoiBaoError, OSError):
                store.save_caches()
            raise
        store.save_caches()
        store.pack(partial(progress, "packing"))


def _existing(index: Path) -> Manifest:
    with open_store(index) as store:
        return store.manifest


def _added(index: Path) -> list[Path]:
    """The files that were added to an index."""
    folder = _folder_of_added(index)
    return sorted(path for path in folder.iterdir() if not path.name.startswith(".")) if folder.is_dir() else []


def _folder_of_added(index: Path) -> Path:
    return Path(os.path.abspath(index)) / ADDED_FOLDER  # noqa: PTH100  links stay


def _copies(index: Path, files: Sequence[Path]) -> dict[Path, Path]:
    """Where the copies of files belong."""
    for file in files:
        if file.is_dir() or file.name.startswith("."):
            raise UsageError(f"cannot add {file}: give single files, whose names do not begin with a dot")
    copies = {_folder_of_added(index) / file.name: file for file in files}
    if len(copies) < len(files):
        raise UsageError("two of the files have the same name: add them one after the other, or rename one")
    return copies


def _keep(copy: Path, file: Path) -> None:
    copy.parent.mkdir(exist_ok=True)
    with file.open("rb") as source:
        replace_file(copy, partial(shutil.copyfileobj, source))


def _new(
    items: Iterable[SourcedArticle | SourceError], known: dict[str, Fingerprint], index: Path
) -> Iterator[SourcedArticle | SourceError]:
    """The same items, but an error for an article whose id is that of one which was not added."""
    folder = f"{_text(_folder_of_added(index))}{os.sep}"
    for item in items:
        before = known.get(item.article.id) if isinstance(item, SourcedArticle) else None
        if isinstance(item, SourceError) or before is None or before.origin.startswith(folder):
            yield item
        else:
            # Nobody must lose an article of the corpus to a file that happens to have the same name.
            reason = f"its id {item.article.id!r} is already that of an article from {before.origin}; give it another"
            yield SourceError(item.place, reason)


def _text(path: Path) -> str:
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def _manifest(index: Path) -> Manifest | None:
    try:
        with open_store(index) as store:
            return store.manifest
    except IndexMissingError:
        return None


def _aside(folder: Path, manifest: Manifest) -> EmbeddedStore:
    """The store that a rebuild fills: the one of a rebuild that was stopped, if it was for the same manifest."""
    if _manifest(folder) not in (None, manifest):
        shutil.rmtree(folder)
    return create_store(folder, manifest)


def _stored_passages(store: EmbeddedStore, article: Article) -> indexer.Passages | None:
    with store.snapshot() as snapshot:
        stored = snapshot.article(article.id)
        if stored is None:
            return None
        ids = snapshot.passages_of([stored.number]).get(stored.number, ())
        found = snapshot.passages(ids)
        spans = tuple(Span(found[key][0].start, found[key][0].end) for key in ids)
        return stored.sentences, spans, snapshot.vectors(ids)


def _at_least_one(
    items: Iterable[SourcedArticle | SourceError], paths: Sequence[Path]
) -> Iterator[SourcedArticle | SourceError]:
    """The same items, after making sure that an article is among them: a mistyped folder must not empty an index."""
    iterator = iter(items)
    waiting: list[SourcedArticle | SourceError] = []
    for item in iterator:
        waiting.append(item)
        if isinstance(item, SourcedArticle):
            return chain(waiting, iterator)
    where = ", ".join(str(path) for path in paths)
    why = f" ({waiting[0]})" if waiting else " (.txt, .jsonl, .jsonl.gz or .html)"
    raise HoiBaoError(f"no article to read in {where}{why}; nothing was changed")


def _absolute(model: str | None) -> str | None:
    """The name of a model, a folder's in full, so that it is found from wherever the index is opened."""
    return os.path.abspath(model) if model and Path(model).is_dir() else model  # noqa: PTH100  links stay


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
