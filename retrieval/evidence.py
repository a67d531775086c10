"""How much of a question stands in a text, each syllable weighted by how rare it is in Vietnamese news.

The rarity comes from a table that ships with the package, not from the indexed corpus: in a corpus of one article every
term is as common as every other, and a measure that is to mean the same in a corpus of one article and of a hundred
thousand cannot rest on it.
"""

from __future__ import annotations

import gzip
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from itertools import pairwise
from typing import Self, TypeVar

from retrieval.text import syllables, toneless

_Item = TypeVar("_Item")

TABLE = "rarity.tsv.gz"
"""Package file: a first line `#articles<TAB>n`, then a line a syllable: `syllable<TAB>articles that hold it so
written<TAB>articles that hold it in any tones`; the last count is 0 for a syllable with diacritics."""


@dataclass(frozen=True, slots=True)
class Rarity:
    """Inverse document frequencies of syllables, with tones and without."""

    articles: int
    exact: Mapping[str, int]
    plain: Mapping[str, int]

    @classmethod
    def load(cls) -> Self:
        """The table that ships with the package."""
        return cls.parse(gzip.decompress(resources.files("retrieval").joinpath(TABLE).read_bytes()).decode())

    @classmethod
    def parse(cls, content: str) -> Self:
        """Read a table."""
        head, *lines = content.splitlines()
        rows = [line.split("\t") for line in lines]
        exact = {syllable: int(count) for syllable, count, _ in rows if count != "0"}
        plain = {syllable: int(count) for syllable, _, count in rows if count != "0"}
        return cls(int(head.partition("\t")[2]), exact, plain)

    def idf(self, syllable: str, *, toned: bool) -> float:
        """BM25's inverse document frequency, `ln(1 + (N - n + 0.5) / (n + 0.5))` (Robertson and Zaragoza, 2009)."""
        count = (self.exact if toned else self.plain).get(syllable, 0)
        return math.log(1 + (self.articles - count + 0.5) / (count + 0.5))


def count_rarity(texts: Iterable[str], *, least: int) -> str:
    """A table for `Rarity.parse` of the syllables that at least `least` of the texts hold."""
    total, exact, plain = 0, Counter[str](), Counter[str]()
    for text in texts:
        total += 1
        held = set(syllables(text))
        exact.update(held)
        plain.update({toneless(syllable) for syllable in held})
    kept = {syllable for counts in (exact, plain) for syllable, count in counts.items() if count >= least}
    rows = [f"{syllable}\t{exact[syllable]}\t{plain[syllable]}" for syllable in sorted(kept)]
    return "\n".join([f"#articles\t{total}", *rows])


@dataclass(frozen=True, slots=True)
class Text:
    """A text's syllables and pairs of neighbours, as sets."""

    syllables: frozenset[str]
    pairs: frozenset[tuple[str, str]]

    @classmethod
    def of(cls, text: str, *, toned: bool) -> Self:
        """Of a text, with its tones or without."""
        tokens = fold_all(text, toned=toned)
        return cls(frozenset(tokens), frozenset(pairwise(tokens)))


def fold_all(text: str, *, toned: bool) -> list[str]:
    """The syllables of a text, with their tones or without."""
    tokens = syllables(text)
    return tokens if toned else [toneless(token) for token in tokens]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A question's syllables and pairs, with their weights."""

    syllables: Mapping[str, float]
    pairs: Mapping[tuple[str, str], float]

    @classmethod
    def of(cls, question: str, rarity: Rarity, *, toned: bool) -> Self:
        """A pair weighs as much as its two syllables on average."""
        tokens = fold_all(question, toned=toned)
        weights = {token: rarity.idf(token, toned=toned) for token in tokens}
        pairs = pairwise(tokens)
        return cls(weights, {(a, b): (weights[a] + weights[b]) / 2 for a, b in pairs})


def coverage(wanted: Wanted, text: Text) -> float:
    """Weighted share, 0 to 1, of the question's syllables that stand in the text."""
    return _share(wanted.syllables, text.syllables)


def pair_coverage(wanted: Wanted, text: Text) -> float:
    """Weighted share, 0 to 1, of the question's pairs of neighbours that are neighbours in the text."""
    return _share(wanted.pairs, text.pairs)


def _share(weights: Mapping[_Item, float], held: frozenset[_Item]) -> float:
    total = sum(weights.values())
    return sum(weight for item, weight in weights.items() if item in held) / total if total else 0.0


FEATURES = (
    "quote_coverage",
    "quote_pairs",
    "article_coverage",
    "article_pairs",
    "rarest_missing",
    "second_rarest_missing",
    "cosine",
    "toneless",
    "length",
)


def features(wanted: Wanted, quote: Text, article: Text, cosine: float, *, toned: bool) -> dict[str, float]:
    """What speaks for a quote as the answer to a question; nothing of it depends on the rest of the corpus."""
    missing = sorted((w for token, w in wanted.syllables.items() if token not in article.syllables), reverse=True)
    return {
        "quote_coverage": coverage(wanted, quote),
        "quote_pairs": pair_coverage(wanted, quote),
        "article_coverage": coverage(wanted, article),
        "article_pairs": pair_coverage(wanted, article),
        "rarest_missing": _at(missing, 0),
        "second_rarest_missing": _at(missing, 1),
        # Embeddings of toneless questions lie anywhere: their cosine says nothing.
        "cosine": cosine if toned else 0.0,
        "toneless": float(not toned),
        "length": math.log1p(len(wanted.syllables)),
    }


def _at(values: Sequence[float], position: int) -> float:
    return values[position] if position < len(values) else 0.0
