"""Tests the embedded engine: reopening, lost or damaged caches, concurrent use, older indexes."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from retrieval.corpus.near_duplicates import minhash_signature
from retrieval.store.cache_note import CacheNote, read_note
from retrieval.store.embedded import EmbeddedStore
from retrieval.store.folder import writer_lock
from retrieval.store.prefetch import files_within
from tests.retrieval.sample_articles import ARTICLES, BRIDGE, FOOTBALL, MANIFEST, RICE, UNDATED, hashed, record
from tests.retrieval.store.stores import (
    COPY,
    LONG,
    article_ids_of,
    copies_of,
    dense_ids,
    embedded,
    fill,
    lexical_articles,
)


def test_a_reopened_store_ranks_as_before(tmp_path: Path) -> None:
    with embedded(tmp_path) as store:
        fill(store, *ARTICLES)
        store.save_caches()
        before = dense_ids(store, "giá lúa"), lexical_articles(store, "giá lúa")
    with embedded(tmp_path) as store:
        assert (dense_ids(store, "giá lúa"), lexical_articles(store, "giá lúa")) == before
        assert store.manifest == MANIFEST


@pytest.mark.parametrize("lost", ["vectors.faiss", "vectors.faiss.json", "lexical", "lexical/applied.json"])
def test_a_lost_cache_comes_back_from_the_truth(tmp_path: Path, lost: str) -> None:
    with embedded(tmp_path) as store:
        fill(store, *ARTICLES)
        store.save_caches()
        before = dense_ids(store, "giá lúa"), lexical_articles(store, "giá lúa")
    path = tmp_path / "index" / lost
    path.rename(tmp_path / "lost")
    with embedded(tmp_path) as store:
        assert (dense_ids(store, "giá lúa"), lexical_articles(store, "giá lúa")) == before
        assert store.disagreements() == []


@pytest.mark.parametrize(
    "damaged", ["vectors.faiss", "vectors.faiss.json", "lexical/applied.json", "lexical/passages/meta.json"]
)
def test_a_damaged_cache_comes_back_from_the_truth(tmp_path: Path, damaged: str) -> None:
    with embedded(tmp_path) as store:
        fill(store, *ARTICLES)
        store.save_caches()
        before = dense_ids(store, "giá lúa"), lexical_articles(store, "giá lúa")
    path = tmp_path / "index" / damaged
    path.write_bytes(b"\x00" + path.read_bytes()[1:])
    with embedded(tmp_path) as store:
        assert (dense_ids(store, "giá lúa"), lexical_articles(store, "giá lúa")) == before
        assert store.disagreements() == []


def test_caches_that_lag_are_brought_up_when_opened(tmp_path: Path) -> None:
    with embedded(tmp_path) as store:
        fill(store, BRIDGE, UNDATED)
        store.save_caches()
        saved = {path: path.read_bytes() for path in (tmp_path / "index").glob("vectors*")}
        fill(store, RICE)
        store.commit([], ["cau"])
        store.save_caches()
    for path, content in saved.items():
        path.write_bytes(content)
    with embedded(tmp_path) as store:
        assert set(article_ids_of(store, dense_ids(store, "giá"))) == {"gao", "an"}
        assert store.disagreements() == []


def test_a_reader_sees_what_another_connection_commits(tmp_path: Path) -> None:
    with embedded(tmp_path) as writer, embedded(tmp_path) as reader:
        fill(writer, BRIDGE)
        assert lexical_articles(reader, "cầu") == ["cau"]
        fill(writer, RICE)
        assert lexical_articles(reader, "gạo") == ["gao"]
        assert set(article_ids_of(reader, dense_ids(reader, "xe"))) == {"cau", "gao"}


def test_a_snapshot_does_not_see_later_commits(tmp_path: Path) -> None:
    with embedded(tmp_path) as store:
        fill(store, BRIDGE)
        store.refresh()
        with store.snapshot() as snapshot:
            fill(store, RICE)
            assert snapshot.totals().articles == 1
            assert snapshot.article("gao") is None
        with store.snapshot() as snapshot:
            assert snapshot.totals().articles == 2


def test_a_commit_that_fails_halfway_changes_nothing(tmp_path: Path) -> None:
    with embedded(tmp_path) as store:
        fill(store, BRIDGE)
        version = store.version()
        broken = replace(record(RICE), vectors=hashed(["one row for three passages"]))
        with pytest.raises(ValueError, match="zip"):
            store.commit([record(FOOTBALL), broken], ["cau"])
        assert store.version() == version
        assert set(store.fingerprints()) == {"cau"}
        store.save_caches()
        assert store.disagreements() == []


def test_files_are_prefetched_in_order_as_far_as_memory_allows(tmp_path: Path) -> None:
    names = ["a", "missing", "b", "c", "d"]
    for name, size in (("a", 10), ("b", 20), ("c", 30), ("d", 1)):
        (tmp_path / name).write_bytes(bytes(size))
    paths = [tmp_path / name for name in names]
    assert files_within(paths, 100) == [tmp_path / name for name in "abcd"]
    assert files_within(paths, 30) == [tmp_path / name for name in "ab"]
    assert files_within(paths, 9) == []


def test_an_index_that_is_prefetched_answers_as_before(tmp_path: Path) -> None:
    with embedded(tmp_path) as store:
        fill(store, *ARTICLES)
        store.save_caches()
    with embedded(tmp_path) as store:
        store.read_ahead()
        for thread in threading.enumerate():
            if thread.name == "prefetch":
                thread.join()
        assert lexical_articles(store, "gạo") == ["gao"]


def test_threads_that_read_during_commits_find_every_passage_once(tmp_path: Path) -> None:
    wrong: list[str] = []
    done = threading.Event()

    def read(store: EmbeddedStore) -> None:
        while not done.wait(0.01):
            store.refresh()
            with store.snapshot() as snapshot:
                ids = [passage_id for passage_id, _ in snapshot.dense(hashed(["xe"])[0], 999)]
                known = snapshot.passages(ids)
                if len(ids) != len(set(ids)):
                    wrong.append(f"twice: {ids}")
                if len(snapshot.vectors(list(known))) != len(known):
                    wrong.append("a passage without its vector")

    with embedded(tmp_path) as writer, embedded(tmp_path) as reader:
        threads = [threading.Thread(target=read, args=(reader,)) for _ in range(3)]
        for thread in threads:
            thread.start()
        with writer_lock(tmp_path / "index", patience_s=60):  # a reader may be saving a cache
            for edition in range(10):
                changed = [replace(article, title=f"{article.title} {edition}") for article in ARTICLES]
                writer.commit([record(article) for article in changed], [])
        done.set()
        for thread in threads:
            thread.join()
        assert wrong == []
        assert len(dense_ids(reader, "xe")) == 10


def test_a_truth_restored_from_a_backup_beside_newer_caches_is_what_counts(tmp_path: Path) -> None:
    index = tmp_path / "index"
    with embedded(tmp_path) as store:
        fill(store, BRIDGE)
        store.save_caches()
        backup = sqlite3.connect(tmp_path / "backup.db")
        with closing(backup), closing(sqlite3.connect(index / "corpus.db")) as live:
            live.backup(backup)
        fill(store, RICE)
        store.commit([], ["cau"])
        store.save_caches()
    for name in ("corpus.db-wal", "corpus.db-shm"):
        (index / name).unlink(missing_ok=True)
    (tmp_path / "backup.db").replace(index / "corpus.db")
    with embedded(tmp_path) as store:
        assert set(article_ids_of(store, dense_ids(store, "xe"))) == {"cau"}
        assert lexical_articles(store, "cầu gạo") == ["cau"]
        fill(store, FOOTBALL)
        assert set(article_ids_of(store, dense_ids(store, "xe"))) == {"cau", "bong-da"}
        store.save_caches()
        assert store.disagreements() == []


def test_a_note_of_an_older_version_is_read_without_its_further_fields(tmp_path: Path) -> None:
    note = tmp_path / "applied.json"
    note.write_text('{"epoch": "e", "seq": 3, "format": "f", "crc32": 0}', encoding="utf-8")
    assert read_note(note, CacheNote) == CacheNote("e", 3, "f")
    note.write_text('{"epoch": "e", "seq": 3}', encoding="utf-8")
    assert read_note(note, CacheNote) is None


def test_a_database_that_is_locked_or_full_is_not_called_damaged(tmp_path: Path) -> None:
    with embedded(tmp_path) as store:
        fill(store, BRIDGE)
        with store._connection() as db:
            db.execute(f"PRAGMA max_page_count = {db.execute('PRAGMA page_count').fetchone()[0]}")
        huge = replace(RICE, body="Một câu dài. " * 100_000)
        with pytest.raises(sqlite3.OperationalError, match="full"):
            store.commit([replace(record(RICE), article=huge)], [])
        assert set(store.fingerprints()) == {"cau"}


def test_an_index_of_before_its_days_were_indexed_is_brought_up(tmp_path: Path) -> None:
    with embedded(tmp_path) as store:
        fill(store, RICE)
    with closing(sqlite3.connect(tmp_path / "index" / "corpus.db")) as db:
        db.execute("DROP INDEX articles_by_day")
    with embedded(tmp_path):
        pass
    with closing(sqlite3.connect(tmp_path / "index" / "corpus.db")) as db:
        plan = db.execute("EXPLAIN QUERY PLAN SELECT max(last_day) FROM articles").fetchall()
    assert "articles_by_day" in plan[0][3]


def test_a_deleted_article_leaves_nothing_behind(tmp_path: Path) -> None:
    with embedded(tmp_path) as store:
        fill(store, LONG, COPY)
        store.commit([], ["gao", "gao-2"])
    with closing(sqlite3.connect(tmp_path / "index" / "corpus.db")) as db:
        for table in ("articles", "passages", "signatures", "bands"):
            assert db.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table


def test_an_index_of_before_signatures_is_read_and_can_be_signed(tmp_path: Path) -> None:
    with embedded(tmp_path) as store:
        fill(store, LONG, COPY)
    with closing(sqlite3.connect(tmp_path / "index" / "corpus.db")) as db:
        db.executescript("DROP INDEX articles_by_day; DROP TABLE signatures; DROP TABLE bands")
    with embedded(tmp_path) as store:
        assert copies_of(store, "gao") == []
        assert len(store.unsigned(1)) == 1
        bodies = store.unsigned(10)
        assert list(bodies.values()) == [LONG.body, COPY.body]
        store.sign({number: minhash_signature(body) for number, body in bodies.items()})
        assert store.unsigned(10) == {}
        assert copies_of(store, "gao") == ["gao-2"]
