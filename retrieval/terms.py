"""Text to index terms: syllables and pairs of adjacent syllables, with their tones and without.

Most Vietnamese words are two syllables long, so that pairs stand in for words without a segmenter.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from retrieval.datatypes import Field
from retrieval.text import syllables, toneless

VERSION = "syllables+bigrams/1"
"""Changes when the same text gives other terms."""


def document_terms(text: str) -> dict[Field, list[str]]:
    """Terms of an article's or a passage's text, for each way of folding."""
    exact = syllables(text)
    return {"exact": with_bigrams(exact), "plain": with_bigrams([toneless(syllable) for syllable in exact])}


def with_bigrams(tokens: Sequence[str]) -> list[str]:
    """The tokens, then each two neighbours joined by `_`."""
    return [*tokens, *(f"{left}_{right}" for left, right in pairwise(tokens))]
