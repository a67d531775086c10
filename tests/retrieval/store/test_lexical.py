"""Tests the lexical cache of the embedded engine: interrupted writes, and packing."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from retrieval.store.embedded import EmbeddedStore
from retrieval.store.settings import StoreSettings
from tests.retrieval.sample_articles import ARTICLES, BRIDGE, FOOTBALL, RICE, UNDATED
from tests.retrieval.store.stores import (
    embedded,
    fill,
    lexical_articles,
)


def test_a_lexical_cache_that_cannot_be_written_is_read_as_it_is(tmp_path: Path) -> None:
    lexical = tmp_path / "index" / "lexical"
    with embedded(tmp_path) as store:
        fill(store, BRIDGE)
        store.save_caches()
        shutil.copytree(lexical, tmp_path / "saved")
        fill(store, RICE)
        store.save_caches()
    shutil.rmtree(lexical)
    (tmp_path / "saved").rename(lexical)
    lock = lexical / "passages" / ".tantivy-writer.lock"
    lock.unlink()
    lock.mkdir()  # a writer cannot take the lock
    with embedded(tmp_path) as store:
        assert lexical_articles(store, "cầu") == ["cau"]
        assert lexical_articles(store, "gạo") == []
        with pytest.raises(OSError, match="Lock"):
            store.save_caches()
    lock.rmdir()
    with embedded(tmp_path) as store:
        assert lexical_articles(store, "gạo") == ["gao"]
        assert store.disagreements() == []


@pytest.mark.parametrize("unit", ["passages", "articles"])
def test_a_lexical_commit_that_was_killed_before_its_end_is_done_again(tmp_path: Path, unit: str) -> None:
    lexical = tmp_path / "index" / "lexical"
    with embedded(tmp_path) as store:
        fill(store, BRIDGE, RICE)
        store.save_caches()
        saved = {path: path.read_bytes() for path in (lexical / "applied.json", lexical / unit / "meta.json")}
        fill(store, replace(BRIDGE, body="Phà Bính chạy lại."))
        store.save_caches()
    assert list((lexical / unit).glob("*.del"))
    # The commit has written its files, but not yet the metadata that makes them valid.
    for path, content in saved.items():
        path.write_bytes(content)
    with embedded(tmp_path) as store:
        assert lexical_articles(store, "phà") == ["cau"]
        assert lexical_articles(store, "sông Lam") == []
        assert store.disagreements() == []


PACKING_SOON = StoreSettings(min_packed_changes=4)


def segments(store: EmbeddedStore) -> list[int]:
    with store.snapshot() as snapshot:
        reader = snapshot._lexical
        return [reader._passages.num_segments, reader._articles.num_segments]


def test_an_index_in_which_much_has_changed_is_packed_and_its_readers_follow(tmp_path: Path) -> None:
    reported: list[tuple[int, int]] = []
    with embedded(tmp_path, PACKING_SOON) as writer, embedded(tmp_path) as reader:
        fill(writer, BRIDGE, RICE)
        writer.save_caches()
        writer.pack(lambda *step: reported.append(step))
        assert reported == []  # too few changes
        fill(writer, FOOTBALL)
        fill(writer, UNDATED)
        writer.commit([], ["cau"])
        fill(writer, BRIDGE)
        writer.save_caches()
        before = lexical_articles(reader, "giá lúa xe cầu"), lexical_articles(reader, "gạo")
        assert min(segments(reader)) > 1
        writer.pack(lambda *step: reported.append(step))
        assert reported[-1] == (4, 4)
        assert segments(writer) == [1, 1]
        assert writer.disagreements() == []
        assert (lexical_articles(reader, "giá lúa xe cầu"), lexical_articles(reader, "gạo")) == before
        assert segments(reader) == [1, 1]
        reported.clear()
        fill(writer, replace(RICE, body="Giá gạo tăng."))
        writer.save_caches()
        writer.pack(lambda *step: reported.append(step))
        assert reported == []  # too few changes since


@pytest.mark.parametrize("steps", [1, 4, 6])
def test_packing_that_is_stopped_changes_no_answer_and_is_done_the_next_time(tmp_path: Path, steps: int) -> None:
    reported: list[tuple[int, int]] = []

    def stop(*step: int) -> None:
        reported.append((step[0], step[1]))
        if len(reported) == steps:
            raise KeyboardInterrupt

    with embedded(tmp_path, PACKING_SOON) as store:
        for article in ARTICLES:
            fill(store, article)
        store.save_caches()
        with pytest.raises(KeyboardInterrupt):
            store.pack(stop)
        assert store.disagreements() == []
        assert no_files_are_left(tmp_path / "index" / "lexical")
    with embedded(tmp_path, PACKING_SOON) as store:
        assert lexical_articles(store, "gạo") == ["gao"]
        store.pack(lambda *_: None)
        assert segments(store) == [1, 1]
        assert store.disagreements() == []


def no_files_are_left(lexical: Path) -> bool:
    """Tells whether every segment whose dictionary is on disk belongs to an index."""
    known = {
        segment["segment_id"].replace("-", "")
        for meta in lexical.glob("*/meta.json")
        for segment in json.loads(meta.read_bytes())["segments"]
    }
    return {path.stem for path in lexical.glob("*/*.term")} == known


def test_an_index_that_cannot_be_packed_is_as_good_as_before(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with embedded(tmp_path, PACKING_SOON) as store:
        for article in ARTICLES:
            fill(store, article)
        store.save_caches()
        before = segments(store)
        lock = tmp_path / "index" / "lexical" / "passages" / ".tantivy-writer.lock"
        lock.unlink()
        lock.mkdir()  # a writer cannot take the lock
        store.pack(lambda *_: None)
        assert "stays larger than it need be" in caplog.text
        assert segments(store) == before
        assert store.disagreements() == []
