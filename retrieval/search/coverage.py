"""Coverage: how much of a question stands in a text, each syllable weighted by its inverse document frequency."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from retrieval.question import QuestionWeights
from retrieval.vietnamese import tokens_of

_LOW_BITS = 0xFFF

Held = NDArray[np.bool_]
"""Tells which of a question's items each text holds, shape (texts, items); `|` joins what two texts hold."""


@dataclass(frozen=True, slots=True)
class TokenizedTexts:
    """Texts as hashes of their tokens, with their tones, one text after the other.

    Hashes take eight bytes a token and compare as tokens do, but for a chance of one in 2 ** 64; they are of one
    process only.
    """

    keys: NDArray[np.int64]
    """Shape (tokens of all texts,)."""
    lengths: NDArray[np.int64]
    """Number of tokens of each text, shape (texts,)."""

    @classmethod
    def of(cls, texts: Iterable[str]) -> Self:
        """Tokenises texts."""
        return cls.of_tokens([tokens_of(text, toned=True) for text in texts])

    @classmethod
    def of_tokens(cls, tokens: Sequence[Sequence[str]]) -> Self:
        """Hashes texts that are tokenised already."""
        lengths = np.array([len(part) for part in tokens], np.int64)
        return cls(np.fromiter(map(hash, chain.from_iterable(tokens)), np.int64, lengths.sum()), lengths)

    @classmethod
    def joined(cls, parts: Sequence[TokenizedTexts]) -> Self:
        """Concatenates texts, in order."""
        return cls(np.concatenate([part.keys for part in parts]), np.concatenate([part.lengths for part in parts]))


class Coverage(NamedTuple):
    """Weighted shares, 0 to 1, of a question's items that each text holds; all of shape (texts,)."""

    syllables: NDArray[np.float64]
    pairs: NDArray[np.float64]
    triples: NDArray[np.float64]
    numbers: NDArray[np.float64]
    names: NDArray[np.float64]
    focus: NDArray[np.float64]


_EMPTY_COVERAGE = np.array([[float(kind != "syllables")] for kind in Coverage._fields])
"""Coverage of items that a question has none of, shape (6, 1): full, but none where it has no syllables at all."""


@dataclass(frozen=True, slots=True)
class _Index:
    """Maps keys to items."""

    keys: NDArray[np.int64]
    """In ascending order."""
    items: NDArray[np.int64]
    """In the order of the keys."""
    likely: NDArray[np.bool_]
    """Whether any key has these low bits, shape (_LOW_BITS + 1,): rules out most keys that are no item's."""

    @classmethod
    def of(cls, items: Mapping[int, int]) -> Self:
        """Indexes items by key."""
        keys = np.array(sorted(items), np.int64)
        likely = np.zeros(_LOW_BITS + 1, bool)
        likely[keys & _LOW_BITS] = True
        return cls(keys, np.array([items[key] for key in keys.tolist()], np.int64), likely)

    def find(self, keys: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Returns (positions in `keys` of those that are an item's, these items)."""
        places = np.flatnonzero(self.likely[keys & _LOW_BITS])
        at = np.searchsorted(self.keys, keys[places], side="right") - 1
        known = self.keys[at] == keys[places]
        return places[known], self.items[at[known]]


@dataclass(frozen=True, slots=True)
class CoverageIndex:
    """Finds a question's items (syllables, pairs, triples) in many texts at once, and weighs them."""

    syllables: _Index
    """Keys are hashes of syllables."""
    pairs: _Index
    """Keys join the items on the left and on the right: left number times the number of items, plus right number."""
    triples: _Index
    """Likewise, of the two pairs that overlap in a triple."""
    weights: NDArray[np.float64]
    """Weight of each item in each field of `Coverage`, shape (6, items)."""

    @classmethod
    def of(cls, question: QuestionWeights) -> Self:
        """Indexes the items of a question."""
        items = {item: n for n, item in enumerate([*question.syllables, *question.pairs, *question.triples])}
        count = len(items)
        kinds = [getattr(question, kind) for kind in Coverage._fields]
        weights = np.zeros((len(kinds), count))
        for row, kind in zip(weights, kinds, strict=True):
            row[[items[item] for item in kind]] = list(kind.values())
        return cls(
            syllables=_Index.of({hash(syllable): items[syllable] for syllable in question.syllables}),
            pairs=_Index.of({items[a] * count + items[b]: items[a, b] for a, b in question.pairs}),
            triples=_Index.of({items[a, b] * count + items[b, c]: items[a, b, c] for a, b, c in question.triples}),
            weights=weights,
        )

    def without(self, held: NDArray[np.bool_]) -> Self:
        """Leaves out the items that one text holds, shape (items,)."""
        return replace(self, weights=self.weights * ~held)

    def held(self, texts: TokenizedTexts) -> Held:
        """Tells which items each of the texts holds."""
        count = self.weights.shape[1]
        held = np.zeros((len(texts.lengths), count), bool)
        places, items = self.syllables.find(texts.keys)
        owners = np.repeat(np.arange(len(texts.lengths)), texts.lengths)[places]
        held[owners, items] = True
        for index in (self.pairs, self.triples):
            adjoin = np.flatnonzero((places[1:] - places[:-1] == 1) & (owners[1:] == owners[:-1]))
            made, found = index.find(items[adjoin] * count + items[adjoin + 1])
            left = adjoin[made]
            places, owners, items = places[left], owners[left], found
            held[owners, items] = True
        return held

    def coverage(self, held: Held) -> Coverage:
        """Weighs the items that each text holds."""
        totals = self._totals
        return Coverage(*np.where(totals, self._sums(held) / np.where(totals, totals, 1.0), _EMPTY_COVERAGE))

    def local_coverage(self, held: Held) -> Coverage:
        """Weighs the items that each text holds, each divided by the number of texts that hold it; 0 of nothing.

        An item that all texts hold tells nothing about which of them is meant.
        """
        totals = self._totals
        sums = self._sums(held / np.maximum(held.sum(axis=0), 1))
        return Coverage(*(sums / np.where(totals, totals, 1.0)))

    @property
    def _totals(self) -> NDArray[np.float64]:
        """Sums the weights of all items, shape (6, 1)."""
        return self._sums(np.ones((1, self.weights.shape[1])))

    def _sums(self, parts: NDArray[Any]) -> NDArray[np.float64]:
        """Sums the weights of each text's items, shape (6, texts); the same for texts that are alike."""
        # A matrix product would round equal rows differently, depending on where they stand.
        sums: NDArray[np.float64] = np.einsum("ti,ki->kt", parts, self.weights)
        return sums
