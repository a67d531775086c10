"""Follow-ups that are asked inside the articles quoted before, with a reader that knows its answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from retrieval.answering import answer_turn
from retrieval.answering.inside import asks_about_answer
from retrieval.datatypes import Answer, Article, PartialDate, PreviousTurn, Span
from retrieval.question import understand
from retrieval.reading import PassageText, Reader, Reading
from retrieval.search import FittedModels, LinearModel, SearchContext
from retrieval.vietnamese.tokens import document_terms
from tests.retrieval.answering.asking import stored
from tests.retrieval.questions import statistics_of
from tests.retrieval.sample_articles import MANIFEST, HashingEncoder
from tests.retrieval.store.memory_store import MemoryStore

FIRE = Article(
    "fire",
    "Cháy kho gỗ bên sông Trà",
    "Kho gỗ của ông Lương Văn Sậy cháy lúc nửa đêm. Hai thợ mộc bị bỏng tay.\n"
    "Lửa bén từ chiếc quạt cũ. Sáng hôm sau chủ kho đã được thả về nhà.",
    PartialDate(2024, 3, 1),
)
RICE = Article("rice", "Giá gạo lên", "Giá gạo ở chợ Lách lên 20.000 đồng. Nông dân mừng.", PartialDate(2024, 3, 2))
BEFORE = PreviousTurn("Kho gỗ bên sông Trà cháy lúc nào?", "Kho gỗ bên sông Trà cháy lúc nào?", articles=("fire",))
MODELS = replace(FittedModels.load(reading=True), confidence=LinearModel({}, -5.0), threshold=0.7)
"""Models that are never confident of a ranking: what is answered was answered inside."""


class Knows(Reader):
    """Finds an answer where a passage holds some words, and is against all other passages."""

    def __init__(self, words: str, score: float) -> None:
        self._words, self._score = words, score

    def read(self, question: str, passages: Sequence[PassageText]) -> list[Reading | None]:
        return [self._read_one(one.text) for one in passages]

    def _read_one(self, text: str) -> Reading:
        at = text.find(self._words)
        span = Span(max(at, 0), max(at, 0) + len(self._words))
        starts, ones = np.array([span.start], np.int32), np.ones(1)
        score = self._score if at >= 0 else -5.0
        return Reading(score, span, score, starts, ones, ones, -5.0, ())


def ask(message: str, reader: Reader | None, after: PreviousTurn = BEFORE) -> Answer:
    store = MemoryStore(MANIFEST, document_terms)
    store.commit([stored(article) for article in (FIRE, RICE)], [])
    with store.snapshot() as snapshot:
        statistics = statistics_of(snapshot)
        context = SearchContext(snapshot, HashingEncoder(), statistics, MODELS, reader=reader)
        questions = understand(message, statistics, today=dt.date(2024, 3, 6), after=after)
        return answer_turn(context, questions, after=after)


def test_a_follow_up_is_answered_by_the_article_quoted_before() -> None:
    answer = ask("vì sao vậy?", Knows("chiếc quạt cũ", 0.5))
    assert answer.answered and answer.quotes[0].article_id == "fire"
    quote = answer.quotes[0]
    assert "chiếc quạt cũ" in FIRE.body[quote.answer_span.start : quote.answer_span.end]
    assert answer.confidence > MODELS.threshold
    assert answer.turn is not None and answer.turn.articles == ("fire",)


def test_an_article_without_the_answer_is_not_quoted_but_stays_in_the_conversation() -> None:
    answer = ask("vì sao vậy?", Knows("chiếc quạt cũ", -0.5))
    assert not answer.answered
    assert [one.article_id for one in answer.nearest] == ["fire"]  # not what is nearest to "vì sao vậy"
    assert answer.turn is not None and answer.turn.articles == ("fire",)


def test_without_a_reader_or_an_article_nothing_is_answered_inside() -> None:
    assert not ask("vì sao vậy?", None).answered
    assert not ask("vì sao vậy?", Knows("chiếc quạt cũ", 5.0), replace(BEFORE, articles=())).answered
    assert not ask("vì sao vậy?", Knows("chiếc quạt cũ", 5.0), replace(BEFORE, articles=("gone",))).answered


def test_a_question_that_names_something_else_is_not_asked_inside() -> None:
    assert not ask("còn ông Trần Văn Mây thì sao?", Knows("chiếc quạt cũ", 5.0)).answered


def test_a_doubt_quotes_the_same_article_again() -> None:
    answer = ask("chắc không vậy?", Knows("chiếc quạt cũ", -3.0))
    assert [quote.article_id for quote in answer.quotes][:1] == ["fire"]


@pytest.mark.parametrize(
    "text", ["Chắc không?", "nguồn nào vậy", "nói rõ hơn đi", "ai nói thế?", "còn gì nữa không", "thật à"]
)
def test_messages_about_the_answer_are_told(text: str) -> None:
    assert asks_about_answer(text)


@pytest.mark.parametrize("text", ["Chắc chắn là ai?", "nguồn nước nào bẩn", "nói gì?", "ai nói Việt Nam thua?", ""])
def test_other_messages_are_not_about_the_answer(text: str) -> None:
    assert not asks_about_answer(text)
