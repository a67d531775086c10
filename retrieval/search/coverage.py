"""Coverage: measures how much of a question a text holds, weighted by inverse document frequency (IDF)."""

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
"""Whether each text holds each item of a question, shape (texts, items).

`|` of two arrays gives the items that either text holds.
"""


@dataclass(frozen=True, slots=True)
class TokenizedTexts:
    """Holds texts as hashes of their tokens, with tones, one text after the other.

    A hash takes eight bytes; two different tokens have the same hash with a probability of 2 ** -64. Hashes are valid
    in one process only.
    """

    keys: NDArray[np.int64]
    """Hash of each token, shape (tokens of all texts,)."""
    lengths: NDArray[np.int64]
    """Number of tokens of each text, shape (texts,)."""

    @classmethod
    def of(cls, texts: Iterable[str]) -> Self:
        """Tokenises and hashes texts."""
        return cls.of_tokens([tokens_of(text, toned=True) for text in texts])

    @classmethod
    def of_tokens(cls, tokens: Sequence[Sequence[str]]) -> Self:
        """Hashes the tokens of texts that are already tokenised."""
        lengths = np.array([len(part) for part in tokens], np.int64)
        return cls(np.fromiter(map(hash, chain.from_iterable(tokens)), np.int64, lengths.sum()), lengths)

    @classmethod
    def joined(cls, parts: Sequence[TokenizedTexts]) -> Self:
        """Concatenates texts, in order."""
        return cls(np.concatenate([part.keys for part in parts]), np.concatenate([part.lengths for part in parts]))


class Coverage(NamedTuple):
    """Holds the weighted share, 0 to 1, of a question's items that each text holds.

    The fields are the kinds of items of `QuestionWeights`; each has shape (texts,).
    """

    syllables: NDArray[np.float64]
    pairs: NDArray[np.float64]
    triples: NDArray[np.float64]
    numbers: NDArray[np.float64]
    names: NDArray[np.float64]
    focus: NDArray[np.float64]


_EMPTY_COVERAGE = np.array([[float(kind != "syllables")] for kind in Coverage._fields])
"""Coverage of kinds of items that weigh nothing in a question, shape (6, 1): 0 of syllables, 1 of all other kinds."""


@dataclass(frozen=True, slots=True)
class _Index:
    """Maps integer keys to item numbers, for many keys at once."""

    keys: NDArray[np.int64]
    """The known keys, ascending, shape (keys,)."""
    items: NDArray[np.int64]
    """The item number of each key, shape (keys,)."""
    likely: NDArray[np.bool_]
    """Whether any key has these low bits, shape (_LOW_BITS + 1,); rules out most unknown keys."""

    @classmethod
    def of(cls, items: Mapping[int, int]) -> Self:
        """Indexes item numbers by key."""
        keys = np.array(sorted(items), np.int64)
        likely = np.zeros(_LOW_BITS + 1, bool)
        likely[keys & _LOW_BITS] = True
        return cls(keys, np.array([items[key] for key in keys.tolist()], np.int64), likely)

    def find(self, keys: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Returns (positions of the known keys in `keys`, their item numbers), each of shape (found,)."""
        places = np.flatnonzero(self.likely[keys & _LOW_BITS])
        at = np.searchsorted(self.keys, keys[places], side="right") - 1
        known = self.keys[at] == keys[places]
        return places[known], self.items[at[known]]


@dataclass(frozen=True, slots=True)
class CoverageIndex:
    """Finds a question's items (syllables, pairs and triples) in many texts at once, and weighs them."""

    syllables: _Index
    """Items by the hash of the syllable."""
    pairs: _Index
    """Items by key: number of the left syllable, times the number of items, plus number of the right syllable."""
    triples: _Index
    """Items by key: the same, of the two pairs that overlap in a triple."""
    weights: NDArray[np.float64]
    """Weight of each item in each field of `Coverage`, shape (6, items)."""

    @classmethod
    def of(cls, question: QuestionWeights) -> Self:
        """Numbers and indexes the items of a question."""
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
        """Sets the weights of the items that one text holds to 0.

        Args:
            held: whether the text holds each item, shape (items,).
        """
        return replace(self, weights=self.weights * ~held)

    def held(self, texts: TokenizedTexts) -> Held:
        """Tells which items each text holds."""
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
        """Computes the coverage of the question by each text."""
        totals = self._totals
        return Coverage(*np.where(totals, self._sums(held) / np.where(totals, totals, 1.0), _EMPTY_COVERAGE))

    def local_coverage(self, held: Held) -> Coverage:
        """Computes coverage with each item's weight divided by the number of texts that hold it.

        An item that all texts hold does not tell which of them answers. Kinds of items that weigh nothing give 0.
        """
        totals = self._totals
        sums = self._sums(held / np.maximum(held.sum(axis=0), 1))
        return Coverage(*(sums / np.where(totals, totals, 1.0)))

    @property
    def _totals(self) -> NDArray[np.float64]:
        """Sums the weights of all items, shape (6, 1)."""
        return self._sums(np.ones((1, self.weights.shape[1])))

    def _sums(self, parts: NDArray[Any]) -> NDArray[np.float64]:
        """Sums the weights of each text's items, shape (6, texts); equal texts give exactly equal sums."""
        # A matrix product would round equal rows differently, depending on where they stand.
        sums: NDArray[np.float64] = np.einsum("ti,ki->kt", parts, self.weights)
        return sums
