"""From a question's text to what is searched for, and which articles are ranked again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from retrieval.datatypes import Article, Vectors
from retrieval.question.spelling import Spellings
from retrieval.search.hybrid_search import parse, search_passages
from retrieval.search.hybrid_search import search_passages as searcher
from retrieval.search.models import FittedModels
from retrieval.search.reranking import SHARE, Ranker
from retrieval.vietnamese.frequencies import DocumentFrequencies
from retrieval.vietnamese.tokens import document_terms
from tests.retrieval.sample_articles import BRIDGE, MANIFEST, HashingEncoder, hashed, record
from tests.retrieval.store.memory_store import MemoryStore

RARITY = DocumentFrequencies.load()
SPELLINGS = Spellings.of(RARITY)


def holding(*articles: Article) -> MemoryStore:
    store = MemoryStore(MANIFEST, document_terms)
    store.commit([record(article) for article in articles], [])
    return store


def read_as(question: str, *articles: Article) -> str:
    with holding(*articles).snapshot() as snapshot:
        return parse(question, HashingEncoder(), snapshot, SPELLINGS).read


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
        query = parse("Cầu dài bao nhiêu mét?", HashingEncoder(), snapshot, SPELLINGS)
    assert list(query.terms["exact"]) == ["cầu", "dài", "mét", "cầu_dài"]


def test_a_question_in_english_without_names_is_answered_by_meaning() -> None:
    with holding(BRIDGE, *MOUTHS).snapshot() as snapshot:
        query = parse("How long is the new bridge?", Telepath(BRIDGE.body), snapshot, SPELLINGS)
        found = search_passages(snapshot, query, 100, ranker=Ranker(RARITY, FittedModels.load()))
    assert query.read == "How long is the new bridge?"
    assert found[0].passage.article_id == BRIDGE.id
    assert {hit.signals["article_plain"] for hit in found} == {0}


def test_a_large_corpus_is_searched_without_the_commonest_words_and_scored_by_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rice = Article("gao", "Gạo", "Nông dân xã này trúng mùa lúa, giá gạo tăng mạnh.")
    crowd = [Article(f"xa-{n}", f"Xã {n}", f"Chợ của xã này họp phiên thứ {n}.") for n in range(30)]
    question = "xã trúng mùa lúa gạo tăng giá"

    def found() -> dict[str, dict[str, float]]:
        with holding(rice, *crowd).snapshot() as snapshot:
            query = parse(question, HashingEncoder(), snapshot, SPELLINGS)
            return {
                hit.passage.article_id: dict(hit.signals)
                for hit in search_passages(snapshot, query, 100, mode="lexical")
            }

    everything = found()
    assert len(everything) == 1 + len(crowd)
    monkeypatch.setattr(searcher, "COMMON", 30)
    assert found() == {"gao": everything["gao"]}
    question = "xã"
    assert len(found()) == 1 + len(crowd)


class Telepath(HashingEncoder):
    """Gives every question the embedding of one text."""

    def __init__(self, meant: str) -> None:
        self._meant = meant

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return hashed([self._meant] * len(texts))


def test_what_is_nearest_in_meaning_is_ranked_again_whatever_its_words() -> None:
    meant = Article("gao", "Lúa", "Nông dân được mùa to.")
    decoys = [replace(BRIDGE, id=f"cau-{n}", body=f"Cầu Ánh Dương dài ra lần thứ {n}.") for n in range(60)]
    with holding(meant, *decoys).snapshot() as snapshot:
        query = parse("Cầu Ánh Dương dài bao nhiêu?", Telepath(meant.body), snapshot, SPELLINGS)
        plain = search_passages(snapshot, query, 100)
        again = search_passages(snapshot, query, 100, ranker=Ranker(RARITY, FittedModels.load()))
    assert plain.index(next(hit for hit in plain if hit.passage.article_id == "gao")) > 30
    assert SHARE in next(hit for hit in again if hit.passage.article_id == "gao").signals
