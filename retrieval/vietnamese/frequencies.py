"""How common syllables are: by a table that ships with the package, and by the indexed corpus as far as that is large.

In a corpus of one article every term is as common as every other, but what every article of a large one holds tells
little.
"""

from __future__ import annotations

import gzip
import math
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Self

FREQUENCIES_FILE = "document_frequencies.tsv.gz"
"""Package file: a first line `#articles<TAB>n`, then a line a syllable: `syllable<TAB>articles that hold it`."""


@dataclass(frozen=True, slots=True)
class DocumentFrequencies:
    """How many of a newspaper's articles hold each syllable."""

    articles: int
    counts: Mapping[str, int]

    @classmethod
    def load(cls) -> Self:
        """The table that ships with the package."""
        return cls.parse(
            gzip.decompress(resources.files("retrieval.vietnamese").joinpath(FREQUENCIES_FILE).read_bytes()).decode()
        )

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
class CorpusFrequencies:
    """The rarity of some syllables by a table and by an indexed corpus."""

    table: DocumentFrequencies
    articles: int
    """Of the corpus."""
    table_weight: float
    """Articles of the corpus that one article behind the table counts for."""
    counts: Mapping[str, int]
    """How many of these hold each of the syllables; it may be more, where some that are counted were deleted."""

    def idf(self, syllable: str) -> float:
        """As `DocumentFrequencies.idf`, of the corpus' articles and a share of the table's."""
        held = min(self.counts.get(syllable, 0), self.articles)
        count = self.table_weight * self.table.counts.get(syllable, 0) + held
        return _idf(self.table_weight * self.table.articles + self.articles, count)


def _idf(articles: float, count: float) -> float:
    return math.log(1 + (articles - count + 0.5) / (count + 0.5))
