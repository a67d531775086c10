"""Changing what an index holds, and keeping it sound: what `sync`, `rebuild`, `delete` and `doctor` do."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from itertools import chain
from pathlib import Path

from retrieval import indexer, readers
from retrieval.chunking import CHUNKER
from retrieval.config import DEFAULT_CORPUS
from retrieval.datatypes import Article, SourcedArticle, Span
from retrieval.encoder.protocol import Encoder, Report
from retrieval.errors import HoiBaoError, IndexMissingError, SourceError
from retrieval.indexer import Progress, SyncReport
from retrieval.opening import (
    IndexInfo,
    check_chunker,
    check_encoder,
    create_store,
    encoder_named,
    encoder_of,
    info_of,
    open_store,
    quiet,
)
from retrieval.store.embedded import ASIDE, EmbeddedStore, writing
from retrieval.store.protocol import Manifest

PATIENCE_S = 2.0
"""How long a change waits for another process that writes."""


def _nothing(*_: object) -> None:
    """Show no progress; take nothing over."""


def sync(
    index: Path,
    paths: Sequence[Path] = (),
    *,
    model: str | None = None,
    report: Report = quiet,
    progress: Progress = _nothing,
) -> SyncReport:
    """Make the index hold exactly the articles in these files and folders.

    Args:
        index: the folder; made when there is none.
        paths: none for those of the last finished sync, or else the default corpus.
        model: the encoder of a new index; for one that exists it must be the same.
        report: told what takes seconds.
        progress: told how far it is.

    Raises:
        UsageError: a path does not exist.
        ManifestError: the index was built with another model or chunker.
        IndexLockedError: another sync is running.
        HoiBaoError: there is no article to read; nothing was changed.
    """
    index.mkdir(parents=True, exist_ok=True)
    with writing(index, PATIENCE_S):
        manifest = _manifest(index)
        known = [Path(path) for path in manifest.paths] if manifest else []
        # Absolute, so that the next sync finds them from wherever it is run.
        chosen = [Path(os.path.abspath(path)) for path in paths or known or [DEFAULT_CORPUS]]  # noqa: PTH100  links stay
        items = _at_least_one(readers.read(chosen), chosen)
        encoder: Encoder | None = None
        if manifest is None or model is not None:
            encoder = encoder_named(model, report)
            manifest = manifest or Manifest(encoder.id, encoder.dim, CHUNKER, _absolute(model))
            check_encoder(manifest, encoder)
        check_chunker(manifest)
        with create_store(index, manifest) as store:
            store.note_paths([os.fsencode(path).decode("utf-8", "backslashreplace") for path in chosen])
            try:
                result = indexer.sync(
                    items, store, lambda: encoder or encoder_of(store.manifest, None, report), progress=progress
                )
            except BaseException:
                with suppress(HoiBaoError, OSError):
                    store.save_caches()
                raise
            store.save_caches()
            store.note_sync(_now())
    return result


def rebuild(
    index: Path, *, model: str | None = None, report: Report = quiet, progress: Progress = _nothing
) -> SyncReport:
    """Build the index anew from its articles beside the old one, then switch at one stroke.

    Vectors are taken over when neither model nor chunker has changed. A rebuild that was stopped goes on where it was.

    Args:
        index: the folder.
        model: the encoder to build with; None for the index's own.
        report: told what takes seconds.
        progress: told how far it is.

    Raises:
        IndexMissingError: there is nothing to rebuild.
        IndexLockedError: a sync is running.
    """
    if not index.exists():
        raise IndexMissingError(f"no index in {index}/ yet: run `hoibao sync` first")
    with writing(index, PATIENCE_S), open_store(index) as store:
        old = store.manifest
        encoder = encoder_named(model or old.model, report)
        manifest = Manifest(encoder.id, encoder.dim, CHUNKER, _absolute(model) or old.model, old.paths)
        same = (old.encoder, old.chunker) == (manifest.encoder, manifest.chunker)
        with _aside(index / ASIDE, manifest) as side:
            items = (SourcedArticle(one.article, one.origin, one.place) for one in store.stored())
            reuse = partial(_stored_passages, store) if same else _nothing
            result = indexer.sync(items, side, lambda: encoder, progress=progress, reuse=reuse)
            store.replace_with(side)
        shutil.rmtree(index / ASIDE)
    return result


def delete(index: Path, ids: Sequence[str]) -> None:
    """Remove articles; a later sync that still reads them brings them back.

    Raises:
        HoiBaoError: one of the ids is not in the index; nothing was deleted.
    """
    with open_store(index) as store, writing(index, PATIENCE_S):
        unknown = sorted(set(ids) - store.fingerprints().keys())
        if unknown:
            raise HoiBaoError(f"not in the index: {', '.join(unknown)}; nothing was deleted")
        store.commit([], ids)
        store.save_caches()


def info(index: Path) -> IndexInfo:
    """What an index holds, without opening its model."""
    with open_store(index) as store:
        return info_of(store)


def doctor(index: Path) -> tuple[list[str], list[str]]:
    """(what did not agree between truth and caches, what still does not after the caches were built anew)."""
    with open_store(index) as store, writing(index, PATIENCE_S):
        before = store.disagreements()
        if not before:
            return [], []
        store.drop_caches()
        store.save_caches()
        return before, store.disagreements()


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
