"""Pseudo-relevance feedback for spelling: the articles nearest to a question show how its words are spelt."""

from __future__ import annotations

from collections.abc import Sequence

from retrieval.config import SpellingSettings
from retrieval.question.spelling_lattice import Frequencies
from retrieval.store import Snapshot
from retrieval.vietnamese import tokens_of, with_bigrams


def feedback_frequencies(snapshot: Snapshot, terms: Sequence[str], settings: SpellingSettings) -> Frequencies:
    """Gives counts in which the articles nearest to some terms weigh as much as many (as Rocchio 1971).

    Args:
        snapshot: where the articles are.
        terms: of the question, without tones.
        settings: how many articles, and how much the nearest weighs; the others weigh by the fourth power of their
            BM25 score relative to its.
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
