"""The result of one question."""

from __future__ import annotations

from retrieval.datatypes import Hit, Passage
from retrieval.evaluation.results import rank_articles


def test_articles_rank_by_their_best_passage() -> None:
    hits = [
        Hit(Passage(n, name, 0, 1), score, 0, 0) for n, (name, score) in enumerate([("a", 3.0), ("b", 2.0), ("a", 1.0)])
    ]
    assert rank_articles(hits) == (("a", 3.0), ("b", 2.0))
