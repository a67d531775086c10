"""`hoibao eval`, as a process."""

from __future__ import annotations

import json
from pathlib import Path

from tests.retrieval.conftest import Run
from tests.retrieval.evaluation.chat_examples import chat_folder
from tests.retrieval.evaluation.examples import beir_folder


def test_eval_measures_a_folder_and_writes_a_run(tmp_path: Path, hoibao: Run) -> None:
    folder = beir_folder(
        tmp_path / "set",
        [
            {"_id": "a", "title": "Giá gạo", "text": "Giá gạo lên 640 đô la một tấn trong tuần qua."},
            {"_id": "b", "title": "Cầu mới", "text": "Cầu mới dài hơn một cây số, có bốn làn xe."},
        ],
    )
    cache = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    assert hoibao("sync", str(folder)).returncode == 0
    done = hoibao("eval", str(folder), "--json", "--run-out", str(tmp_path / "run.trec"), env=cache)
    assert done.returncode == 0, done.stderr
    [line] = done.stdout.splitlines()
    found = json.loads(line)
    assert (found["queries"], found["R@1"], found["nDCG@10"], found["first quote"]) == ("queries.jsonl", 100, 100, 100)
    assert (tmp_path / "run.trec").read_text(encoding="utf-8").startswith("q1 Q0 a 1 ")
    again = hoibao(
        *("eval", str(folder), "--typos", "--queries", "queries.jsonl", "--report", str(tmp_path / "report.html")),
        env=cache,
    )
    assert again.returncode == 0, again.stderr
    assert "queries.jsonl with typos" in again.stdout
    assert (tmp_path / "report.html").read_text(encoding="utf-8").count("data:image/svg+xml") == 4
    compared = hoibao("eval", str(folder), "--baseline", str(tmp_path / "run.trec"), env=cache)
    assert "queries.jsonl nDCG@10" in compared.stdout, compared.stderr


def test_a_run_without_a_folder_is_refused_before_anything_is_asked(tmp_path: Path, hoibao: Run) -> None:
    folder = beir_folder(tmp_path / "set", [{"_id": "a", "title": "", "text": "Giá gạo tăng."}])
    cache = {"XDG_CACHE_HOME": str(tmp_path / "cache")}
    done = hoibao("eval", str(folder), "--run-out", str(tmp_path / "none" / "run.trec"), env=cache)
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "to write run.trec into" in done.stderr
    assert not (tmp_path / "cache" / "hoibao" / "eval").exists()


def test_eval_measures_chats_over_the_articles_that_the_folder_lists(tmp_path: Path, hoibao: Run) -> None:
    folder, articles = chat_folder(tmp_path / "chat"), tmp_path / "articles.jsonl"
    assert hoibao("sync", str(articles)).returncode == 0
    done = hoibao("eval", str(folder), "--json", "--report", str(tmp_path / "report.html"))
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    totals = {line["queries"]: line for line in lines if "slice" not in line}
    assert list(totals) == ["answer", "abstain", "twins", "dialogues", "rumours"]
    assert totals["answer"].items() >= {"questions": 1, "right article": 100, "first quote": 100}.items()
    assert (totals["abstain"]["refused"], totals["twins"]["false answered"]) == (100, 0)
    assert totals["dialogues"]["questions"] == 2
    assert "<title>HỏiBáo: evaluation of chats</title>" in (tmp_path / "report.html").read_text(encoding="utf-8")
    refused = hoibao("eval", str(folder), "--typos", "--corpus", str(articles))
    assert (refused.returncode, "leave --typos out" in refused.stderr) == (2, True)
