"""Tests which passages are read, and how readings rank them anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest

from retrieval.config import DEFAULT_SETTINGS, ReadingSettings, SearchSettings
from retrieval.datatypes import Article, Hit, Passage, Span
from retrieval.reading import PassageText, Reader, Reading
from retrieval.search.hybrid_search import Ranking, rank
from retrieval.search.models import FittedModels, LinearModel
from retrieval.search.reranking import SHARE, SHARE_WITHIN
from retrieval.search.rereading import ANSWERABLE, choose_passages, reread
from retrieval.vietnamese.tokens import document_terms
from tests.retrieval.questions import question_of, vector_of
from tests.retrieval.sample_articles import ARTICLES, MANIFEST, record
from tests.retrieval.store.memory_store import MemoryStore

QUESTION = "Cầu Ánh Dương dài bao nhiêu mét?"
BY_READING = LinearModel({"answerable": 1.0, "is_read": 10.0})


def reading(answerable: float) -> Reading:
    no_words = np.zeros(0)
    return Reading(answerable, Span(0, 0), 0.0, np.zeros(0, np.int32), no_words, no_words, 0.0, ())


class Oracle(Reader):
    """Knows which passages answer, by words that they hold; remembers what it was given to read."""

    def __init__(self, answerable: Mapping[str, float]) -> None:
        self._answerable = answerable
        self.read_texts: list[str] = []

    def read(self, question: str, passages: Sequence[PassageText]) -> list[Reading | None]:
        self.read_texts += [one.text for one in passages]
        return [
            reading(next((score for word, score in self._answerable.items() if word in one.text), -5.0))
            for one in passages
        ]


def ranked(
    oracle: Oracle,
    *articles: Article,
    model: LinearModel = BY_READING,
    settings: SearchSettings = DEFAULT_SETTINGS,
    known: Mapping[int, Reading] | None = None,
) -> tuple[Ranking, Ranking]:
    store = MemoryStore(MANIFEST, document_terms)
    store.commit([record(article) for article in articles], [])
    with store.snapshot() as snapshot:
        asked = question_of(QUESTION, snapshot)
        vector = vector_of(asked)
        before = rank(snapshot, asked, lambda: vector, FittedModels.load(), k=100)
        return before, reread(snapshot, asked, before, oracle, model, settings, known)


def hit(article: str, number: int, share: float, within: float) -> Hit:
    return Hit(Passage(number, article, 0, 1), 0.5, 0.5, 0.5, {SHARE: share, SHARE_WITHIN: within})


def test_more_passages_of_better_articles_are_read() -> None:
    hits = [hit("a", n, 0.2, 0.1 * n) for n in range(1, 5)] + [hit("b", n, 0.7, 0.1 * n) for n in range(5, 9)]
    hits += [hit("c", 9, 0.1, 1.0)]
    chosen = choose_passages(hits, ReadingSettings(passages=(3, 2)))
    assert [one.passage.id for one in chosen] == [8, 7, 6, 4, 3]


def test_the_passage_that_answers_comes_first() -> None:
    oracle = Oracle({"8.500": 5.0})
    before, after = ranked(oracle, *ARTICLES)
    assert before.hits[0].passage.article_id == "cau"
    assert after.hits[0].passage.article_id == "gao"
    assert after.hits[0].signals[ANSWERABLE] == 5.0
    assert set(after.readings) <= {one.passage.id for one in after.hits}
    assert len(after.readings) == len(oracle.read_texts) > 1


def test_shares_are_probabilities_again() -> None:
    _, after = ranked(Oracle({"8.500": 2.0}), *ARTICLES)
    shares = {one.passage.article_id: one.signals[SHARE] for one in after.hits}
    assert sum(shares.values()) == pytest.approx(1)
    for article_id in shares:
        own = [one for one in after.hits if one.passage.article_id == article_id]
        assert sum(one.signals[SHARE_WITHIN] for one in own) == pytest.approx(1)
    assert [one.score for one in after.hits] == sorted((one.score for one in after.hits), reverse=True)


def test_what_is_not_read_keeps_its_place_by_words_and_meaning() -> None:
    model = LinearModel({"share_log": 1.0, "share_within_log": 1.0})
    before, after = ranked(Oracle({}), *ARTICLES, model=model)
    assert [one.passage.article_id for one in before.hits][:1] == [one.passage.article_id for one in after.hits][:1]


def test_known_readings_are_not_read_again() -> None:
    oracle = Oracle({})
    _, first = ranked(oracle, *ARTICLES)
    again = Oracle({})
    known = {key: replace(one, answerable=3.0) for key, one in first.readings.items()}
    _, second = ranked(again, *ARTICLES, known=known)
    assert again.read_texts == [] and set(second.readings) == set(first.readings)
    assert {one.answerable for one in second.readings.values()} == {3.0}
