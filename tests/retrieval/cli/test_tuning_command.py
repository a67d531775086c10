"""The files that `hoibao tune` writes."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np

from retrieval.cli.tuning_command import write_frequency_tables
from retrieval.training.syllable_counts import MIN_ARTICLES
from retrieval.vietnamese.frequencies import FREQUENCIES_FILE


def test_the_tables_of_syllables_and_of_pairs_replace_those_of_the_package(tmp_path: Path) -> None:
    corpus, package = tmp_path / "corpus", tmp_path / "package"
    corpus.mkdir()
    package.mkdir()
    (package / FREQUENCIES_FILE).write_bytes(b"an older table")
    for number in range(MIN_ARTICLES):
        (corpus / f"{number}.txt").write_text("Gạo tăng giá.", encoding="utf-8")
    write_frequency_tables(corpus, package)
    syllable_table = gzip.decompress((package / FREQUENCIES_FILE).read_bytes()).decode()
    assert {"gạo", "tăng", "giá"} <= set(syllable_table.split())
    [pair_table] = [path for path in package.iterdir() if path.name != FREQUENCIES_FILE]
    with np.load(pair_table) as table:
        assert MIN_ARTICLES in table["counts"]
