"""Opening an index: its store, and the encoder that it was built with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from retrieval.corpus import CHUNKER
from retrieval.encoder import Encoder, Reporter, open_encoder
from retrieval.errors import ManifestError
from retrieval.store import DEFAULT_SETTINGS, DENSE_SEARCH, EmbeddedStore, Manifest, StoreSettings, Totals, folder_sizes
from retrieval.vietnamese import ANALYZER_VERSION, document_terms

BUNDLED = "bundled"
"""The name by which `--model` asks for the model that comes with the project."""


def report_nothing(_: str) -> None:
    """Report nothing."""


@dataclass(frozen=True, slots=True)
class IndexInfo:
    """What an index holds, and its bytes on disk by part."""

    folder: Path
    manifest: Manifest
    totals: Totals
    sizes: dict[str, int]
    vectors: str
    """How vectors are kept and searched."""


def info_of(store: EmbeddedStore) -> IndexInfo:
    """What an opened index holds."""
    with store.snapshot() as snapshot:
        return IndexInfo(store.folder, store.manifest, snapshot.totals(), folder_sizes(store.folder), DENSE_SEARCH)


def open_store(index: Path, settings: StoreSettings = DEFAULT_SETTINGS) -> EmbeddedStore:
    """Open the store of an index that exists."""
    return EmbeddedStore(index, document_terms, ANALYZER_VERSION, settings)


def create_store(index: Path, manifest: Manifest, settings: StoreSettings = DEFAULT_SETTINGS) -> EmbeddedStore:
    """Open the store of an index, made with this manifest if there is none."""
    return EmbeddedStore.create(index, manifest, document_terms, ANALYZER_VERSION, settings)


def encoder_named(model: str | None, report: Reporter) -> Encoder:
    """Load the encoder that `--model` names; None is the bundled one too."""
    return open_encoder(None if model == BUNDLED else model, report=report)


def encoder_of(manifest: Manifest, model: str | None, report: Reporter) -> Encoder:
    """Load the encoder of an index; another one than its own is refused.

    Raises:
        ManifestError: the index was built with another model than the one asked for.
        ModelError: the model cannot be loaded.
    """
    encoder = encoder_named(model or manifest.model, report)
    check_encoder(manifest, encoder)
    return encoder


def check_encoder(manifest: Manifest, encoder: Encoder) -> None:
    """Raise ManifestError unless the index was built with this encoder."""
    if encoder.id != manifest.encoder:
        raise ManifestError(
            f"the index was built with {manifest.encoder}, not with {encoder.id}: use that model, or run"
            " `hoibao rebuild` with the one that you want"
        )


def check_chunker(manifest: Manifest) -> None:
    """Raise ManifestError unless the index was cut as this version cuts."""
    if manifest.chunker != CHUNKER:
        raise ManifestError(
            f"the index was cut by {manifest.chunker}, this version cuts by {CHUNKER}: run `hoibao rebuild`"
        )
