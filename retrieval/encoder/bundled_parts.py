"""Opens the parts of the bundled model that other models of the same layers share."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from retrieval.encoder.bundled import Bundle, default_cache, prepare_bundle
from retrieval.encoder.protocol import Reporter
from retrieval.encoder.token_embeddings import TokenEmbeddings
from retrieval.encoder.word_tokenizer import WordTokenizer


@dataclass(frozen=True, slots=True)
class BundledParts:
    """Holds the tokenizer and the token embeddings of the bundled model, and where its other files are."""

    bundle: Bundle
    tokenize_word: WordTokenizer
    embeddings: TokenEmbeddings

    @property
    def model_folder(self) -> Path:
        """The folder of the model in the layout of sentence-transformers."""
        return self.bundle.model_folder


def open_bundled_parts(report: Reporter, cache: Path | None = None) -> BundledParts:
    """Opens the parts of the bundled model, which is first prepared if the cache does not hold it.

    Args:
        report: called at each step that takes seconds.
        cache: folder for the bundled model; this user's cache folder if None.

    Raises:
        ModelError: the model cannot be prepared.
    """
    bundle = prepare_bundle(cache or default_cache(), report)
    return BundledParts(bundle, WordTokenizer(bundle), TokenEmbeddings(bundle.folder))
