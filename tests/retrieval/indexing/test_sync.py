"""A sync makes the store hold exactly what is read, and encodes nothing twice."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from retrieval.corpus.chunking import CHUNKER
from retrieval.datatypes import Article, PartialDate, SourcedArticle, Span, Vectors
from retrieval.errors import SourceError
from retrieval.indexing.encoding import passage_input
from retrieval.indexing.sync import SyncReport, sync_store
from retrieval.store.embedded import EmbeddedStore
from retrieval.vietnamese.tokens import ANALYZER_VERSION, document_terms
from tests.retrieval.sample_articles import ARTICLES, BRIDGE, FOOTBALL, MANIFEST, RICE, UNDATED, HashingEncoder, hashed


class CountingEncoder(HashingEncoder):
    def __init__(self) -> None:
        self.encoded: list[str] = []

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        self.encoded += texts
        return super().encode_passages(texts)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EmbeddedStore]:
    manifest = replace(MANIFEST, chunker=CHUNKER)
    with EmbeddedStore.create(tmp_path / "index", manifest, document_terms, ANALYZER_VERSION) as opened:
        yield opened


def sourced(articles: Iterable[Article], origin: str = "news.jsonl") -> list[SourcedArticle | SourceError]:
    return [SourcedArticle(article, origin, f"{origin}:{line}") for line, article in enumerate(articles, 1)]


def synced(store: EmbeddedStore, items: Iterable[SourcedArticle | SourceError]) -> tuple[SyncReport, list[str]]:
    encoder = CountingEncoder()
    report = sync_store(items, store, lambda: encoder)
    store.save_caches()
    assert store.disagreements() == []
    return report, encoder.encoded


def counts(report: SyncReport) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.deleted, report.unchanged


def test_a_first_sync_adds_everything(store: EmbeddedStore) -> None:
    report, encoded = synced(store, sourced(ARTICLES))
    assert counts(report) == (4, 0, 0, 0)
    assert len(encoded) == report.passages > 0
    assert set(store.fingerprints()) == {"cau", "gao", "bong-da", "an"}


def test_a_second_sync_encodes_nothing(store: EmbeddedStore) -> None:
    synced(store, sourced(ARTICLES))
    version = store.version()
    report, encoded = synced(store, sourced(ARTICLES))
    assert (counts(report), encoded, store.version()) == ((0, 0, 0, 4), [], version)


def test_the_encoder_is_not_even_opened_when_nothing_changed(store: EmbeddedStore) -> None:
    synced(store, sourced(ARTICLES))

    def fail() -> HashingEncoder:
        raise AssertionError("opened")

    assert sync_store(sourced(ARTICLES), store, fail).unchanged == 4


@pytest.mark.parametrize(
    "changed",
    [
        replace(BRIDGE, body=BRIDGE.body + "\nCầu được chiếu sáng ban đêm."),
        replace(BRIDGE, title="Cầu Ánh Dương thông xe"),
        replace(BRIDGE, published=PartialDate(2024, 3, 6)),
        replace(BRIDGE, source="Báo khác"),
        replace(BRIDGE, url=None),
    ],
    ids=["body", "title", "date", "source", "url"],
)
def test_a_changed_article_is_replaced_and_alone_encoded(store: EmbeddedStore, changed: Article) -> None:
    synced(store, sourced(ARTICLES))
    report, encoded = synced(store, sourced([changed, RICE, FOOTBALL, UNDATED]))
    assert counts(report) == (0, 1, 0, 3)
    assert encoded and all(changed.title in text for text in encoded)
    with store.snapshot() as snapshot:
        stored = snapshot.article("cau")
    assert stored is not None
    assert stored.article == replace(changed, event=stored.article.event)


def test_what_is_no_longer_there_is_deleted(store: EmbeddedStore) -> None:
    synced(store, sourced(ARTICLES))
    report, encoded = synced(store, sourced([RICE]))
    assert (counts(report), encoded) == ((0, 0, 3, 1), [])
    assert set(store.fingerprints()) == {"gao"}


def test_articles_of_a_file_that_cannot_be_read_now_are_kept(store: EmbeddedStore) -> None:
    synced(
        store, [*sourced([BRIDGE, RICE], "a.jsonl"), *sourced([FOOTBALL], "b.jsonl"), *sourced([UNDATED], "d/c.txt")]
    )
    unreadable: list[SourcedArticle | SourceError] = [
        *sourced([BRIDGE], "a.jsonl"),
        SourceError("a.jsonl:2", "not JSON"),
        SourceError("d", "permission denied"),
    ]
    report, _ = synced(store, unreadable)
    assert set(store.fingerprints()) == {"cau", "gao", "an"}
    assert counts(report) == (0, 0, 1, 1)
    assert [error.place for error in report.errors] == ["a.jsonl:2", "d"]


def test_articles_are_known_by_the_file_they_stand_in_now(store: EmbeddedStore) -> None:
    synced(store, sourced([BRIDGE, RICE], "a.jsonl"))
    report, encoded = synced(store, sourced([BRIDGE, RICE], "b.jsonl"))
    assert (counts(report), encoded) == ((0, 0, 0, 2), [])
    synced(store, [*sourced([FOOTBALL], "c.jsonl"), SourceError("b.jsonl", "permission denied")])
    assert set(store.fingerprints()) == {"cau", "gao", "bong-da"}


def test_what_goes_is_deleted_after_what_comes_is_stored(store: EmbeddedStore) -> None:
    synced(store, sourced([BRIDGE]))
    seen: list[int] = []
    sync_store(sourced([RICE]), store, CountingEncoder, progress=lambda *_: seen.append(len(store.fingerprints())))
    assert min(seen) == 1
    assert set(store.fingerprints()) == {"gao"}


def test_two_sources_with_one_id_are_an_error_that_names_both(store: EmbeddedStore) -> None:
    report, _ = synced(store, [*sourced([BRIDGE], "a.jsonl"), *sourced([replace(RICE, id="cau")], "b.jsonl")])
    [error] = report.errors
    assert error.place == "b.jsonl:1"
    assert "a.jsonl:1" in error.reason and "'cau'" in error.reason
    with store.snapshot() as snapshot:
        stored = snapshot.article("cau")
    assert stored is not None and stored.article.title == BRIDGE.title


def test_the_event_date_is_found_and_stored(store: EmbeddedStore) -> None:
    synced(store, sourced([BRIDGE]))
    with store.snapshot() as snapshot:
        stored = snapshot.article("cau")
    assert stored is not None and stored.article.event == PartialDate(2024, 3, 5)


def test_a_passage_is_encoded_under_its_title_and_date() -> None:
    assert passage_input(RICE, Span(0, 20)) == "Giá gạo xuất khẩu tăng mạnh (10/2023)\nGiá gạo xuất khẩu tă"
    assert passage_input(UNDATED, Span(0, 9)) == "Món canh chua cá lóc\nCanh chua"


def test_a_sync_that_is_stopped_is_completed_by_the_next(store: EmbeddedStore) -> None:
    class StoppedEncoder(HashingEncoder):
        calls = 0

        def encode_passages(self, texts: Sequence[str]) -> Vectors:
            self.calls += 1
            if self.calls == 3:
                raise KeyboardInterrupt
            return super().encode_passages(texts)

    encoder = StoppedEncoder()
    with pytest.raises(KeyboardInterrupt):
        sync_store(sourced(MANY), store, lambda: encoder)
    store.save_caches()
    assert store.disagreements() == []
    done = len(store.fingerprints())
    assert 0 < done < 40
    report, _ = synced(store, sourced(MANY))
    assert counts(report) == (40 - done, 0, 0, done)


MANY = [replace(RICE, id=f"gao-{n}", body=f"{RICE.body}\nSố {n}." * 30) for n in range(40)]
"""Enough articles for several commits."""


def test_every_passage_has_the_vector_of_its_own_text(store: EmbeddedStore) -> None:
    synced(store, sourced([*MANY, *ARTICLES]))
    with store.snapshot() as snapshot:
        for stored in store.stored():
            ids = snapshot.passages_of([stored.number])[stored.number]
            spans = [Span(passage.start, passage.end) for passage, _ in snapshot.passages(ids).values()]
            expected = hashed([passage_input(stored.article, span) for span in spans]).astype(np.float16)
            assert snapshot.vectors(ids).tolist() == expected.astype(np.float32).tolist()


PATIENCE_S = 60


def test_articles_are_cut_and_stored_while_others_are_encoded(store: EmbeddedStore) -> None:
    cut_ahead, stored_behind = threading.Event(), threading.Event()

    class Waiting(HashingEncoder):
        calls = 0

        def count_tokens(self, texts: Sequence[str]) -> list[int]:
            if self.calls:
                cut_ahead.set()
            return super().count_tokens(texts)

        def encode_passages(self, texts: Sequence[str]) -> Vectors:
            self.calls += 1
            if self.calls == 1:
                assert cut_ahead.wait(PATIENCE_S)
            if self.calls == 2:
                while not store.fingerprints():
                    assert not stored_behind.wait(0.01)
                stored_behind.set()
            return super().encode_passages(texts)

    report = sync_store(sourced(MANY), store, Waiting)
    assert report.added == len(store.fingerprints()) == 40
    assert stored_behind.is_set()


def test_an_error_of_the_store_stops_a_sync_which_keeps_what_it_had(store: EmbeddedStore) -> None:
    broken = replace(MANY[-1], id="hỏng", body=MANY[-1].body + "\ud800")  # SQLite takes no lone surrogate
    with pytest.raises(UnicodeEncodeError):
        sync_store(sourced([*MANY, broken, *ARTICLES]), store, CountingEncoder)
    store.save_caches()
    assert store.disagreements() == []
    assert {"gao-0"} <= set(store.fingerprints()) <= {article.id for article in MANY}


def test_a_sync_signs_the_articles_of_an_older_index_and_encodes_nothing(store: EmbeddedStore, tmp_path: Path) -> None:
    long = replace(RICE, body=RICE.body + "\nTheo hiệp hội lương thực, hợp đồng của quý sau đã được ký từ tháng trước.")
    items = sourced([long, replace(long, id="gao-2"), BRIDGE])
    synced(store, items)
    with closing(sqlite3.connect(tmp_path / "index" / "corpus.db")) as db, db:
        db.execute("DELETE FROM signatures")
        db.execute("DELETE FROM bands")
    report, encoded = synced(store, items)
    assert (counts(report), encoded, store.unsigned(9)) == ((0, 0, 0, 3), [], {})
    with store.snapshot() as snapshot:
        stored = snapshot.article("gao")
        assert stored is not None and len(snapshot.copies([stored.number])[stored.number]) == 1
