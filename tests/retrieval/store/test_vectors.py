"""Tests the dense cache of the embedded engine: its FAISS index, its file, and its updates."""

from __future__ import annotations

import datetime as dt
import errno
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import zlib
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.datatypes import Article, Filter
from retrieval.store import cache_note
from retrieval.store.settings import StoreSettings
from retrieval.store.vector_index import VectorIndex
from retrieval.vietnamese.tokens import document_terms
from tests.retrieval.sample_articles import ARTICLES, BRIDGE, FOOTBALL, MANIFEST, RICE, UNDATED, hashed, record
from tests.retrieval.store.memory_store import MemoryStore
from tests.retrieval.store.stores import (
    article_ids_of,
    clustered,
    dense_ids,
    embedded,
    exact_best,
    fill,
    nearest_ids,
    random_article,
    record_with_vectors,
)


@settings(max_examples=15)
@given(seed=st.integers(0, 2**32), rows_per_thread=st.integers(1, 9))
def test_vectors_shared_among_threads_are_found_as_by_brute_force(
    seed: int, rows_per_thread: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    rng = random.Random(seed)
    memory = MemoryStore(MANIFEST, document_terms)
    folder = tmp_path_factory.mktemp("shares")
    for _ in range(3):
        # The store is reopened: its state comes from the file and from later commits.
        with embedded(folder, StoreSettings(rows_per_thread=rows_per_thread, centre_sample=8)) as disk:
            for _ in range(2):
                upserts = [record(random_article(rng, rng.choice("abcdef"))) for _ in range(rng.randint(0, 4))]
                upserts = list({one.article.id: one for one in upserts}.values())
                deleted = rng.sample("abcdef", k=1)
                for store in (disk, memory):
                    store.commit(upserts, deleted)
                disk.refresh()
            where = rng.choice(
                [None, Filter(source="A"), Filter(source="C"), Filter(since=dt.date(2024, 2, 1), source="B")]
            )
            with disk.snapshot() as snapshot, memory.snapshot() as oracle:
                vector, k = hashed(["giá nước"])[0], rng.randint(1, 40)
                hits, expected = snapshot.dense(vector, k, where), oracle.dense(vector, k, where)
                assert [key for key, _ in hits] == [key for key, _ in expected]
                assert [score for _, score in hits] == pytest.approx([score for _, score in expected], abs=1e-5)
            if rng.random() < 0.5:
                disk.save_caches()
                assert disk.disagreements() == []


def test_passages_are_ranked_by_vectors_as_stored_not_by_their_codes(tmp_path: Path) -> None:
    rows = np.random.default_rng(7).standard_normal((400, MANIFEST.dim)).astype(np.float32)
    rows = rows[:1] + 0.02 * rows  # so near each other that two bits per component give many equal codes
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    with embedded(tmp_path) as store:
        store.commit([record_with_vectors(rows)], [])
        for query in rows[:20]:
            assert nearest_ids(store, query, 10) == [place + 1 for place in exact_best(rows, query, 10)]


def test_vectors_far_from_all_before_are_ranked_rightly(tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    flat = np.full((3, MANIFEST.dim), MANIFEST.dim**-0.5, np.float32)
    others = clustered(rng, 4000)
    with embedded(tmp_path) as store:
        store.commit([replace(record(BRIDGE), vectors=flat)], [])
        store.refresh()
        store.commit([record_with_vectors(others)], [])
        for query in others[:20]:
            assert nearest_ids(store, query, 10) == [place + 4 for place in exact_best(others, query, 10)]
        store.save_caches()
        assert store.disagreements() == []


def test_when_everything_is_replaced_the_new_vectors_are_ranked_rightly(tmp_path: Path) -> None:
    rng = np.random.default_rng(7)
    others = clustered(rng, 4000)
    with embedded(tmp_path) as store:
        store.commit([record_with_vectors(clustered(rng, 1100))], [])
        store.refresh()
        store.commit([], ["a"])
        store.commit([record_with_vectors(others)], [])
        for query in others[:20]:
            assert nearest_ids(store, query, 10) == [place + 1101 for place in exact_best(others, query, 10)]


def test_a_warning_tells_that_many_codes_are_made(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with embedded(tmp_path) as store:
        fill(store, *ARTICLES)
    with embedded(tmp_path, StoreSettings(report_encoding_from=11)) as store:
        dense_ids(store, "xe")
    assert caplog.text == ""
    (tmp_path / "index" / "vectors.faiss").unlink()
    with embedded(tmp_path, StoreSettings(report_encoding_from=10)) as store:
        dense_ids(store, "xe")
    assert "vectors.faiss is made anew for 10 passages" in caplog.text


def test_codes_are_made_anew_once_when_a_corpus_has_outgrown_them(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    rng = np.random.default_rng(7)
    with embedded(tmp_path) as store:
        store.commit([record_with_vectors(clustered(rng, 1000))], [])
        store.save_caches()
        for key, count in (("b", 2990), ("c", 20)):  # the last is below `max_lag`, but outgrows the centre
            store.commit(
                [replace(record_with_vectors(clustered(rng, count)), article=Article(key, key, "x" * count))], []
            )
            store.save_caches()
    assert faiss.read_index(str(tmp_path / "index" / "vectors.faiss")).ntotal == 4010
    with embedded(tmp_path, StoreSettings(report_encoding_from=1)) as store:
        nearest_ids(store, clustered(rng, 1)[0], 1)
    assert caplog.text == ""


@pytest.mark.parametrize("quarter", range(4))
def test_codes_that_were_mixed_up_are_reported(tmp_path: Path, quarter: int) -> None:
    with embedded(tmp_path) as store:
        store.commit([record_with_vectors(clustered(np.random.default_rng(7), 100))], [])
        store.save_caches()
    index: Any = faiss.read_index(str(tmp_path / "index" / "vectors.faiss"))
    ids, codes = faiss.vector_to_array(index.id_map), VectorIndex(index).codes(0, 100)
    part = np.array_split(np.arange(codes.shape[1]), 4)[quarter]
    codes[:, part] = codes[::-1][:, part]
    index.reset()
    index.add_sa_codes(codes, ids)
    write_with_note(tmp_path / "index", index)
    with embedded(tmp_path) as store:
        assert store.disagreements() == ["vectors.faiss: 100 vectors differ from corpus.db"]


def write_with_note(folder: Path, index: faiss.Index) -> None:
    """Replaces the vector file by another index, and updates its note."""
    path, note_path = folder / "vectors.faiss", folder / "vectors.faiss.json"
    faiss.write_index(index, str(path))
    content = path.read_bytes()
    note = json.loads(note_path.read_bytes()) | {"size": len(content), "checksum": zlib.crc32(content)}
    note_path.write_text(json.dumps(note), encoding="utf-8")


def test_the_file_of_vectors_is_an_index_that_faiss_opens(tmp_path: Path) -> None:
    rows = clustered(np.random.default_rng(7), 100)
    with embedded(tmp_path) as store:
        fill(store, *ARTICLES)
        store.commit([record_with_vectors(rows)], ["cau"])
        store.save_caches()
    index: Any = faiss.read_index(str(tmp_path / "index" / "vectors.faiss"))
    assert isinstance(index, faiss.IndexIDMap2)
    assert isinstance(faiss.downcast_index(index.index), faiss.IndexRaBitQ)
    assert faiss.vector_to_array(index.id_map).tolist() == list(range(4, 111))
    _, ids = index.search(rows[:5], 1)
    assert ids[:, 0].tolist() == list(range(11, 16))


def foreign_index(kind: str) -> faiss.Index:
    """Returns an index that differs from the vector file of 100 passages."""
    rows, ids = clustered(np.random.default_rng(8), 100), np.arange(1, 101)
    if kind == "not by id":
        flat = faiss.IndexFlatIP(MANIFEST.dim)
        flat.add(rows)
        return flat
    if kind == "of whole vectors":
        inner: faiss.Index = faiss.IndexFlatIP(MANIFEST.dim)
    elif kind == "of another dimension":
        inner, rows = faiss.IndexRaBitQ(8, faiss.METRIC_INNER_PRODUCT, 2), np.ascontiguousarray(rows[:, :8])
    else:
        inner, ids = faiss.IndexRaBitQ(MANIFEST.dim, faiss.METRIC_INNER_PRODUCT, 2), ids + 1
    inner.train(rows)
    index = faiss.IndexIDMap2(inner)
    index.add_with_ids(rows, ids)
    return index


@pytest.mark.parametrize("kind", ["not by id", "of whole vectors", "of another dimension", "of other passages"])
def test_a_foreign_index_is_made_anew(tmp_path: Path, kind: str) -> None:
    rows = clustered(np.random.default_rng(7), 100)
    with embedded(tmp_path) as store:
        store.commit([record_with_vectors(rows)], [])
        store.save_caches()
    write_with_note(tmp_path / "index", foreign_index(kind))
    with embedded(tmp_path) as store:
        assert store.disagreements() == ["vectors.faiss: missing or unreadable"]
        assert nearest_ids(store, rows[0], 10) == [place + 1 for place in exact_best(rows, rows[0], 10)]
        store.save_caches()
        assert store.disagreements() == []


@pytest.mark.parametrize(
    "foreign", [{"format": "idmap2-rabitq2/1 of faiss 1.13.0"}, {"epoch": "another"}, {"seq": 99}, {"rows": None}]
)
def test_a_file_of_vectors_whose_note_does_not_fit_is_made_anew(tmp_path: Path, foreign: dict[str, Any]) -> None:
    path = tmp_path / "index" / "vectors.faiss.json"
    with embedded(tmp_path) as store:
        fill(store, *ARTICLES)
        store.save_caches()
        before = dense_ids(store, "giá lúa")
    note = json.loads(path.read_bytes())
    fitting = path.read_bytes()
    changed = {key: value for key, value in (note | foreign).items() if value is not None}
    path.write_text(json.dumps(changed), encoding="utf-8")
    with embedded(tmp_path) as store:
        assert dense_ids(store, "giá lúa") == before
        assert store.disagreements() == []
    assert path.read_bytes() == fitting


def test_a_file_of_vectors_newer_than_its_note_is_made_anew(tmp_path: Path) -> None:
    note = tmp_path / "index" / "vectors.faiss.json"
    with embedded(tmp_path) as store:
        fill(store, BRIDGE, UNDATED)
        store.save_caches()
        before = note.read_bytes()
        fill(store, RICE)
        store.commit([], ["cau"])
        store.save_caches()
    note.write_bytes(before)
    with embedded(tmp_path) as store:
        assert set(article_ids_of(store, dense_ids(store, "giá"))) == {"gao", "an"}
        assert store.disagreements() == []
    assert note.read_bytes() != before


KILLED = """
import os, signal, sys
from pathlib import Path
from tests.retrieval.sample_articles import RICE, record
from tests.retrieval.store.stores import embedded

replaced = []
replace = os.replace

def stop(new, path):
    if replaced == sys.argv[2:]:
        os.kill(os.getpid(), signal.SIGKILL)
    replaced.append(Path(path).name)
    replace(new, path)

os.replace = stop
with embedded(Path(sys.argv[1])) as store:
    store.commit([record(RICE)], ["cau"])
    store.save_caches()
"""


@pytest.mark.parametrize("replaced", range(4))
def test_a_process_killed_while_it_saves_leaves_an_index_that_comes_back(
    tmp_path: Path, replaced: int, caplog: pytest.LogCaptureFixture
) -> None:
    """Killed before each replacement of a file: the note knows the old file or the new one, and no code is lost."""
    note = tmp_path / "index" / "vectors.faiss.json"
    with embedded(tmp_path) as store:
        fill(store, BRIDGE, UNDATED)
        store.save_caches()
    files = ["applied.json", "vectors.faiss.json", "vectors.faiss", "vectors.faiss.json"][:replaced]
    killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), *files], check=False)
    assert killed.returncode == -signal.SIGKILL
    described = json.loads(note.read_bytes())
    assert [state["seq"] for state in described] == [1, 2] if replaced >= 2 else described["seq"] == 1
    with embedded(tmp_path, StoreSettings(report_encoding_from=1)) as store:
        assert set(article_ids_of(store, dense_ids(store, "giá"))) == {"gao", "an"}
        assert store.disagreements() == []
    assert caplog.text == ""
    assert json.loads(note.read_bytes())["seq"] == 2
    assert not list((tmp_path / "index").glob(".*"))


@pytest.mark.parametrize(
    ("files", "known"), [(["vectors.faiss.json"], 1), (["vectors.faiss.json", "vectors.faiss"], 2)]
)
def test_a_save_after_one_that_was_killed_keeps_the_state_of_the_file_in_place(
    tmp_path: Path, files: list[str], known: int, caplog: pytest.LogCaptureFixture
) -> None:
    note = tmp_path / "index" / "vectors.faiss.json"
    with embedded(tmp_path) as store:
        fill(store, BRIDGE, UNDATED)
        store.save_caches()
    for _ in range(2):
        killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), "applied.json", *files], check=False)
        assert killed.returncode == -signal.SIGKILL
    assert [state["seq"] for state in json.loads(note.read_bytes())] == [known, 3]
    with embedded(tmp_path, StoreSettings(report_encoding_from=1)) as store:
        assert set(article_ids_of(store, dense_ids(store, "giá"))) == {"gao", "an"}
        assert store.disagreements() == []
    assert caplog.text == ""


def test_a_reader_overtaken_by_a_save_makes_no_codes_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    read_notes, saved = cache_note.read_notes, []
    with embedded(tmp_path) as writer:
        fill(writer, BRIDGE, UNDATED)
        writer.save_caches()
        writer.commit([record(RICE)], ["cau"])

        def overtaken(path: Path, kind: type[Any]) -> list[Any]:
            notes = read_notes(path, kind)
            monkeypatch.undo()
            writer.save_caches()
            saved.append(path.name)
            return notes

        monkeypatch.setattr("retrieval.store.vectors.read_notes", overtaken)
        with embedded(tmp_path, StoreSettings(report_encoding_from=1)) as reader:
            assert set(article_ids_of(reader, dense_ids(reader, "giá"))) == {"gao", "an"}
    assert saved == ["vectors.faiss.json"]
    assert caplog.text == ""


def test_a_file_that_neither_state_of_the_note_describes_is_made_anew(tmp_path: Path) -> None:
    path, note = tmp_path / "index" / "vectors.faiss", tmp_path / "index" / "vectors.faiss.json"
    with embedded(tmp_path) as store:
        fill(store, BRIDGE, UNDATED)
        store.save_caches()
    state = json.loads(note.read_bytes())
    others = [state | {"checksum": state["checksum"] ^ bit} for bit in (1, 2)]
    note.write_text(json.dumps(others), encoding="utf-8")
    with embedded(tmp_path) as store:
        assert store.disagreements() == ["vectors.faiss: missing or unreadable"]
        assert set(article_ids_of(store, dense_ids(store, "xe"))) == {"cau", "an"}
        assert store.disagreements() == []
    assert json.loads(note.read_bytes())["checksum"] == zlib.crc32(path.read_bytes())


def test_a_disk_that_is_full_leaves_the_old_file_of_vectors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with embedded(tmp_path) as store:
        fill(store, BRIDGE)
        store.save_caches()
        before = {path.name: path.read_bytes() for path in (tmp_path / "index").glob("*vectors*")}
        fill(store, RICE)
        with monkeypatch.context() as patch, pytest.raises(OSError, match="No space"):
            patch.setattr(os, "fsync", refuse)
            store.save_caches()
        assert {path.name: path.read_bytes() for path in (tmp_path / "index").glob("*vectors*")} == before
        store.save_caches()
        assert store.disagreements() == []


def test_a_search_that_began_before_a_commit_finds_what_was_there_before(tmp_path: Path) -> None:
    with embedded(tmp_path) as store:
        fill(store, BRIDGE, RICE)
        store.refresh()
        before = store._dense._state.index
        fill(store, FOOTBALL)
        store.commit([], ["cau"])
        store.refresh()
        vector = hashed(["xe"])[0]
        assert sorted(before.nearest(vector, 99, None, 99).tolist()) == [1, 2, 3, 4, 5, 6]
        assert sorted(store._dense.nearest(vector, 99, None)) == [4, 5, 6, 7, 8]


def test_saving_caches_that_have_not_changed_writes_nothing(tmp_path: Path) -> None:
    with embedded(tmp_path) as store:
        fill(store, BRIDGE)
        store.save_caches()
        before = (tmp_path / "index" / "vectors.faiss").stat().st_ino
        store.save_caches()
        assert (tmp_path / "index" / "vectors.faiss").stat().st_ino == before


def test_few_changes_leave_the_file_of_vectors_as_it_is_and_are_found_all_the_same(tmp_path: Path) -> None:
    many = [replace(UNDATED, id=f"an-{number}") for number in range(60)]
    with embedded(tmp_path) as store:
        fill(store, RICE, *many)
        store.save_caches()
        before = (tmp_path / "index" / "vectors.faiss").stat().st_ino
        store.commit([record(UNDATED)], [])
        store.save_caches()
        assert (tmp_path / "index" / "vectors.faiss").stat().st_ino == before
        store.commit([], ["gao"])
    with embedded(tmp_path) as store:
        article_ids = article_ids_of(store, dense_ids(store, "canh chua", k=999))
        assert "an" in article_ids and "gao" not in article_ids
        assert store.disagreements() == []
        store.save_caches()
        assert (tmp_path / "index" / "vectors.faiss").stat().st_ino != before


def test_a_vector_changed_behind_the_cache_is_reported(tmp_path: Path) -> None:
    with embedded(tmp_path) as store:
        fill(store, *ARTICLES)
        store.save_caches()
        with closing(sqlite3.connect(tmp_path / "index" / "corpus.db")) as db, db:
            db.execute("UPDATE passages SET vector = zeroblob(length(vector)) WHERE id = 3")
        assert store.disagreements() == ["vectors.faiss: 1 vectors differ from corpus.db"]


def test_the_files_of_older_versions_are_replaced(tmp_path: Path) -> None:
    with embedded(tmp_path) as store:
        fill(store, *ARTICLES)
    (tmp_path / "index" / "vectors.npz").write_bytes(b"blocks of codes")
    (tmp_path / "index" / "vectors.faiss").write_bytes(b"integers of eight bits")
    note = '{"epoch": "e", "seq": 1, "format": "sq8/1", "crc32": 0}'
    (tmp_path / "index" / "vectors.faiss.json").write_text(note, encoding="utf-8")
    with embedded(tmp_path) as store:
        assert len(dense_ids(store, "xe")) == 10
        assert store.disagreements() == []
    assert sorted(path.name for path in (tmp_path / "index").glob("vectors*")) == [
        "vectors.faiss",
        "vectors.faiss.json",
    ]
