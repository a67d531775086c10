"""Frequencies: counts document frequencies of syllables and syllable pairs, in the news and the corpus.

The tables of the news ship with the package. In a corpus of one article every term is equally frequent, so that its own
counts say nothing about rarity. The larger the indexed corpus, the less the tables weigh.
"""

from __future__ import annotations

import gzip
import io
import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Self

import numpy as np
from numpy.typing import NDArray

FREQUENCIES_FILE = "document_frequencies.tsv.gz"
"""Package file: a first line `#articles<TAB>n`, then one line per syllable: `syllable<TAB>articles that hold it`."""

PAIR_FREQUENCIES_FILE = "syllable_pairs.npz"
"""Package file with two arrays: `keys` (uint32), the differences between ascending pair keys (see `SyllablePairKeys`),
and `counts` (uint16), the number of articles that hold each pair."""

_SYLLABLE_BITS = 15
MAX_PAIRED_SYLLABLES = 2**_SYLLABLE_BITS
"""Most syllables that a table may have for pairs of them to have keys."""

NO_PAIR_KEY = 2**32 - 1
"""Key of every pair with a syllable that the table lacks; no other pair has it."""


@dataclass(frozen=True, slots=True)
class DocumentFrequencies:
    """Counts the articles of a newspaper that hold each syllable."""

    articles: int
    """Number of articles that were counted."""
    counts: Mapping[str, int]
    """Number of articles that hold each syllable."""

    @classmethod
    def load(cls) -> Self:
        """Reads the table that ships with the package."""
        return cls.parse(gzip.decompress(_package_file(FREQUENCIES_FILE).read_bytes()).decode())

    @classmethod
    def parse(cls, content: str) -> Self:
        """Parses the text of a table's file; see `FREQUENCIES_FILE`."""
        head, *lines = content.splitlines()
        rows = (line.split("\t") for line in lines)
        return cls(int(head.partition("\t")[2]), {syllable: int(count) for syllable, count in rows})

    def table(self) -> str:
        """Returns the table as the text that `parse` reads, syllables in ascending order."""
        rows = [f"{syllable}\t{count}" for syllable, count in sorted(self.counts.items())]
        return "\n".join([f"#articles\t{self.articles}", *rows])

    def idf(self, syllable: str) -> float:
        """Returns the inverse document frequency (IDF) of a syllable, as in BM25.

        It is `ln(1 + (N - n + 0.5) / (n + 0.5))`, where n of N articles hold the syllable (Robertson and Zaragoza,
        2009).
        """
        count = self.counts.get(syllable, 0)
        return _idf(self.articles, count)


@dataclass(frozen=True, slots=True)
class CorpusFrequencies:
    """Counts the articles of an indexed corpus that hold syllables, smoothed by a table of the news."""

    table: DocumentFrequencies
    articles: int
    """Number of articles of the corpus."""
    table_weight: float
    """Weight of one article of the table, in articles of the corpus."""
    counts: Mapping[str, int]
    """Number of articles of the corpus that hold each syllable; deleted articles may still be counted."""

    def idf(self, syllable: str) -> float:
        """Returns the IDF over the articles of the corpus and, weighted, of the table.

        See `DocumentFrequencies.idf` for the formula.
        """
        held = min(self.counts.get(syllable, 0), self.articles)
        count = self.table_weight * self.table.counts.get(syllable, 0) + held
        return _idf(self.table_weight * self.table.articles + self.articles, count)


@dataclass(frozen=True, eq=False)
class SyllablePairKeys:
    """Maps pairs of neighbouring syllables to integer keys.

    A key is `left << 15 | right`, of the syllables' places in ascending order.
    """

    syllables: Collection[str]
    """Syllables of a `DocumentFrequencies` table in any order, at most `MAX_PAIRED_SYLLABLES`."""

    @cached_property
    def places(self) -> Mapping[str, int]:
        """Returns the place of each syllable in ascending order; computed at the first access."""
        return {syllable: place for place, syllable in enumerate(sorted(self.syllables))}

    def keys(self, pairs: Iterable[tuple[str, str]]) -> list[int]:
        """Returns the key of each pair; `NO_PAIR_KEY` if the table lacks one of its syllables."""
        places = self.places
        return [
            places[left] << _SYLLABLE_BITS | places[right] if left in places and right in places else NO_PAIR_KEY
            for left, right in pairs
        ]

    def keys_by_index(
        self, syllables: Iterable[str], lefts: NDArray[np.intp], rights: NDArray[np.intp]
    ) -> NDArray[np.int64]:
        """Returns the keys of pairs given by index, shape (pairs,).

        Args:
            syllables: the syllables that the pairs consist of.
            lefts: for each pair, the index of its left syllable, shape (pairs,).
            rights: for each pair, the index of its right syllable, shape (pairs,).
        """
        places = np.array([self.places.get(syllable, MAX_PAIRED_SYLLABLES) for syllable in syllables])
        known = np.maximum(places[lefts], places[rights]) < MAX_PAIRED_SYLLABLES
        return np.where(known, places[lefts] << _SYLLABLE_BITS | places[rights], NO_PAIR_KEY)


@dataclass(frozen=True, eq=False)
class SyllablePairFrequencies:
    """Counts the articles of a newspaper that hold each pair of neighbouring syllables."""

    pair_keys: SyllablePairKeys
    """Keys of the pairs of the syllables that the file was counted with."""
    file: Traversable
    """File in the format of `PAIR_FREQUENCIES_FILE`; read at the first lookup."""

    @classmethod
    def load(cls, table: DocumentFrequencies) -> Self:
        """Opens the pairs that ship with the package; `table` must be the shipped table of syllables."""
        return cls(SyllablePairKeys(table.counts), _package_file(PAIR_FREQUENCIES_FILE))

    @staticmethod
    def pack(counts: Mapping[int, int]) -> bytes:
        """Returns the content of a file of counts by pair key; counts are clipped to 65,535."""
        ascending = sorted(counts)
        keys = np.diff(np.array(ascending, dtype=np.int64), prepend=0).astype(np.uint32)
        held = np.minimum([counts[key] for key in ascending], np.iinfo(np.uint16).max).astype(np.uint16)
        content = io.BytesIO()
        np.savez_compressed(content, keys=keys, counts=held)
        return content.getvalue()

    def articles_with_pairs(
        self, syllables: Iterable[str], lefts: NDArray[np.intp], rights: NDArray[np.intp]
    ) -> NDArray[np.int64]:
        """Returns the number of articles that hold each pair, shape (pairs,); 0 for unknown pairs.

        Args:
            syllables: the syllables that the pairs consist of.
            lefts: for each pair, the index of its left syllable, shape (pairs,).
            rights: for each pair, the index of its right syllable, shape (pairs,).
        """
        keys, counts = self._rows
        wanted = self.pair_keys.keys_by_index(syllables, lefts, rights)
        rows = np.minimum(np.searchsorted(keys, wanted.astype(keys.dtype)), len(keys) - 1)
        return np.where(keys[rows] == wanted, counts[rows], 0).astype(np.int64)

    @cached_property
    def _rows(self) -> tuple[NDArray[np.uint32], NDArray[np.uint16]]:
        """Reads (ascending keys, number of articles that hold each pair) from the file."""
        with np.load(io.BytesIO(self.file.read_bytes())) as arrays:
            return np.cumsum(arrays["keys"], dtype=np.uint32), arrays["counts"]


def _idf(articles: float, count: float) -> float:
    return math.log(1 + (articles - count + 0.5) / (count + 0.5))


def _package_file(name: str) -> Traversable:
    return resources.files("retrieval.vietnamese").joinpath(name)
