"""Tests timeliness: which articles are of a period, and that these come first without hiding the others."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from retrieval.datatypes import Article, PartialDate, Period
from retrieval.search.hybrid_search import rank
from retrieval.search.models import FittedModels
from retrieval.search.timeliness import is_of, names_day
from retrieval.vietnamese.tokens import document_terms
from tests.retrieval.questions import question_of, vector_of
from tests.retrieval.sample_articles import MANIFEST, record
from tests.retrieval.store.memory_store import MemoryStore

DAY = dt.date(2024, 2, 10)
PERIOD = Period(DAY, DAY + dt.timedelta(days=2), "ngày 10/2", last=DAY)


EARLIER = PartialDate(2024, 2, 1)


def article(body: str, published: PartialDate | None = EARLIER) -> Article:
    return Article("cho", "Chợ hoa xuân", body, published=published)


@pytest.mark.parametrize(
    ("sentence", "names"),
    [
        ("Chợ mở cửa ngày 10/2.", True),
        ("Chợ mở cửa từ 10-2.", True),
        ("Chợ mở cửa ngày 10 tháng 2.", True),
        ("Chợ mở cửa ngày 10/02.", True),
        ("Chợ mở cửa ngày 10/12.", False),
        ("Chợ mở cửa ngày 1/10/2.", False),
        ("Giá tăng 10/2%.", False),
        ("Chợ mở cửa ngày 9/2.", False),
    ],
)
def test_a_text_names_a_day_of_a_period(sentence: str, names: bool) -> None:
    assert names_day(article(sentence), sentence, PERIOD) == names
    assert is_of(article(sentence), PERIOD) == names


def test_a_day_without_a_year_is_of_the_years_around_its_article() -> None:
    assert not is_of(article("Chợ mở cửa ngày 10/2.", PartialDate(2022, 2, 1)), PERIOD)
    assert not is_of(article("Chợ mở cửa ngày 10/2.", None), PERIOD)


def test_the_days_of_a_long_period_are_not_looked_for() -> None:
    month = Period(dt.date(2024, 2, 1), dt.date(2024, 3, 2), "tháng 2", last=dt.date(2024, 2, 29))
    assert not is_of(article("Chợ mở cửa ngày 10/2.", PartialDate(2024, 1, 20)), month)


def test_newspapers_still_report_on_a_day_for_some_days() -> None:
    days = [(day, is_of(article("Chợ.", PartialDate(2024, 2, day)), PERIOD)) for day in (9, 10, 12, 13)]
    assert days == [(9, False), (10, True), (12, True), (13, False)]


def test_a_period_prefers_its_articles_and_hides_no_other() -> None:
    told = Article("told", "Chợ hoa", "Chợ hoa mở cửa ngày 10/2 ở bến sông.", published=PartialDate(2024, 2, 1))
    other = replace(told, id="other", body="Chợ hoa mở cửa ngày 20/2 ở bến sông.")
    store = MemoryStore(MANIFEST, document_terms)
    store.commit([record(told), record(other)], [])
    with store.snapshot() as snapshot:
        asked = replace(question_of("Chợ hoa mở cửa ở đâu?", snapshot), period=PERIOD, asked_on=dt.date(2024, 2, 5))
        vector = vector_of(asked)
        hits = rank(snapshot, asked, lambda: vector, FittedModels.load(), k=10).hits
    assert [hit.passage.article_id for hit in hits] == ["told", "other"]
    assert hits[0].score > 5 * hits[1].score
