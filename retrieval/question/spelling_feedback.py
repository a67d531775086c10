"""Pseudo-relevance feedback for spelling: counts terms in the articles nearest to a question."""

from __future__ import annotations

from collections.abc import Sequence

from retrieval.config import SpellingSettings
from retrieval.question.spelling_lattice import Frequencies
from retrieval.store import Snapshot
from retrieval.vietnamese import tokens_of, with_bigrams


def feedback_frequencies(snapshot: Snapshot, terms: Sequence[str], settings: SpellingSettings) -> Frequencies:
    """Returns a function that counts terms in the articles nearest to a question (Rocchio 1971).

    The nearest article counts as `feedback_weight` articles; each other one is weighted by the fourth power of its BM25
    score divided by the nearest article's.

    Args:
        snapshot: the state of the index to search.
        terms: the terms of the question, without tones.
        settings: the number of articles, and the weight of the nearest.
    """
    near = snapshot.lexical_articles("plain", terms, settings.feedback_articles)
    articles = snapshot.articles(number for number, _ in near)
    weighed = [
        (settings.feedback_weight * (score / near[0][1]) ** 4, articles[number])
        for number, score in near
        if number in articles
    ]
    held = [(weight, with_bigrams(tokens_of(stored.article.text, toned=True))) for weight, stored in weighed]

    def frequencies(terms: Sequence[str]) -> Sequence[float]:
        counts = dict.fromkeys(terms, 0.0)
        for weight, own in held:
            for term in counts.keys() & own:
                counts[term] += weight
        return [counts[term] for term in terms]

    return frequencies
