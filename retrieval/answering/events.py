"""Events: tells which articles report the same event."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from retrieval.answering.answers import headline_of
from retrieval.datatypes import Headline, Vectors
from retrieval.store import Snapshot, StoredArticle
from retrieval.vietnamese import syllables

MAX_COMMON_SHARE = 0.3
"""Jaccard similarity of two headlines' syllables above which they report the same story."""


def is_same_story(one: Headline, other: Headline) -> bool:
    """Tells whether two headlines share so many syllables that they report the same story."""
    first, second = set(syllables(one.title)), set(syllables(other.title))
    return len(first & second) > MAX_COMMON_SHARE * len(first | second)


def one_an_event(snapshot: Snapshot, found: Sequence[StoredArticle]) -> list[StoredArticle]:
    """Keeps the first article of each event: of near-duplicates, and of headlines that tell the same story."""
    copies = snapshot.copies(stored.number for stored in found)
    chosen: list[StoredArticle] = []
    seen: set[int] = set()
    for stored in found:
        if stored.number in seen or _is_told(stored, chosen):
            continue
        seen.update((stored.number, *copies.get(stored.number, ())))
        chosen.append(stored)
    return chosen


def mean_vectors(snapshot: Snapshot, articles: Sequence[StoredArticle]) -> Vectors:
    """Returns the mean of the passages' vectors of each article, shape (articles, dim), rows of unit length."""
    passages = snapshot.passages_of([stored.number for stored in articles])
    means = np.array([snapshot.vectors(list(passages[stored.number])).mean(axis=0) for stored in articles])
    return np.asarray(means / np.linalg.norm(means, axis=1, keepdims=True), np.float32)


def _is_told(stored: StoredArticle, chosen: Iterable[StoredArticle]) -> bool:
    headline = headline_of(stored)
    return any(is_same_story(headline, headline_of(other)) for other in chosen)
