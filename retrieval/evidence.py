"""What of a question stands in a text, each syllable weighted by how rare it is in Vietnamese news.

The rarity comes from a table that ships with the package, not from the indexed corpus: in a corpus of one article every
term is as common as every other, and a measure that is to mean the same in a corpus of one article and of a hundred
thousand cannot rest on it.
"""

from __future__ import annotations

import gzip
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from importlib import resources
from itertools import pairwise
from typing import Self, TypeVar

from retrieval.terms import tokens_of
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


QUESTION_WORDS = (
    "là gì|như thế nào|thế nào|bao nhiêu|vì sao|tại sao|khi nào|ở đâu|những gì|điều gì|cái gì|ra sao|làm sao|là ai"
    "|hay không|bao lâu|bao giờ|lúc nào|bằng cách nào|gì|nào|ai|đâu|mấy|sao"
)
"""What a question asks with; an answer need not repeat it, so it weighs nothing."""

_WORD = re.compile(r"\w+")

Pair = tuple[str, str]
Triple = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an answer's text should hold: a question's syllables, neighbours and runs of three, with their weights."""

    syllables: Mapping[str, float]
    pairs: Mapping[Pair, float]
    triples: Mapping[Triple, float]
    numbers: Mapping[str, float]
    names: Mapping[str, float]
    """Syllables written with a capital letter, other than the question's first."""

    @classmethod
    def of(cls, question: str, rarity: Rarity, *, toned: bool) -> Self:
        """A pair or triple weighs as much as its syllables on average; one with a question word, nothing."""
        tokens = tokens_of(question, toned=toned)
        weights: dict[str, float] = {}
        for token, asks in zip(tokens, _asking(tokens, toned=toned), strict=True):
            weights[token] = max(weights.get(token, 0.0), 0.0 if asks else rarity.idf(token, toned=toned))
        capital = [token for word in _WORD.findall(question)[1:] if word[0].isupper() for token in syllables(word)]
        names = {token if toned else toneless(token) for token in capital}
        return cls(
            weights,
            {pair: _mean(weights, pair) for pair in pairwise(tokens)},
            {triple: _mean(weights, triple) for triple in zip(tokens, tokens[1:], tokens[2:], strict=False)},
            {token: 1.0 for token in tokens if token[0].isdigit()},
            {token: weights[token] for token in sorted(names) if token in weights},
        )


def _mean(weights: Mapping[str, float], tokens: Sequence[str]) -> float:
    parts = [weights[token] for token in tokens]
    return sum(parts) / len(parts) if all(parts) else 0.0


def _asking(tokens: Sequence[str], *, toned: bool) -> list[bool]:
    """For each token, whether it belongs to a question word."""
    flags = [False] * len(tokens)
    for words in QUESTION_WORDS.split("|"):
        phrase = tokens_of(words, toned=toned)
        for start in range(len(tokens) - len(phrase) + 1):
            if tokens[start : start + len(phrase)] == phrase:
                flags[start : start + len(phrase)] = [True] * len(phrase)
    return flags


@dataclass(frozen=True, slots=True)
class Held:
    """What of a question a text holds."""

    syllables: Set[str]
    pairs: Set[Pair]
    triples: Set[Triple]

    @classmethod
    def of(cls, wanted: Wanted, tokens: Sequence[str]) -> Self:
        """In a text of these tokens, folded as the question's."""
        return cls(
            wanted.syllables.keys() & tokens,
            wanted.pairs.keys() & pairwise(tokens),
            wanted.triples.keys() & zip(tokens, tokens[1:], tokens[2:], strict=False),
        )

    def __or__(self, other: Held) -> Held:
        """In the one text or in the other."""
        return Held(self.syllables | other.syllables, self.pairs | other.pairs, self.triples | other.triples)


def share(weights: Mapping[_Item, float], held: Set[_Item]) -> float:
    """Weighted share, 0 to 1, of the items that are held; 1 of nothing."""
    total = sum(weights.values())
    return sum(weights[item] for item in held if item in weights) / total if total else 1.0
