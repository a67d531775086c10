"""Tokenises word by word with the vocabulary of the bundled model, and remembers the words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from retrieval.encoder.bundled import Bundle
from retrieval.encoder.onnx_encoder import UNKNOWN, normalise, open_normalizer
from retrieval.encoder.unigram_tokenizer import UnigramTokenizer

_CACHED_WORDS = 50_000
"""Most words that are remembered: nearly all of a year's newspapers."""


class WordTokenizer:
    """Tokenises words; joined, their tokens are those of the text, as no token of the model crosses white space.

    Safe to use from several threads at once.
    """

    def __init__(self, bundle: Bundle) -> None:
        """Maps the vocabulary of a bundle into memory.

        Raises:
            OSError, ValueError: a file is missing or is no such array.
        """
        self._tokenizer = UnigramTokenizer.open(bundle.folder, UNKNOWN)
        self._normalizer = open_normalizer()
        self._tokens = lru_cache(_CACHED_WORDS)(self._tokenise)

    def __call__(self, word: str) -> Sequence[int]:
        """Returns the token ids of a word."""
        return self._tokens(word)

    def _tokenise(self, word: str) -> tuple[int, ...]:
        return tuple(self._tokenizer.tokenise(self._normalizer.normalize(normalise(word))))
