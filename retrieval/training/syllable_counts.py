"""Counts document frequencies of syllables and of pairs of neighbouring syllables in a newspaper.

The package ships the resulting tables.
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np

from retrieval.corpus import read_articles
from retrieval.errors import HoiBaoError, SourceError
from retrieval.question import NO_PAIR, PLACES, Spellings
from retrieval.vietnamese import DocumentFrequencies, syllables

MIN_ARTICLES = 5
"""Least document frequency of a syllable or a pair that is kept in its table."""


def count_syllables(texts: Iterable[str]) -> DocumentFrequencies:
    """Returns the document frequencies of the syllables that at least `MIN_ARTICLES` texts contain."""
    total, counts = 0, Counter[str]()
    for text in texts:
        total += 1
        counts.update(set(syllables(text)))
    return DocumentFrequencies(total, {syllable: count for syllable, count in counts.items() if count >= MIN_ARTICLES})


def count_pairs(texts: Iterable[str], rarity: DocumentFrequencies) -> bytes:
    """Returns the content of the file `spelling.PAIRS`: pairs that at least `MIN_ARTICLES` texts contain.

    Args:
        texts: the texts of the articles.
        rarity: the table of syllables, which numbers the syllables of the pairs.

    Raises:
        HoiBaoError: there are too many syllables to number.
    """
    if len(rarity.counts) > PLACES:
        raise HoiBaoError(f"{len(rarity.counts)} syllables are more than the table of pairs can number: {PLACES}")
    spellings, counts = Spellings.of(rarity), Counter[int]()
    for text in texts:
        counts.update(set(spellings.pair_keys(pairwise(syllables(text)))) - {NO_PAIR})
    pair_keys = sorted(key for key, count in counts.items() if count >= MIN_ARTICLES)
    gaps = np.diff(np.array(pair_keys, dtype=np.int64), prepend=0).astype(np.uint32)
    frequencies = np.minimum([counts[key] for key in pair_keys], np.iinfo(np.uint16).max).astype(np.uint16)
    file = io.BytesIO()
    np.savez_compressed(file, keys=gaps, counts=frequencies)
    return file.getvalue()


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
