"""Counts document frequencies of syllables and of pairs of neighbouring syllables in a newspaper.

The package ships the resulting tables.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from pathlib import Path

from retrieval.corpus import read_articles
from retrieval.errors import HoiBaoError, SourceError
from retrieval.vietnamese import (
    MAX_PAIRED_SYLLABLES,
    NO_PAIR_KEY,
    DocumentFrequencies,
    SyllablePairFrequencies,
    SyllablePairKeys,
    syllables,
)

MIN_ARTICLES = 5
"""Least document frequency of a syllable or a pair that is kept in its table."""


def count_syllables(texts: Iterable[str]) -> DocumentFrequencies:
    """Returns the document frequencies of the syllables that at least `MIN_ARTICLES` texts contain."""
    total, counts = 0, Counter[str]()
    for text in texts:
        total += 1
        counts.update(set(syllables(text)))
    return DocumentFrequencies(total, {syllable: count for syllable, count in counts.items() if count >= MIN_ARTICLES})


def count_pairs(texts: Iterable[str], table: DocumentFrequencies) -> bytes:
    """Returns the content of the file of pairs: those that at least `MIN_ARTICLES` texts contain.

    Args:
        texts: the texts of the articles.
        table: the table of syllables, which numbers the syllables of the pairs.

    Raises:
        HoiBaoError: there are too many syllables to number.
    """
    if len(table.counts) > MAX_PAIRED_SYLLABLES:
        raise HoiBaoError(
            f"{len(table.counts)} syllables are more than the table of pairs can number: {MAX_PAIRED_SYLLABLES}"
        )
    keys, counts = SyllablePairKeys(table.counts), Counter[int]()
    for text in texts:
        counts.update(set(keys.keys(pairwise(syllables(text)))) - {NO_PAIR_KEY})
    return SyllablePairFrequencies.pack({key: count for key, count in counts.items() if count >= MIN_ARTICLES})


def article_texts(corpus: Path, advance: Callable[[], None]) -> Iterator[str]:
    """Yields title and body of every article of a file or folder.

    Args:
        corpus: the file or folder.
        advance: called after each article.

    Raises:
        UsageError: there is no such file or folder.
        SourceError: an article cannot be read.
    """
    for item in read_articles([corpus]):
        if isinstance(item, SourceError):
            raise item
        yield item.article.text
        advance()
