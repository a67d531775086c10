"""The files that `hoibao tune` writes."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest

from retrieval.cli.tuning_command import noted_command, write_frequency_tables
from retrieval.training.syllable_counts import MIN_ARTICLES
from retrieval.vietnamese.frequencies import FREQUENCIES_FILE, PAIR_FREQUENCIES_FILE


def gazette(folder: Path) -> Path:
    folder.mkdir()
    for number in range(MIN_ARTICLES):
        (folder / f"{number}.txt").write_text("Gạo tăng giá.", encoding="utf-8")
    return folder


def test_the_tables_of_syllables_and_of_pairs_replace_those_of_the_package(tmp_path: Path) -> None:
    corpus, package = gazette(tmp_path / "corpus"), tmp_path / "package"
    package.mkdir()
    (package / FREQUENCIES_FILE).write_bytes(b"an older table")
    write_frequency_tables(corpus, package)
    syllable_table = gzip.decompress((package / FREQUENCIES_FILE).read_bytes()).decode()
    assert {"gạo", "tăng", "giá"} <= set(syllable_table.split())
    [pair_table] = [path for path in package.iterdir() if path.name != FREQUENCIES_FILE]
    with np.load(pair_table) as table:
        assert MIN_ARTICLES in table["counts"]


def test_where_one_table_cannot_be_written_neither_replaces_a_file(tmp_path: Path) -> None:
    package = tmp_path / "package"
    package.mkdir()
    (package / FREQUENCIES_FILE).write_bytes(b"an older table")
    (package / PAIR_FREQUENCIES_FILE / "in the way").mkdir(parents=True)
    with pytest.raises(OSError, match=PAIR_FREQUENCIES_FILE):
        write_frequency_tables(gazette(tmp_path / "corpus"), package)
    assert (package / FREQUENCIES_FILE).read_bytes() == b"an older table"
    assert {path.name for path in package.iterdir()} == {FREQUENCIES_FILE, PAIR_FREQUENCIES_FILE}


def test_the_command_that_is_noted_names_folders_and_corpus_by_their_last_names(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("news", "chat", "events")]
    assert noted_command(folders, 2, None) == "hoibao tune news chat --abstaining events"
    noted = noted_command(folders, 3, tmp_path / "dated" / "corpus.jsonl")
    assert noted == "hoibao tune news chat events --corpus dated/corpus.jsonl"
