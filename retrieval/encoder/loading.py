"""Loading an embedding model by its name."""

from __future__ import annotations

from pathlib import Path

from retrieval.encoder.protocol import Encoder, Reporter


def _say_nothing(line: str) -> None:
    """The default report."""


def open_encoder(model: str | None, *, report: Reporter = _say_nothing, cache: Path | None = None) -> Encoder:
    """Load an embedding model.

    Args:
        model: a hub id or a folder for sentence-transformers; None for the bundled model, which is prepared first
            (about a minute, once) when it is not in the cache.
        report: hears each step that takes seconds.
        cache: where the bundled model is kept; this user's cache folder if None.

    Raises:
        ModelError: the model cannot be found, loaded or prepared.
    """
    # Imported here, since each brings libraries that the other does without.
    if model is not None:
        from retrieval.encoder.sentence_transformer import SentenceTransformerEncoder

        return SentenceTransformerEncoder(model, report)
    from retrieval.encoder.bundled import default_cache, prepare
    from retrieval.encoder.onnx_encoder import OnnxEncoder

    return OnnxEncoder(prepare(cache or default_cache(), report))
