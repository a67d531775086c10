"""What of a question stands in a text, each syllable weighted by how rare it is in Vietnamese news.

The rarity comes from a table that ships with the package, not from the indexed corpus: in a corpus of one article every
term is as common as every other, and a measure that is to mean the same in a corpus of one article and of a hundred
thousand cannot rest on it.
"""

from __future__ import annotations

import gzip
import math
import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from importlib import resources
from itertools import pairwise
from typing import Generic, Self, TypeVar

from retrieval.terms import asking, tokens_of
from retrieval.text import syllables

_Item = TypeVar("_Item", str, tuple[str, str], tuple[str, str, str])

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
        return math.log(1 + (self.articles - count + 0.5) / (count + 0.5))


FALL = 0.6
"""By how much a syllable weighs less as focus than the next one nearer to a question word."""

_WORD = re.compile(r"\w+")

Pair = tuple[str, str]
Triple = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Weights(Generic[_Item]):
    """What each item weighs and what all of them do, and how each stands in a line of tokens."""

    of: Mapping[_Item, float]
    total: float
    needles: Mapping[_Item, str]

    @classmethod
    def from_items(cls, weights: Mapping[_Item, float]) -> Self:
        """Of items that are tokens, or tuples of neighbours."""
        needles = {item: line_of([item] if isinstance(item, str) else item) for item in weights}
        return cls(weights, sum(weights.values()), needles)

    def without(self, items: Set[_Item]) -> Self:
        """The weights of all other items."""
        return self.from_items({item: weight for item, weight in self.of.items() if item not in items})


def line_of(tokens: Iterable[str]) -> str:
    """Tokens in one string, a space around each: what `Held.of` looks into."""
    return f" {' '.join(tokens)} "


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an answer's text should hold: a question's syllables, neighbours and runs of three, with their weights."""

    syllables: Weights[str]
    pairs: Weights[Pair]
    triples: Weights[Triple]
    numbers: Weights[str]
    names: Weights[str]
    """Syllables written with a capital letter, other than the question's first."""
    focus: Weights[str]
    """Syllables weighted by how near they stand to a question word too; without such a word, none."""

    @classmethod
    def of(cls, question: str, rarity: Rarity) -> Self:
        """A pair or triple weighs as much as its syllables on average; one with a question word, nothing."""
        tokens = tokens_of(question, toned=True)
        asks = asking(question)
        weights: dict[str, float] = {}
        for token, idle in zip(tokens, asks, strict=True):
            weights[token] = max(weights.get(token, 0.0), 0.0 if idle else rarity.idf(token))
        names = {token for word in _WORD.findall(question)[1:] if word[0].isupper() for token in syllables(word)}
        triples = zip(tokens, tokens[1:], tokens[2:], strict=False)
        return cls(
            Weights.from_items(weights),
            Weights.from_items({pair: _mean(weights, pair) for pair in pairwise(tokens)}),
            Weights.from_items({triple: _mean(weights, triple) for triple in triples}),
            Weights.from_items({token: 1.0 for token in tokens if token[0].isdigit()}),
            Weights.from_items({token: weights[token] for token in sorted(names) if token in weights}),
            Weights.from_items(_focus(tokens, asks, weights)),
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
class Held:
    """What of a question a text holds."""

    syllables: Set[str]
    pairs: Set[Pair]
    triples: Set[Triple]

    @classmethod
    def of(cls, wanted: Wanted, line: str) -> Self:
        """In a text of these tokens, with their tones (`line_of`)."""
        held = {token for token, needle in wanted.syllables.needles.items() if needle in line}
        pairs = {pair for pair, needle in wanted.pairs.needles.items() if pair[0] in held and needle in line}
        triples = wanted.triples.needles.items()
        return cls(held, pairs, {triple for triple, needle in triples if triple[:2] in pairs and needle in line})

    def __or__(self, other: Held) -> Held:
        """In the one text or in the other."""
        return Held(self.syllables | other.syllables, self.pairs | other.pairs, self.triples | other.triples)


def local_shares(weights: Weights[_Item], held: Sequence[Set[_Item]]) -> list[float]:
    """For each of several texts, its weighted share of the items, an item that several hold being divided among them.

    What all of the texts hold tells nothing about which of them is meant.
    """
    holders = {item: sum(item in part for part in held) for item in weights.of}
    return [
        sum(weights.of[item] / holders[item] for item in part if item in holders) / (weights.total or 1.0)
        for part in held
    ]


def share(weights: Weights[_Item], held: Set[_Item]) -> float:
    """Weighted share, 0 to 1, of the items that are held; 1 of nothing."""
    if not weights.total:
        return 1.0
    return sum([weights.of[item] for item in held if item in weights.of]) / weights.total
