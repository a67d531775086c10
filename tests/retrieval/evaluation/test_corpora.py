"""Corpora of judged questions: found, restricted, each with an index of its own."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from retrieval.errors import HoiBaoError, UsageError
from retrieval.evaluation.corpora import corpus_file, evaluation_index, restricted_corpus
from tests.retrieval.evaluation.chat_examples import chat_folder
from tests.retrieval.evaluation.examples import beir_folder


def test_a_folder_without_a_corpus_takes_the_one_that_is_given(tmp_path: Path) -> None:
    folder, own = chat_folder(tmp_path / "chat"), beir_folder(tmp_path / "beir", [])
    articles = tmp_path / "articles.jsonl"
    assert corpus_file(folder, articles) == articles
    assert corpus_file(own, articles) == own / "corpus.jsonl"
    with pytest.raises(UsageError, match="--corpus"):
        corpus_file(folder)
    with pytest.raises(UsageError, match="no such file"):
        corpus_file(folder, tmp_path / "none.jsonl")


@pytest.mark.parametrize("name", ["all.jsonl", "all.jsonl.gz"])
def test_only_the_articles_that_are_listed_are_indexed(tmp_path: Path, name: str) -> None:
    folder, corpus = chat_folder(tmp_path / "chat"), tmp_path / name
    content = (tmp_path / "articles.jsonl").read_bytes().rstrip()
    corpus.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    copy = restricted_corpus(folder, corpus, tmp_path / "cache" / "chat-1")
    assert copy.parent == tmp_path / "cache"
    ids = [json.loads(line)["_id"] for line in copy.read_text(encoding="utf-8").splitlines()]
    assert ids == ["cau", "gao"]
    (folder / "corpus_ids.txt").unlink()
    assert restricted_corpus(folder, corpus, tmp_path / "cache" / "chat-1") == corpus


def test_an_article_that_is_listed_but_missing_is_named(tmp_path: Path) -> None:
    folder, corpus = chat_folder(tmp_path / "chat"), tmp_path / "articles.jsonl"
    (folder / "corpus_ids.txt").write_text("cau\nthan\nvang\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"2 of the ids in corpus_ids\.txt are not in .*, such as than"):
        restricted_corpus(folder, corpus, tmp_path / "chat-1")
    assert not list(tmp_path.glob("chat-1*")) and not list(tmp_path.glob(".chat-1*"))
    corpus.write_text('{"title": "?"}\n', encoding="utf-8")
    with pytest.raises(HoiBaoError, match=r"articles\.jsonl:1"):
        restricted_corpus(folder, corpus, tmp_path / "chat-1")


def test_every_corpus_and_every_list_has_an_index_of_its_own(tmp_path: Path) -> None:
    folder = chat_folder(tmp_path / "chat")
    one, other = tmp_path / "articles.jsonl", tmp_path / "others.jsonl"
    indexes = [evaluation_index(folder, None, one), evaluation_index(folder, None, other)]
    (folder / "corpus_ids.txt").write_text("cau\n", encoding="utf-8")
    indexes.append(evaluation_index(folder, None, one))
    (folder / "corpus_ids.txt").unlink()
    indexes.append(evaluation_index(folder, None, one))
    assert len(set(indexes)) == len(indexes)
    own = beir_folder(tmp_path / "beir", [])
    assert evaluation_index(own, None, own / "corpus.jsonl") == evaluation_index(own, None)
