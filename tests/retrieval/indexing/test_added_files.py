"""`hoibao add`: the articles of single files are added to an index, and later syncs keep them."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.retrieval.conftest import command

CORPUS = {"_id": "cau", "title": "Cầu mới", "text": "Cây cầu mới bắc qua sông Hồng khánh thành hôm qua."}
RICE = {"_id": "gao", "title": "Giá gạo", "text": "Giá gạo xuất khẩu tăng lên 600 đô la một tấn."}
RAIN = {"_id": "mua", "title": "Mưa lớn", "text": "Mưa lớn làm ngập nhiều tuyến đường ở Huế."}


def lines(*articles: dict[str, str]) -> str:
    return "".join(json.dumps(article, ensure_ascii=False) + "\n" for article in articles)


def run(index: Path, *args: str | Path, status: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        command(index, *map(str, args)), capture_output=True, text=True, encoding="utf-8", check=False, timeout=120
    )
    assert done.returncode == status, done.stderr
    return done


def articles(index: Path) -> int:
    return int(json.loads(run(index, "info", "--json").stdout)["articles"])


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    path = tmp_path / "corpus.jsonl"
    path.write_text(lines(CORPUS), encoding="utf-8")
    return path


@pytest.fixture
def index(tmp_path: Path, corpus: Path) -> Path:
    folder = tmp_path / "index"
    run(folder, "sync", corpus)
    return folder


@pytest.fixture
def more(tmp_path: Path) -> Path:
    (tmp_path / "sent").mkdir()
    path = tmp_path / "sent" / "more.jsonl"
    path.write_text(lines(RICE, RAIN), encoding="utf-8")
    return path


def test_added_articles_are_found_and_later_syncs_keep_them(index: Path, corpus: Path, more: Path) -> None:
    assert "2 added, 0 changed, 0 deleted, 0 unchanged" in run(index, "add", more).stderr
    more.unlink()
    for paths in ([], [corpus]):
        assert "0 added, 0 changed, 0 deleted, 3 unchanged" in run(index, "sync", *paths).stderr
    assert "600 đô la" in run(index, "ask", "Giá gạo xuất khẩu tăng lên bao nhiêu?").stdout


def test_file_that_is_taken_out_of_the_folder_is_forgotten_by_the_next_sync(index: Path, more: Path) -> None:
    run(index, "add", more)
    (index / "added" / "more.jsonl").unlink()
    assert "0 added, 0 changed, 2 deleted, 1 unchanged" in run(index, "sync").stderr


def test_file_of_the_same_name_replaces_what_was_added_before(index: Path, more: Path) -> None:
    run(index, "add", more)
    more.write_text(lines({**RICE, "text": "Giá gạo giảm còn 500 đô la một tấn."}), encoding="utf-8")
    assert "0 added, 1 changed, 1 deleted, 0 unchanged" in run(index, "add", more).stderr
    assert articles(index) == 2


def test_article_of_the_corpus_is_never_replaced_by_an_added_one(index: Path, more: Path, corpus: Path) -> None:
    more.write_text(lines({**CORPUS, "text": "Cây cầu bị sập."}, RICE), encoding="utf-8")
    done = run(index, "add", more, status=1)
    assert f"its id 'cau' is already that of an article from {corpus}" in done.stderr
    assert "1 added, 0 changed, 0 deleted, 0 unchanged, 1 skipped" in done.stderr
    assert articles(index) == 2


def test_check_reads_and_changes_nothing(index: Path, more: Path) -> None:
    with more.open("a", encoding="utf-8") as file:
        file.write("không phải JSON\n")
    done = run(index, "add", "--check", "--json", more, status=1)
    report = json.loads(done.stdout)
    [error] = report.pop("errors")
    assert report == {"added": 2, "changed": 0, "deleted": 0, "unchanged": 0, "passages": 0}
    assert error["place"] == f"{more}:3" and error["reason"].startswith("not JSON")
    assert articles(index) == 1
    assert not (index / "added").exists()


def test_json_tells_progress_line_by_line_and_the_result_last(index: Path, more: Path) -> None:
    printed = [json.loads(line) for line in run(index, "add", "--json", more).stdout.splitlines()]
    assert {"stage": "indexing", "done": 2, "of": 2} in printed
    assert printed[-1] == {"added": 2, "changed": 0, "deleted": 0, "unchanged": 0, "passages": 2, "errors": []}


def test_file_without_any_article_changes_nothing(index: Path, more: Path) -> None:
    more.write_text("{}\n", encoding="utf-8")
    done = run(index, "add", more, status=1)
    assert "no article to read" in done.stderr and "nothing was changed" in done.stderr
    assert not (index / "added").exists()


@pytest.mark.parametrize("name", ["bai.pdf", ".bai.txt", "thu-muc"])
def test_what_is_no_readable_file_is_refused(index: Path, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.mkdir() if name == "thu-muc" else path.write_text("Nội dung.", encoding="utf-8")
    assert run(index, "add", path, status=2).stderr.startswith(f"hoibao: cannot {'read' if '.pdf' in name else 'add'}")


def test_nothing_can_be_added_before_there_is_an_index(tmp_path: Path, more: Path) -> None:
    assert "run `hoibao sync` first" in run(tmp_path / "none", "add", more, status=1).stderr


def test_mistyped_folder_does_not_empty_an_index_that_has_added_files(index: Path, more: Path, tmp_path: Path) -> None:
    run(index, "add", more)
    (tmp_path / "empty").mkdir()
    assert "nothing was changed" in run(index, "sync", tmp_path / "empty", status=1).stderr
    assert articles(index) == 3


def test_file_named_like_a_corpus_hides_no_other(index: Path, more: Path, tmp_path: Path) -> None:
    named = tmp_path / "sent" / "corpus.jsonl"
    named.write_text(lines({**RAIN, "_id": "khac"}), encoding="utf-8")
    run(index, "add", more)
    run(index, "add", named)
    assert "0 added, 0 changed, 0 deleted, 4 unchanged" in run(index, "sync").stderr
