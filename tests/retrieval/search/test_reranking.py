"""Tests reranking: scales, softmax shares, and features that move an article up."""

from __future__ import annotations

import datetime as dt
import pickle
from dataclasses import replace

import numpy as np
import pytest

from retrieval.config import DEFAULT_SETTINGS
from retrieval.datatypes import Article, Hit, PartialDate, Period
from retrieval.search.candidates import MinMaxScale
from retrieval.search.features import ARTICLE_FEATURES, PASSAGE_FEATURES, statement_likeness
from retrieval.search.hybrid_search import rank
from retrieval.search.models import FittedModels, LinearModel, RerankingModel
from retrieval.search.reranking import SHARE, SHARE_OF_EVENT, SHARE_WITHIN, softmax
from retrieval.vietnamese.tokens import document_terms
from tests.retrieval.questions import question_of, statistics_of, vector_of
from tests.retrieval.sample_articles import ARTICLES, BRIDGE, MANIFEST, RICE, record
from tests.retrieval.store.memory_store import MemoryStore


def found(
    question: str, *articles: Article, fitted: FittedModels | None = None, period: Period | None = None
) -> list[Hit]:
    store = MemoryStore(MANIFEST, document_terms)
    store.commit([record(article) for article in articles], [])
    with store.snapshot() as snapshot:
        asked = replace(question_of(question, snapshot), period=period)
        vector = vector_of(asked)
        return list(rank(snapshot, asked, lambda: vector, fitted or FittedModels.load(), k=100).hits)


def by_title() -> FittedModels:
    model = RerankingModel(LinearModel({"title_cover": 9.0}), LinearModel({"position": -1.0}))
    return replace(FittedModels.load(), toned=model)


def test_a_scale_reaches_from_the_least_to_the_greatest() -> None:
    scale = MinMaxScale.of(np.array([2.0, 4.0, 3.0]))
    assert scale(np.array([2.0, 3.0, 4.0, 5.0])).tolist() == [0, 0.5, 1, 1.5]
    assert MinMaxScale.of(np.array([2.0, 2.0]))(np.array([2.0])).tolist() == [1]
    assert MinMaxScale.of(np.array([0.0, 0.0]))(np.array([0.0])).tolist() == [0]


def test_a_softmax_turns_log_odds_into_probabilities() -> None:
    assert softmax(np.array([0.0, np.log(3.0)])) == pytest.approx([0.25, 0.75])
    assert softmax(np.array([1e6, 0.0])) == pytest.approx([1, 0])


def test_shares_of_articles_and_of_passages_sum_to_one() -> None:
    hits = found("Cầu Ánh Dương dài bao nhiêu mét?", *ARTICLES)
    shares = {hit.passage.article_id: hit.signals[SHARE] for hit in hits}
    assert sum(shares.values()) == pytest.approx(1)
    for article_id in shares:
        own = [hit for hit in hits if hit.passage.article_id == article_id]
        assert sum(hit.signals[SHARE_WITHIN] for hit in own) == pytest.approx(1)
        assert max(hit.score for hit in own) == pytest.approx(shares[article_id])
    assert hits == sorted(hits, key=lambda hit: -hit.score)


def test_articles_that_say_the_same_share_an_event() -> None:
    # Only the best passages are compared, so that these articles need not be near-duplicates.
    other_words = replace(BRIDGE, id="cau-2", body=f"{BRIDGE.body}\n" + "Tin khác trong ngày. " * 40, source="Báo khác")
    hits = found("Cầu Ánh Dương dài bao nhiêu mét?", *ARTICLES, other_words)
    first = {hit.passage.article_id: hit.signals for hit in reversed(hits)}
    together = first["cau"][SHARE] + first["cau-2"][SHARE]
    for article_id in ("cau", "cau-2"):
        assert first[article_id][SHARE_OF_EVENT] == pytest.approx(together)
    assert first["gao"][SHARE_OF_EVENT] == pytest.approx(first["gao"][SHARE])


def test_every_hit_carries_all_features() -> None:
    for hit in found("Cầu Ánh Dương dài bao nhiêu mét?", *ARTICLES):
        assert {one.name for one in ARTICLE_FEATURES} <= hit.signals.keys()
        assert {one.name for one in PASSAGE_FEATURES} <= hit.signals.keys()


def test_a_hit_that_is_sent_to_another_process_takes_its_own_signals_along() -> None:
    hits = found("Cầu Ánh Dương dài bao nhiêu mét?", *ARTICLES)
    sent = pickle.dumps(hits[0])
    assert pickle.loads(sent) == hits[0]
    assert len(sent) < 4000


def test_the_model_decides_which_article_comes_first() -> None:
    rice, bridge = replace(RICE, title="Cầu Ánh Dương"), replace(BRIDGE, title="Gạo")
    hits = found("Cầu Ánh Dương", rice, bridge, fitted=by_title())
    assert hits[0].passage.article_id == rice.id
    assert hits[0].signals["title_cover"] == 1


def test_how_rare_a_word_is_is_asked_of_the_corpus_for_any_text() -> None:
    store = MemoryStore(MANIFEST, document_terms)
    store.commit([record(replace(BRIDGE, id=str(n))) for n in range(40)], [])
    frequencies = statistics_of(store).frequencies_of(["cầu", "nào", "cầu", "rồng"], DEFAULT_SETTINGS.table_weight)
    assert (frequencies.articles, frequencies.counts["cầu"], frequencies.counts["rồng"]) == (40, 40, 0)
    question = question_of("Cầu nào, ở đâu? Cầu Rồng?", store)
    assert [token.idf for token in question.tokens if token.folded == "cầu"] == [frequencies.idf("cầu")] * 2


def test_words_that_all_articles_share_say_little_of_any() -> None:
    # In the news, "hộp thoại" is rarer than "màu vàng"; in a manual, it is more frequent.
    manual = [
        Article(f"trang-{n}", f"Trang {n}", f"Hộp thoại này mở phần {n}. Chọn trong hộp thoại rồi nhấn nút Đóng.")
        for n in range(60)
    ]
    golden = Article("vang", "Trang màu", "Ở đây chọn được màu vàng cho chữ, rồi nhấn nút Đóng.")

    def covers(*pages: Article) -> tuple[float, float]:
        hits = {hit.passage.article_id: hit.signals for hit in found("hộp thoại màu vàng", golden, *pages)}
        return hits["vang"]["article_cover"], hits["trang-1"]["article_cover"]

    one, other = covers(manual[1])
    assert one < 0.48 < 0.52 < other
    one, other = covers(*manual)
    assert one > 0.52 > 0.48 > other


def test_one_article_alone_has_the_whole_share() -> None:
    assert {hit.signals[SHARE] for hit in found("Giá vàng?", BRIDGE)} == {1.0}


def test_a_question_for_what_is_new_prefers_the_newest_article_and_no_other_question_does() -> None:
    old = replace(BRIDGE, id="old", published=PartialDate(2024, 1, 5))
    new = replace(BRIDGE, id="new", published=PartialDate(2024, 5, 5))
    undated = replace(BRIDGE, id="undated", published=None)
    shares = {
        hit.passage.article_id: hit.signals[SHARE] for hit in found("Tin mới nhất về cầu Ánh Dương?", undated, old, new)
    }
    assert shares["new"] > 2 * shares["old"]
    assert shares["old"] == pytest.approx(shares["undated"], rel=0.02)
    plain = {hit.signals[SHARE] for hit in found("Cầu Ánh Dương ở đâu?", undated, old, new)}
    assert max(plain) == pytest.approx(min(plain))


def test_a_question_about_a_time_prefers_articles_that_tell_of_it_to_those_printed_after() -> None:
    of_the_day = replace(BRIDGE, id="of-the-day", published=PartialDate(2024, 2, 3))
    day_after = replace(of_the_day, id="day-after", published=PartialDate(2024, 2, 4))
    told_later = replace(day_after, id="told-later", event=PartialDate(2024, 2, 3))
    later = replace(BRIDGE, id="later", published=PartialDate(2024, 2, 5))
    articles = (day_after, told_later, of_the_day, later)
    period = Period(dt.date(2024, 2, 3), dt.date(2024, 2, 5), "ngày 3/2", last=dt.date(2024, 2, 3))
    shares = {hit.passage.article_id: hit.signals[SHARE] for hit in found("Cầu ở đâu?", *articles, period=period)}
    assert shares["of-the-day"] == pytest.approx(shares["told-later"])
    assert shares["day-after"] == pytest.approx(shares["later"])
    assert shares["of-the-day"] > 5 * shares["day-after"]
    plain = {hit.signals[SHARE] for hit in found("Cầu ở đâu?", *articles)}
    assert max(plain) == pytest.approx(min(plain))


def telling(question: str) -> float:
    return statement_likeness(question_of(question), DEFAULT_SETTINGS)


def test_what_states_rather_than_asks_is_weighed_otherwise() -> None:
    assert telling("Cầu Ánh Dương dài bao nhiêu mét?") == 0
    assert telling("Cầu Ánh Dương dài 250 mét") == 1
    assert telling("Cầu Ánh Dương dài máy mét?") == 0  # misspelt, but still a question
    assert telling("How long is the bridge?") == 1
    assert telling(" ".join(["cầu"] * 18 + ["bao", "nhiêu"])) == 0.5
    assert telling(" ".join(["cầu"] * 38 + ["bao", "nhiêu"])) == 1
    rice, bridge = replace(RICE, title="Cầu Ánh Dương"), replace(BRIDGE, title="Gạo")
    model = RerankingModel(LinearModel({"article_cover": 1.0}), LinearModel({}), LinearModel({"title_cover": 99.0}))
    fitted = replace(FittedModels.load(), toned=model)
    asked = "Cầu Ánh Dương bắc qua sông nào"
    assert found(asked, rice, bridge, fitted=fitted)[0].passage.article_id == bridge.id
    assert found(asked.replace("nào", "Lam"), rice, bridge, fitted=fitted)[0].passage.article_id == rice.id
