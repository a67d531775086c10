"""Loads an embedding model by name: the bundled one, or one that sentence-transformers can load."""

from __future__ import annotations

from pathlib import Path

from retrieval.encoder.protocol import Encoder, Reporter


def _report_nothing(line: str) -> None:
    """Reports nothing."""


def open_encoder(model: str | None, *, report: Reporter = _report_nothing, cache: Path | None = None) -> Encoder:
    """Loads an embedding model.

    Args:
        model: a hub id or a folder for sentence-transformers; None for the bundled model, which is first prepared
            (some seconds, once) if the cache does not hold it.
        report: called at each step that takes seconds.
        cache: folder for the bundled model; this user's cache folder if None.

    Raises:
        ModelError: the model cannot be found, loaded or prepared.
    """
    # Imported here, because each encoder imports libraries that the other does not need.
    if model is not None:
        from retrieval.encoder.sentence_transformer import SentenceTransformerEncoder

        return SentenceTransformerEncoder(model, report)
    from retrieval.encoder.bundled import default_cache, prepare_bundle
    from retrieval.encoder.onnx_encoder import OnnxEncoder

    return OnnxEncoder(prepare_bundle(cache or default_cache(), report))
