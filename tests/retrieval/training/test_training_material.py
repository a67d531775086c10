"""What rows are made of: named articles, and passages kept in a file."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from retrieval.corpus import read_articles
from retrieval.datatypes import SourcedArticle
from retrieval.errors import IndexMissingError, UsageError
from retrieval.training.mining import mine_passages
from retrieval.training.reading_questions import Label, TrainingQuestion
from retrieval.training.reading_rows import FoundPassages
from retrieval.training.training_material import (
    TrainingMaterial,
    gather_material,
    names_articles,
    write_named_articles,
)
from tests.retrieval.conftest import SEEDS
from tests.retrieval.sample_articles import ARTICLES, BRIDGE, RICE

ON_BRIDGE = TrainingQuestion("1", "Cầu dài bao nhiêu?", Label.ANSWER, "cau", answer="1.200 mét")
WITH_PASSAGE = TrainingQuestion("2", "Ai khánh thành?", Label.ANSWER, passage="Ông Tám mở cầu.", answer="Ông Tám")


def _no_progress(label: str, total: int) -> AbstractContextManager[Callable[[], None]]:
    raise AssertionError(f"{label} {total}: nothing was to be done")


def _counting(counted: list[str]) -> Callable[[str, int], AbstractContextManager[Callable[[], None]]]:
    """Returns a progress display that notes its label when it is opened, and at each step."""

    @contextmanager
    def display(label: str, total: int) -> Iterator[Callable[[], None]]:
        counted.append(label)
        yield lambda: counted.append(label)

    return display


def corpus(path: Path) -> Path:
    lines = []
    for one in ARTICLES:
        line = {"_id": one.id, "title": one.title, "text": one.body, "date": str(one.published or "")}
        lines.append({**line, "source": one.source or "", "url": one.url or ""})
    path.write_text("".join(json.dumps(line) + "\n" for line in lines) + "{damaged\n", encoding="utf-8")
    return path


def test_the_articles_that_questions_name_are_written_as_they_were_read(tmp_path: Path) -> None:
    asked = [ON_BRIDGE, replace(ON_BRIDGE, id="3", article_id="gao"), replace(ON_BRIDGE, id="4", article_id="lạ")]
    write_named_articles([corpus(tmp_path / "corpus.jsonl")], asked, tmp_path / "named.jsonl")
    read = [one.article for one in read_articles([tmp_path / "named.jsonl"]) if isinstance(one, SourcedArticle)]
    assert read == [BRIDGE, RICE]


def test_a_corpus_without_any_of_the_articles_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--corpus holds none of the 1 articles that the questions name, such as lạ"):
        write_named_articles(
            [corpus(tmp_path / "corpus.jsonl")], [replace(ON_BRIDGE, article_id="lạ")], tmp_path / "named.jsonl"
        )


def test_questions_with_passages_of_their_own_need_no_index(tmp_path: Path) -> None:
    assert not names_articles([WITH_PASSAGE]) and names_articles([WITH_PASSAGE, ON_BRIDGE])
    material = gather_material(tmp_path / "none", None, [WITH_PASSAGE], tmp_path, _no_progress, print)
    assert material == TrainingMaterial([WITH_PASSAGE], {}, {})
    assert [row.group for row in next(material.row_makers()).rows()] == ["Ông Tám mở cầu."]


def test_questions_that_name_articles_need_an_index(tmp_path: Path) -> None:
    with pytest.raises(IndexMissingError):
        gather_material(tmp_path / "none", None, [ON_BRIDGE], tmp_path, _counting([]), print)


def test_the_hash_of_the_material_tells_articles_and_passages() -> None:
    found = FoundPassages((("cau", 0, 10),), (("gao", 0, 9),))
    material = TrainingMaterial([ON_BRIDGE], {"cau": BRIDGE, "gao": RICE}, {"1": found})
    others = [
        replace(material, articles={"cau": BRIDGE, "gao": replace(RICE, body="Giá gạo giảm.")}),
        replace(material, found={"1": replace(found, own=())}),
    ]
    assert replace(material, articles={"gao": RICE, "cau": BRIDGE}).sha256() == material.sha256()
    assert material.sha256() not in {other.sha256() for other in others}


@pytest.mark.slow
def test_passages_are_searched_for_once(tmp_path: Path, seeds_index: Path) -> None:
    [seed] = [one.article for one in read_articles([SEEDS]) if isinstance(one, SourcedArticle)]
    asked = [
        TrainingQuestion("1", "Tô Lâm làm việc với tỉnh nào?", Label.ANSWER, seed.id, answer="Cao Bằng"),
        WITH_PASSAGE,
    ]
    counted: list[str] = []
    path = tmp_path / "passages.json"
    found = mine_passages(seeds_index, None, asked, path, _counting(counted))
    assert counted == ["searching"] * 2
    assert set(found) == {"1"} and found["1"].foreign == ()
    assert found["1"].own and all(passage[0] == seed.id for passage in found["1"].own)
    # Now the file alone is read: there is no such index.
    assert mine_passages(tmp_path / "none", None, asked, path, _no_progress) == found
    with pytest.raises(IndexMissingError):  # other questions are searched for
        mine_passages(tmp_path / "none", None, [replace(asked[0], text="Ai?")], path, _counting([]))
    path.write_text(path.read_text(encoding="utf-8")[:-5], encoding="utf-8")
    assert mine_passages(seeds_index, None, asked, path, _counting([])) == found


@pytest.mark.slow
def test_articles_that_the_index_lacks_are_left_out_and_told(tmp_path: Path, seeds_index: Path) -> None:
    [seed] = [one.article for one in read_articles([SEEDS]) if isinstance(one, SourcedArticle)]
    asked = [replace(ON_BRIDGE, article_id=seed.id), replace(ON_BRIDGE, id="3", article_id="lạ")]
    told: list[str] = []
    material = gather_material(seeds_index, None, asked, tmp_path, _counting([]), told.append)
    assert set(material.articles) == {seed.id} and material.articles[seed.id].body == seed.body
    assert told == ["left out: questions on 1 of 2 articles that are not there, such as lạ"]
