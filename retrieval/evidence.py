"""What of a question stands in a text, each syllable weighted by how rare it is in Vietnamese news and in the corpus.

The rarity comes from a table that ships with the package, and from the indexed corpus as far as that is large: in a
corpus of one article every term is as common as every other, but what every article of a large one holds tells little.
"""

from __future__ import annotations

import gzip
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from itertools import chain, pairwise
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from retrieval.config import TABLE_WEIGHT
from retrieval.terms import asking, tokens_of
from retrieval.text import syllables

TABLE = "rarity.tsv.gz"
"""Package file: a first line `#articles<TAB>n`, then a line a syllable: `syllable<TAB>articles that hold it`."""


@dataclass(frozen=True, slots=True)
class Rarity:
    """How many of a newspaper's articles hold each syllable."""

    articles: int
    counts: Mapping[str, int]

    @classmethod
    def load(cls) -> Self:
        """The table that ships with the package."""
        return cls.parse(gzip.decompress(resources.files("retrieval").joinpath(TABLE).read_bytes()).decode())

    @classmethod
    def parse(cls, content: str) -> Self:
        """Read a table."""
        head, *lines = content.splitlines()
        rows = (line.split("\t") for line in lines)
        return cls(int(head.partition("\t")[2]), {syllable: int(count) for syllable, count in rows})

    def table(self) -> str:
        """What `parse` reads."""
        rows = [f"{syllable}\t{count}" for syllable, count in sorted(self.counts.items())]
        return "\n".join([f"#articles\t{self.articles}", *rows])

    def idf(self, syllable: str) -> float:
        """BM25's inverse document frequency, `ln(1 + (N - n + 0.5) / (n + 0.5))` (Robertson and Zaragoza, 2009)."""
        count = self.counts.get(syllable, 0)
        return _idf(self.articles, count)


@dataclass(frozen=True, slots=True)
class LocalRarity:
    """The rarity of some syllables by a table and by an indexed corpus."""

    table: Rarity
    articles: int
    """Of the corpus."""
    counts: Mapping[str, int]
    """How many of these hold each of the syllables; it may be more, where some that are counted were deleted."""

    def idf(self, syllable: str) -> float:
        """As `Rarity.idf`, of the corpus' articles and a share of the table's."""
        held = min(self.counts.get(syllable, 0), self.articles)
        count = TABLE_WEIGHT * self.table.counts.get(syllable, 0) + held
        return _idf(TABLE_WEIGHT * self.table.articles + self.articles, count)


def _idf(articles: float, count: float) -> float:
    return math.log(1 + (articles - count + 0.5) / (count + 0.5))


FALL = 0.6
"""By how much a syllable weighs less as focus than the next one nearer to a question word."""

_WORD = re.compile(r"\w+")

_LOW_BITS = 0xFFF

Pair = tuple[str, str]
Triple = tuple[str, str, str]

Held = NDArray[np.bool_]
"""Which of a question's items each of some texts holds, shape (texts, items); `|` is what either text holds."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an answer's text should hold: a question's syllables, neighbours and runs of three, with their weights."""

    syllables: Mapping[str, float]
    pairs: Mapping[Pair, float]
    triples: Mapping[Triple, float]
    numbers: Mapping[str, float]
    names: Mapping[str, float]
    """Syllables written with a capital letter, other than the question's first."""
    focus: Mapping[str, float]
    """Syllables weighted by how near they stand to a question word too; without such a word, none."""

    @classmethod
    def of(cls, question: str, rarity: Rarity | LocalRarity) -> Self:
        """A pair or triple weighs as much as its syllables on average; one with a question word, nothing."""
        tokens = tokens_of(question, toned=True)
        asks = asking(question)
        weights: dict[str, float] = {}
        for token, idle in zip(tokens, asks, strict=True):
            weights[token] = max(weights.get(token, 0.0), 0.0 if idle else rarity.idf(token))
        names = {token for word in _WORD.findall(question)[1:] if word[0].isupper() for token in syllables(word)}
        triples = zip(tokens, tokens[1:], tokens[2:], strict=False)
        return cls(
            syllables=weights,
            pairs={pair: _mean(weights, pair) for pair in pairwise(tokens)},
            triples={triple: _mean(weights, triple) for triple in triples},
            numbers={token: 1.0 for token in tokens if token[0].isdigit()},
            names={token: weights[token] for token in sorted(names) if token in weights},
            focus=_focus(tokens, asks, weights),
        )


def _focus(tokens: Sequence[str], asks: Sequence[bool], weights: Mapping[str, float]) -> dict[str, float]:
    """Weights that fall with the distance to the nearest question word; empty where nothing asks."""
    places = [place for place, idle in enumerate(asks) if idle]
    focus: dict[str, float] = {}
    for place, token in enumerate(tokens):
        if places and not asks[place]:
            near = FALL ** min(abs(place - other) for other in places)
            focus[token] = max(focus.get(token, 0.0), weights[token] * near)
    return focus


def _mean(weights: Mapping[str, float], tokens: Sequence[str]) -> float:
    parts = [weights[token] for token in tokens]
    return sum(parts) / len(parts) if all(parts) else 0.0


@dataclass(frozen=True, slots=True)
class Texts:
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
    def joined(cls, parts: Sequence[Texts]) -> Self:
        """The texts of all parts, in order."""
        return cls(np.concatenate([part.keys for part in parts]), np.concatenate([part.lengths for part in parts]))


class Shares(NamedTuple):
    """The weighted share, 0 to 1, that each of some texts holds of each kind of items; all of shape (texts,)."""

    syllables: NDArray[np.float64]
    pairs: NDArray[np.float64]
    triples: NDArray[np.float64]
    numbers: NDArray[np.float64]
    names: NDArray[np.float64]
    focus: NDArray[np.float64]


_OF_NOTHING = np.array([[float(kind != "syllables")] for kind in Shares._fields])
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
class Gauge:
    """Finds what is wanted in many texts at once, and weighs it. Its items are all syllables, pairs and triples."""

    syllables: _Index
    """By their hash."""
    pairs: _Index
    """By the items on the left and on the right: the one's number times the number of items, plus the other's."""
    triples: _Index
    """Likewise, by the pairs that overlap in them."""
    weights: NDArray[np.float64]
    """What each item weighs in each of the `Shares`, shape (6, items)."""

    @classmethod
    def of(cls, wanted: Wanted) -> Self:
        """Of what a question wants."""
        items = {item: n for n, item in enumerate([*wanted.syllables, *wanted.pairs, *wanted.triples])}
        count = len(items)
        kinds = [getattr(wanted, kind) for kind in Shares._fields]
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

    def held(self, texts: Texts) -> Held:
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

    def shares(self, held: Held) -> Shares:
        """The weighted shares of the items that the texts hold."""
        totals = self._totals
        return Shares(*np.where(totals, self._sums(held) / np.where(totals, totals, 1.0), _OF_NOTHING))

    def local_shares(self, held: Held) -> Shares:
        """The same, but that an item that several texts hold is divided among them; 0 of nothing.

        What all of the texts hold tells nothing about which of them is meant.
        """
        totals = self._totals
        sums = self._sums(held / np.maximum(held.sum(axis=0), 1))
        return Shares(*(sums / np.where(totals, totals, 1.0)))

    @property
    def _totals(self) -> NDArray[np.float64]:
        """What all items weigh, shape (6, 1)."""
        return self._sums(np.ones((1, self.weights.shape[1])))

    def _sums(self, parts: NDArray[Any]) -> NDArray[np.float64]:
        """What the parts of items that each text has weigh, shape (6, texts): the same for texts that are alike."""
        # A product of matrices rounds rows that are alike in different ways, by where they stand.
        sums: NDArray[np.float64] = np.einsum("ti,ki->kt", parts, self.weights)
        return sums
