"""The protocol that every embedding model implements."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from retrieval.datatypes import Vectors

Reporter = Callable[[str], None]
"""Called with one line of text for a person when a step that takes seconds begins."""


class Encoder(Protocol):
    """Turns texts into unit vectors; safe to call from several threads at once."""

    @property
    def id(self) -> str:
        """Names model, revision and prompts; vectors of equal ids are comparable."""

    @property
    def dim(self) -> int:
        """Length of a vector."""

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Returns embeddings of questions, shape (len(texts), dim), float32, unit rows; (0, dim) for no texts."""

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Returns embeddings of passages, shape (len(texts), dim), float32, unit rows; (0, dim) for no texts."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Returns the number of model tokens of each text, without prompts and special tokens."""
