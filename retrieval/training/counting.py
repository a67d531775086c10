"""Counting how many articles of a newspaper hold each syllable and each pair of neighbours: the tables that ship."""

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
"""Articles that must hold a syllable, or a pair, for it to stand in its table."""


def count_syllables(texts: Iterable[str]) -> DocumentFrequencies:
    """The syllables that at least `MIN_ARTICLES` of the texts hold."""
    total, counts = 0, Counter[str]()
    for text in texts:
        total += 1
        counts.update(set(syllables(text)))
    return DocumentFrequencies(total, {syllable: count for syllable, count in counts.items() if count >= MIN_ARTICLES})


def count_pairs(texts: Iterable[str], rarity: DocumentFrequencies) -> bytes:
    """The pairs of the table's syllables that at least `MIN_ARTICLES` of the texts hold, as `spelling.PAIRS` has them.

    Raises:
        HoiBaoError: there are too many syllables to number.
    """
    if len(rarity.counts) > PLACES:
        raise HoiBaoError(f"{len(rarity.counts)} syllables are more than the table of pairs can number: {PLACES}")
    spellings, counts = Spellings.of(rarity), Counter[int]()
    for text in texts:
        counts.update(set(spellings.pair_keys(pairwise(syllables(text)))) - {NO_PAIR})
    kept = sorted(key for key, count in counts.items() if count >= MIN_ARTICLES)
    keys = np.diff(np.array(kept, dtype=np.int64), prepend=0).astype(np.uint32)
    held = np.minimum([counts[key] for key in kept], np.iinfo(np.uint16).max).astype(np.uint16)
    file = io.BytesIO()
    np.savez_compressed(file, keys=keys, counts=held)
    return file.getvalue()


def articles_of(corpus: Path, step: Callable[[], None]) -> Iterator[str]:
    """Title and body of every article of a file or folder.

    Args:
        corpus: the file or folder.
        step: called after each article.

    Raises:
        UsageError: there is no such file or folder.
        SourceError: an article cannot be read.
    """
    for item in read_articles([corpus]):
        if isinstance(item, SourceError):
            raise item
        yield item.article.text
        step()
