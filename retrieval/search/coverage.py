"""What of a question stands in a text, each syllable weighted by how rare it is in Vietnamese news and in the corpus.

The rarity comes from a table that ships with the package, and from the indexed corpus as far as that is large: in a
corpus of one article every term is as common as every other, but what every article of a large one holds tells little.
"""

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
"""Which of a question's items each of some texts holds, shape (texts, items); `|` is what either text holds."""


@dataclass(frozen=True, slots=True)
class TokenizedTexts:
    """The tokens of some texts, with their tones, one text after the other, each as its hash.

    Eight bytes a token, which compare as the token does but for a chance of one in 2 ** 64; of one process only.
    """

    keys: NDArray[np.int64]
    """Shape (tokens of all texts,)."""
    lengths: NDArray[np.int64]
    """How many tokens each text has, shape (texts,)."""

    @classmethod
    def of(cls, texts: Iterable[str]) -> Self:
        """Read texts."""
        return cls.of_tokens([tokens_of(text, toned=True) for text in texts])

    @classmethod
    def of_tokens(cls, tokens: Sequence[Sequence[str]]) -> Self:
        """Of each text's tokens."""
        lengths = np.array([len(part) for part in tokens], np.int64)
        return cls(np.fromiter(map(hash, chain.from_iterable(tokens)), np.int64, lengths.sum()), lengths)

    @classmethod
    def joined(cls, parts: Sequence[TokenizedTexts]) -> Self:
        """The texts of all parts, in order."""
        return cls(np.concatenate([part.keys for part in parts]), np.concatenate([part.lengths for part in parts]))


class Coverage(NamedTuple):
    """The weighted share, 0 to 1, that each of some texts holds of each kind of items; all of shape (texts,)."""

    syllables: NDArray[np.float64]
    pairs: NDArray[np.float64]
    triples: NDArray[np.float64]
    numbers: NDArray[np.float64]
    names: NDArray[np.float64]
    focus: NDArray[np.float64]


_OF_NOTHING = np.array([[float(kind != "syllables")] for kind in Coverage._fields])
"""The share of each kind where a question has none of it, shape (6, 1): all, but that without any syllables nothing
speaks for a text."""


@dataclass(frozen=True, slots=True)
class _Index:
    """Which item each of some keys stands for."""

    keys: NDArray[np.int64]
    """In ascending order."""
    items: NDArray[np.int64]
    """In the order of the keys."""
    likely: NDArray[np.bool_]
    """Whether any key has these low bits, shape (_LOW_BITS + 1,): most of what is looked up stands for nothing."""

    @classmethod
    def of(cls, items: Mapping[int, int]) -> Self:
        """Of the items by key."""
        keys = np.array(sorted(items), np.int64)
        likely = np.zeros(_LOW_BITS + 1, bool)
        likely[keys & _LOW_BITS] = True
        return cls(keys, np.array([items[key] for key in keys.tolist()], np.int64), likely)

    def find(self, keys: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(where in `keys` there is one that stands for an item, which item that is)."""
        places = np.flatnonzero(self.likely[keys & _LOW_BITS])
        at = np.searchsorted(self.keys, keys[places], side="right") - 1
        known = self.keys[at] == keys[places]
        return places[known], self.items[at[known]]


@dataclass(frozen=True, slots=True)
class CoverageIndex:
    """Finds what is wanted in many texts at once, and weighs it. Its items are all syllables, pairs and triples."""

    syllables: _Index
    """By their hash."""
    pairs: _Index
    """By the items on the left and on the right: the one's number times the number of items, plus the other's."""
    triples: _Index
    """Likewise, by the pairs that overlap in them."""
    weights: NDArray[np.float64]
    """What each item weighs in each of the `Coverage`, shape (6, items)."""

    @classmethod
    def of(cls, wanted: QuestionWeights) -> Self:
        """Of what a question wants."""
        items = {item: n for n, item in enumerate([*wanted.syllables, *wanted.pairs, *wanted.triples])}
        count = len(items)
        kinds = [getattr(wanted, kind) for kind in Coverage._fields]
        weights = np.zeros((len(kinds), count))
        for row, kind in zip(weights, kinds, strict=True):
            row[[items[item] for item in kind]] = list(kind.values())
        return cls(
            syllables=_Index.of({hash(syllable): items[syllable] for syllable in wanted.syllables}),
            pairs=_Index.of({items[a] * count + items[b]: items[a, b] for a, b in wanted.pairs}),
            triples=_Index.of({items[a, b] * count + items[b, c]: items[a, b, c] for a, b, c in wanted.triples}),
            weights=weights,
        )

    def without(self, held: NDArray[np.bool_]) -> Self:
        """For what one text lacks, given what it holds, shape (items,)."""
        return replace(self, weights=self.weights * ~held)

    def held(self, texts: TokenizedTexts) -> Held:
        """Which items each of the texts holds."""
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

    def shares(self, held: Held) -> Coverage:
        """The weighted shares of the items that the texts hold."""
        totals = self._totals
        return Coverage(*np.where(totals, self._sums(held) / np.where(totals, totals, 1.0), _OF_NOTHING))

    def local_shares(self, held: Held) -> Coverage:
        """The same, but that an item that several texts hold is divided among them; 0 of nothing.

        What all of the texts hold tells nothing about which of them is meant.
        """
        totals = self._totals
        sums = self._sums(held / np.maximum(held.sum(axis=0), 1))
        return Coverage(*(sums / np.where(totals, totals, 1.0)))

    @property
    def _totals(self) -> NDArray[np.float64]:
        """What all items weigh, shape (6, 1)."""
        return self._sums(np.ones((1, self.weights.shape[1])))

    def _sums(self, parts: NDArray[Any]) -> NDArray[np.float64]:
        """What the parts of items that each text has weigh, shape (6, texts): the same for texts that are alike."""
        # A product of matrices rounds rows that are alike in different ways, by where they stand.
        sums: NDArray[np.float64] = np.einsum("ti,ki->kt", parts, self.weights)
        return sums
