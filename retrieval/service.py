"""The one façade that the command line and the bot see: open an index and ask it, or change what it holds."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Self

from retrieval import indexer, readers
from retrieval.answering import Considered, Judge, consider, decide
from retrieval.chunking import CHUNKER
from retrieval.confidence import ConfidenceModel
from retrieval.config import CANDIDATES, DEFAULT_CORPUS, MAX_QUESTION_CHARS
from retrieval.datatypes import Answer, Article, Filter, Hit, SourcedArticle, Span
from retrieval.encoder import open_encoder
from retrieval.encoder.protocol import Encoder, Report
from retrieval.errors import HoiBaoError, IndexMissingError, ManifestError, SourceError
from retrieval.evidence import Rarity
from retrieval.indexer import Progress, SyncReport
from retrieval.searcher import Mode, parse, search
from retrieval.store.embedded import ASIDE, EmbeddedStore, folder_sizes, writing
from retrieval.store.protocol import Manifest, Snapshot, Totals
from retrieval.terms import VERSION, document_terms
from retrieval.text import clean

BUNDLED = "bundled"
"""The name by which `--model` asks for the model that comes with the project."""


def _quiet(_: str) -> None:
    """Report nothing."""


def _nothing(*_: object) -> None:
    """Show no progress."""


@dataclass(frozen=True, slots=True)
class FoundHit:
    """A hit with the article that it is in."""

    hit: Hit
    article: Article


@dataclass(frozen=True, slots=True)
class IndexInfo:
    """What an index holds, and its bytes on disk by part."""

    folder: Path
    manifest: Manifest
    totals: Totals
    sizes: dict[str, int]


class QuestionAnswering:
    """An opened index that answers questions; safe to call from several threads at once.

    Use as a context manager, or call `close`.
    """

    def __init__(self, store: EmbeddedStore, model: str | None, report: Report) -> None:
        """Use `open`, which closes the store again when the encoder cannot be had."""
        self._store = store
        self._model = model
        self._report = report
        self._opening = threading.Lock()
        # Both take their time, and mostly outside of the interpreter.
        with ThreadPoolExecutor(1) as pool:
            encoder = pool.submit(_encoder_of, store.manifest, model, report)
            store.refresh()
            self._rarity, self._confidence = Rarity.load(), ConfidenceModel.load()
            self._encoder = encoder.result()

    @classmethod
    def open(cls, index: Path, *, model: str | None = None, report: Report = _quiet) -> Self:
        """Open the index in a folder with the encoder it was built with.

        Args:
            index: the folder.
            model: None for the model of the index; any other than that is refused.
            report: told what takes seconds.

        Raises:
            IndexMissingError: nothing was ever synced into the folder.
            ManifestError: the index was built with another model than the one asked for.
            ModelError: the model cannot be loaded.
        """
        store = _open_store(index)
        try:
            return cls(store, model, report)
        except BaseException:
            store.close()
            raise

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Close."""
        self.close()

    def close(self) -> None:
        """Release files."""
        self._store.close()

    def refresh(self) -> None:
        """Take in what other processes have committed since, a rebuild included; cheap when there is nothing.

        Raises:
            ManifestError: the index was rebuilt with another model than the one that was asked for.
            ModelError: the model of a rebuilt index cannot be loaded.
        """
        self._store.refresh()
        if self._encoder.id != self._store.manifest.encoder:
            with self._opening:
                if self._encoder.id != self._store.manifest.encoder:
                    self._encoder = _encoder_of(self._store.manifest, self._model, self._report)

    def ask(self, question: str, *, where: Filter | None = None) -> Answer:
        """Answer with quotes, or abstain."""
        return self.decide(self.consider(question, where=where)[1])

    def decide(self, considered: Considered) -> Answer:
        """Answer with the quotes that were considered, or abstain and say why."""
        return decide(considered, self._confidence.threshold)

    def search(self, text: str, k: int = 10, *, mode: Mode = "hybrid", where: Filter | None = None) -> list[FoundHit]:
        """The k best passages with their articles, best first."""
        with self._state() as (snapshot, encoder):
            query = parse(_question(text), encoder)
            found = []
            for hit in search(snapshot, query, k, mode=mode, where=where):
                if stored := snapshot.article(hit.passage.article_id):
                    found.append(FoundHit(hit, stored.article))
            return found

    def consider(
        self, question: str, *, where: Filter | None = None, k: int = CANDIDATES
    ) -> tuple[list[Hit], Considered]:
        """The k best hits, and the answer that there would be, before it is decided to give it."""
        with self._state() as (snapshot, encoder):
            query = parse(_question(question), encoder)
            hits = search(snapshot, query, k, where=where)
            judge = Judge(self._rarity, self._confidence, encoder.encode_passages)
            return hits, consider(snapshot, query, hits, judge)

    @contextmanager
    def _state(self) -> Iterator[tuple[Snapshot, Encoder]]:
        """One state of the index with the encoder that it was built with, also while it is rebuilt with another."""
        while True:
            self.refresh()
            encoder = self._encoder
            with self._store.snapshot() as snapshot:
                if snapshot.manifest.encoder == encoder.id:
                    yield snapshot, encoder
                    return

    def article(self, article_id: str) -> Article | None:
        """The stored article."""
        with self._store.snapshot() as snapshot:
            stored = snapshot.article(article_id)
            return stored.article if stored else None

    def info(self) -> IndexInfo:
        """What the index holds."""
        return _info(self._store)


def _question(text: str) -> str:
    return " ".join(clean(text).split())[:MAX_QUESTION_CHARS]


def _open_store(index: Path) -> EmbeddedStore:
    return EmbeddedStore(index, document_terms, VERSION)


def _encoder_of(manifest: Manifest, model: str | None, report: Report) -> Encoder:
    encoder = _open_encoder(model or manifest.model, report)
    _check_encoder(manifest, encoder)
    return encoder


def _open_encoder(model: str | None, report: Report) -> Encoder:
    return open_encoder(None if model == BUNDLED else model, report=report)


def _check_encoder(manifest: Manifest, encoder: Encoder) -> None:
    if encoder.id != manifest.encoder:
        raise ManifestError(
            f"the index was built with {manifest.encoder}, not with {encoder.id}: use that model, or run"
            " `hoibao rebuild` with the one that you want"
        )


def _check_chunker(manifest: Manifest) -> None:
    if manifest.chunker != CHUNKER:
        raise ManifestError(
            f"the index was cut by {manifest.chunker}, this version cuts by {CHUNKER}: run `hoibao rebuild`"
        )


# --- changing what an index holds ------------------------------------------------------------------------------------


def sync(
    index: Path,
    paths: Sequence[Path] = (),
    *,
    model: str | None = None,
    report: Report = _quiet,
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
    with writing(index):
        manifest = _manifest(index)
        known = [Path(path) for path in manifest.paths] if manifest else []
        # Absolute, so that the next sync finds them from wherever it is run.
        chosen = [Path(os.path.abspath(path)) for path in paths or known or [DEFAULT_CORPUS]]  # noqa: PTH100  links stay
        items = _at_least_one(readers.read(chosen), chosen)
        encoder: Encoder | None = None
        if manifest is None or model is not None:
            encoder = _open_encoder(model, report)
            manifest = manifest or Manifest(encoder.id, encoder.dim, CHUNKER, _absolute(model))
            _check_encoder(manifest, encoder)
        _check_chunker(manifest)
        with EmbeddedStore.create(index, manifest, document_terms, VERSION) as store:
            store.note_paths([os.fsencode(path).decode("utf-8", "backslashreplace") for path in chosen])
            try:
                result = indexer.sync(
                    items, store, lambda: encoder or _encoder_of(store.manifest, None, report), progress=progress
                )
            except BaseException:
                with suppress(HoiBaoError, OSError):
                    store.save_caches()
                raise
            store.save_caches()
            store.note_sync(_now())
    return result


def rebuild(
    index: Path, *, model: str | None = None, report: Report = _quiet, progress: Progress = _nothing
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
    with writing(index), _open_store(index) as store:
        old = store.manifest
        encoder = _open_encoder(model or old.model, report)
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
    with _open_store(index) as store, writing(index):
        unknown = sorted(set(ids) - store.fingerprints().keys())
        if unknown:
            raise HoiBaoError(f"not in the index: {', '.join(unknown)}; nothing was deleted")
        store.commit([], ids)
        store.save_caches()


def info(index: Path) -> IndexInfo:
    """What an index holds, without opening its model."""
    with _open_store(index) as store:
        return _info(store)


def doctor(index: Path) -> tuple[list[str], list[str]]:
    """(what did not agree between truth and caches, what still does not after the caches were built anew)."""
    with _open_store(index) as store, writing(index):
        before = store.disagreements()
        if not before:
            return [], []
        store.drop_caches()
        store.save_caches()
        return before, store.disagreements()


def _manifest(index: Path) -> Manifest | None:
    try:
        with _open_store(index) as store:
            return store.manifest
    except IndexMissingError:
        return None


def _aside(folder: Path, manifest: Manifest) -> EmbeddedStore:
    """The store that a rebuild fills: the one of a rebuild that was stopped, if it was for the same manifest."""
    if _manifest(folder) not in (None, manifest):
        shutil.rmtree(folder)
    return EmbeddedStore.create(folder, manifest, document_terms, VERSION)


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


def _info(store: EmbeddedStore) -> IndexInfo:
    with store.snapshot() as snapshot:
        return IndexInfo(store.folder, store.manifest, snapshot.totals(), folder_sizes(store.folder))


def _absolute(model: str | None) -> str | None:
    """The name of a model, a folder's in full, so that it is found from wherever the index is opened."""
    return os.path.abspath(model) if model and Path(model).is_dir() else model  # noqa: PTH100  links stay


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)
