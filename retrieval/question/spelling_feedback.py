"""Pseudo-relevance feedback for spelling: counts terms in the articles nearest to a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.config import SpellingSettings
from retrieval.store import Snapshot
from retrieval.vietnamese import tokens_of, with_bigrams


@dataclass(frozen=True, slots=True)
class NearArticles:
    """Counts terms in the articles nearest to a question, each with a weight."""

    held: tuple[tuple[float, frozenset[str]], ...]
    """(weight, syllables and pairs) of each article."""

    def __call__(self, terms: Sequence[str]) -> Sequence[float]:
        """Returns the sum of the weights of the articles that hold each term."""
        counts = dict.fromkeys(terms, 0.0)
        for weight, own in self.held:
            for term in counts.keys() & own:
                counts[term] += weight
        return [counts[term] for term in terms]

    @property
    def words(self) -> frozenset[str]:
        """Returns the syllables of all articles."""
        return frozenset(term for _, own in self.held for term in own if "_" not in term)


def near_articles(snapshot: Snapshot, terms: Sequence[str], settings: SpellingSettings) -> NearArticles:
    """Reads the articles nearest to a question (Rocchio 1971).

    The nearest article counts as `feedback_weight` articles; each other one is weighted by the fourth power of its BM25
    score divided by the nearest article's.

    Args:
        snapshot: the state of the index to search.
        terms: the terms of the question, without tones.
        settings: the number of articles, and the weight of the nearest.
    """
    near = snapshot.lexical_articles("plain", terms, settings.feedback_articles)
    articles = snapshot.articles(number for number, _ in near)
    return NearArticles(
        tuple(
            (
                settings.feedback_weight * (score / near[0][1]) ** 4,
                frozenset(with_bigrams(tokens_of(articles[number].article.text, toned=True))),
            )
            for number, score in near
            if number in articles
        )
    )
