"""Opens the store of an index and the encoder that the index was built with."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from retrieval.corpus import CHUNKER
from retrieval.encoder import Encoder, Reporter, open_encoder
from retrieval.errors import HoiBaoError, IndexMissingError, ManifestError
from retrieval.indexing.progress import Progress
from retrieval.store import (
    DEFAULT_STORE_SETTINGS,
    DENSE_SEARCH,
    EmbeddedStore,
    Manifest,
    StoreSettings,
    Totals,
    folder_sizes,
)
from retrieval.vietnamese import ANALYZER_VERSION, document_terms

BUNDLED = "bundled"
"""Value of `--model` for the bundled model."""


def ignore_report(_: str) -> None:
    """Reports nothing."""


@dataclass(frozen=True, slots=True)
class IndexInfo:
    """Contents of an index, and its bytes on disk by part."""

    folder: Path
    manifest: Manifest
    totals: Totals
    sizes: dict[str, int]
    vectors: str
    """How vectors are stored and searched."""


def info_of(store: EmbeddedStore) -> IndexInfo:
    """Returns the contents of an open index."""
    with store.snapshot() as snapshot:
        return IndexInfo(store.folder, store.manifest, snapshot.totals(), folder_sizes(store.folder), DENSE_SEARCH)


def open_store(index: Path, settings: StoreSettings = DEFAULT_STORE_SETTINGS) -> EmbeddedStore:
    """Opens the store of an existing index."""
    return EmbeddedStore(index, document_terms, ANALYZER_VERSION, settings)


def create_store(index: Path, manifest: Manifest, settings: StoreSettings = DEFAULT_STORE_SETTINGS) -> EmbeddedStore:
    """Opens the store of an index; creates it with this manifest if there is none."""
    return EmbeddedStore.create(index, manifest, document_terms, ANALYZER_VERSION, settings)


def manifest_of(index: Path) -> Manifest:
    """Returns the manifest of an index.

    Raises:
        IndexMissingError: there is no index in the folder.
    """
    with open_store(index) as store:
        return store.manifest


def manifest_if_any(index: Path) -> Manifest | None:
    """Returns the manifest of an index, or None if there is no index in the folder."""
    try:
        return manifest_of(index)
    except IndexMissingError:
        return None


@contextmanager
def open_for_sync(
    index: Path,
    manifest: Manifest | None,
    model: str | None,
    report: Reporter,
    progress: Progress,
    settings: StoreSettings = DEFAULT_STORE_SETTINGS,
) -> Iterator[tuple[EmbeddedStore, Callable[[], Encoder]]]:
    """Opens or creates the store of an index for a sync; the encoder is opened on demand.

    The derived indexes are saved at the end, after an error too.

    Args:
        index: the folder; the caller holds its lock.
        manifest: manifest of the index; None if there is no index yet.
        model: name of the model that was asked for, if any.
        report: called at each step that takes seconds.
        progress: called as the derived indexes are packed.
        settings: settings of the storage engine.

    Raises:
        ManifestError: the index was built with another model or chunker.
    """
    encoder: Encoder | None = None
    if manifest is None or model is not None:
        encoder = encoder_named(model, report)
        manifest = manifest or Manifest(encoder.id, encoder.dim, CHUNKER, absolute_model_name(model))
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


def absolute_model_name(model: str | None) -> str | None:
    """Returns the name of a model; that of a folder as an absolute path."""
    return os.fspath(absolute_path(Path(model))) if model and Path(model).is_dir() else model


def absolute_path(path: Path) -> Path:
    """Returns an absolute path without resolving links, so that a link may point elsewhere later."""
    return Path(os.path.abspath(path))  # noqa: PTH100  # pathlib has nothing that removes `..` and keeps links


def encoder_named(model: str | None, report: Reporter) -> Encoder:
    """Loads the encoder that `--model` names; None and `bundled` name the bundled one."""
    return open_encoder(None if model == BUNDLED else model, report=report)


def encoder_of(manifest: Manifest, model: str | None, report: Reporter) -> Encoder:
    """Loads the encoder of an index.

    Raises:
        ManifestError: `model` names another model than that of the index.
        ModelError: the model cannot be loaded.
    """
    encoder = encoder_named(model or manifest.model, report)
    check_encoder(manifest, encoder)
    return encoder


def check_encoder(manifest: Manifest, encoder: Encoder) -> None:
    """Raises ManifestError unless the index was built with this encoder."""
    if encoder.id != manifest.encoder:
        raise ManifestError(
            f"the index was built with {manifest.encoder}, not with {encoder.id}: use that model, or run"
            " `hoibao rebuild` with the one that you want"
        )


def check_chunker(manifest: Manifest) -> None:
    """Raises ManifestError unless the index was chunked as this version chunks."""
    if manifest.chunker != CHUNKER:
        raise ManifestError(
            f"the index was cut by {manifest.chunker}, this version cuts by {CHUNKER}: run `hoibao rebuild`"
        )
