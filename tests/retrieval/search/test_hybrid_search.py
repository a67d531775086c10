"""Tests hybrid search: which terms are searched for, and which articles are reranked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from retrieval.config import DEFAULT_SETTINGS, SearchSettings
from retrieval.datatypes import Article, Hit, Vectors
from retrieval.encoder import Encoder
from retrieval.search.hybrid_search import Mode, rank
from retrieval.search.models import FittedModels
from retrieval.search.reranking import SHARE
from retrieval.vietnamese.tokens import document_terms
from tests.retrieval.questions import question_of, vector_of
from tests.retrieval.sample_articles import BRIDGE, MANIFEST, HashingEncoder, hashed, record
from tests.retrieval.store.memory_store import MemoryStore


def holding(*articles: Article) -> MemoryStore:
    store = MemoryStore(MANIFEST, document_terms)
    store.commit([record(article) for article in articles], [])
    return store


def read_as(question: str, *articles: Article) -> str:
    with holding(*articles).snapshot() as snapshot:
        return question_of(question, snapshot).text


def hits_of(
    question: str,
    *articles: Article,
    encoder: Encoder | None = None,
    mode: Mode = "hybrid",
    models: FittedModels | None = None,
    settings: SearchSettings = DEFAULT_SETTINGS,
) -> list[Hit]:
    with holding(*articles).snapshot() as snapshot:
        asked = question_of(question, snapshot)
        vector = vector_of(asked, encoder)
        ranking = rank(snapshot, asked, lambda: vector, models, k=100, mode=mode, settings=settings)
        return list(ranking.hits)


PATCH = Article("dan", "Miếng dán chống ngủ ngáy", "Ưu điểm của miếng dán là rẻ.\nMiếng dán giữ mũi thông suốt đêm.")
MOUTHS = [
    Article(
        f"lang-{n}", "Chuyện làng", f"Lời đồn thứ {n} từ miệng dân đi xa khắp xóm, chẳng ai cấm được ai bao giờ cả."
    )
    for n in range(20)
]


def test_the_nearest_texts_decide_how_a_question_is_spelt() -> None:
    assert read_as("uu diem cua mieng dan la gi", *MOUTHS) == "ưu điểm của miệng dân là gì"
    assert read_as("uu diem cua mieng dan la gi", PATCH, *MOUTHS) == "ưu điểm của miếng dán là gì"


def test_question_words_are_not_searched_for() -> None:
    with holding(BRIDGE).snapshot() as snapshot:
        question = question_of("Cầu dài bao nhiêu mét?", snapshot)
    assert list(question.terms["exact"]) == ["cầu", "dài", "mét", "cầu_dài"]


def test_a_question_in_english_without_names_is_answered_by_meaning() -> None:
    question = "How long is the new bridge?"
    found = hits_of(question, BRIDGE, *MOUTHS, encoder=Telepath(BRIDGE.body), models=FittedModels.load())
    assert read_as(question, BRIDGE, *MOUTHS) == question
    assert found[0].passage.article_id == BRIDGE.id
    assert {hit.signals["article_plain"] for hit in found} == {0}


def test_a_large_corpus_is_searched_without_the_commonest_words_and_scored_by_all() -> None:
    rice = Article("gao", "Gạo", "Nông dân xã này trúng mùa lúa, giá gạo tăng mạnh.")
    crowd = [Article(f"xa-{n}", f"Xã {n}", f"Chợ của xã này họp phiên thứ {n}.") for n in range(30)]
    idle = replace(DEFAULT_SETTINGS, min_idle_articles=30)

    def found(question: str, settings: SearchSettings) -> dict[str, dict[str, float]]:
        hits = hits_of(question, rice, *crowd, mode="lexical", settings=settings)
        return {hit.passage.article_id: dict(hit.signals) for hit in hits}

    everything = found("xã trúng mùa lúa gạo tăng giá", DEFAULT_SETTINGS)
    assert len(everything) == 1 + len(crowd)
    assert found("xã trúng mùa lúa gạo tăng giá", idle) == {"gao": everything["gao"]}
    assert len(found("xã", idle)) == 1 + len(crowd)


class Telepath(HashingEncoder):
    """Encodes every question as one given text."""

    def __init__(self, meant: str) -> None:
        self._meant = meant

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return hashed([self._meant] * len(texts))


def test_what_is_nearest_in_meaning_is_ranked_again_whatever_its_words() -> None:
    meant = Article("gao", "Lúa", "Nông dân được mùa to.")
    decoys = [replace(BRIDGE, id=f"cau-{n}", body=f"Cầu Ánh Dương dài ra lần thứ {n}.") for n in range(60)]
    question, encoder = "Cầu Ánh Dương dài bao nhiêu?", Telepath(meant.body)
    plain = hits_of(question, meant, *decoys, encoder=encoder)
    again = hits_of(question, meant, *decoys, encoder=encoder, models=FittedModels.load())
    assert plain.index(next(hit for hit in plain if hit.passage.article_id == "gao")) > 30
    assert SHARE in next(hit for hit in again if hit.passage.article_id == "gao").signals
