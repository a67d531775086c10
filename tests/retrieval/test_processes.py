"""Real processes: killed at any moment, two at once, one that reads while another writes."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from retrieval.indexing.maintenance import check_index, index_info
from retrieval.service import QuestionAnswering
from retrieval.store.folder import writer_lock
from tests.retrieval.conftest import ROOT, Run, command

KILLS = 12
ARTICLES = 120


def write_corpus(path: Path, count: int, *, edition: str = "một") -> None:
    places = ("Hà Nội", "Huế", "Cần Thơ", "Đà Lạt", "Quảng Trị")
    lines = [
        {
            "_id": f"tin-{number}",
            "title": f"Bản tin số {number}",
            "text": f"Bản tin thứ {number}, ấn bản {edition}, nói về chợ hoa ở {places[number % 5]}. "
            f"Có {number * 7} gian hàng đã mở cửa từ sáng sớm. Người mua đến từ {number % 9 + 2} tỉnh.",
            "date": f"2024-{number % 12 + 1:02d}-15",
        }
        for number in range(count)
    ]
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")


def test_a_sync_killed_at_any_moment_leaves_a_whole_index_that_the_next_one_completes(
    tmp_path: Path, hoibao: Run
) -> None:
    corpus, index = tmp_path / "news.jsonl", tmp_path / "index"
    rng = random.Random(20231020)
    write_corpus(corpus, 1)
    assert hoibao("sync", str(corpus)).returncode == 0  # the model is prepared by now
    write_corpus(corpus, ARTICLES)
    start = time.monotonic()
    assert hoibao("sync", str(corpus)).returncode == 0
    whole_s = time.monotonic() - start
    killed = 0
    for kill in range(KILLS):
        # Every edition changes all articles, so that each process has everything to replace.
        write_corpus(corpus, ARTICLES - kill, edition=str(kill))
        process = subprocess.Popen(command(index, "sync", str(corpus)), cwd=ROOT, stderr=subprocess.DEVNULL)
        time.sleep(rng.uniform(0.2, 0.9) * whole_s)
        process.kill()
        killed += process.wait() == -signal.SIGKILL
        with QuestionAnswering.open(index) as qa:
            found = qa.search("chợ hoa ở Hà Nội", 5)
            assert len({one.article.id for one in found}) == 5
            assert all(one.article.body[one.hit.passage.start : one.hit.passage.end] for one in found)
        assert check_index(index) == ([], [])
    assert killed > KILLS / 2
    done = hoibao("sync", str(corpus))
    assert done.returncode == 0, done.stderr
    assert index_info(index).totals.articles == ARTICLES - KILLS + 1
    assert check_index(index) == ([], [])
    again = hoibao("sync", str(corpus))
    assert f"{ARTICLES - KILLS + 1} unchanged; 0 passages encoded" in again.stderr


def test_a_process_that_answers_sees_what_another_one_syncs(tmp_path: Path, hoibao: Run) -> None:
    corpus, index = tmp_path / "news.jsonl", tmp_path / "index"
    write_corpus(corpus, 5)
    assert hoibao("sync", str(corpus)).returncode == 0
    reader = subprocess.Popen(
        command(index, "chat", "--json"), cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        encoding="utf-8",
    )  # fmt: skip
    assert reader.stdin is not None and reader.stdout is not None

    def ask(question: str) -> dict[str, list[dict[str, str]]]:
        assert reader.stdin is not None and reader.stdout is not None
        print(question, file=reader.stdin, flush=True)
        answer: dict[str, list[dict[str, str]]] = json.loads(reader.stdout.readline())
        return answer

    question = "Bản tin thứ 9 nói về chợ hoa ở đâu?"
    before = ask(question)
    assert "tin-9" not in {one["article_id"] for one in before["quotes"] + before["nearest"]}
    write_corpus(corpus, 10)
    assert hoibao("sync", str(corpus)).returncode == 0
    after = ask(question)
    assert "tin-9" in {one["article_id"] for one in after["quotes"] + after["nearest"]}
    reader.stdin.close()
    assert reader.wait(timeout=30) == 0
    reader.stdout.close()


def test_of_two_syncs_at_once_the_second_says_so_and_fails(tmp_path: Path, hoibao: Run) -> None:
    corpus = tmp_path / "news.jsonl"
    write_corpus(corpus, 3)
    (tmp_path / "index").mkdir()
    holder = (
        "import sys; from pathlib import Path; from retrieval.store.folder import writer_lock\n"
        "with writer_lock(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    first = subprocess.Popen(
        [sys.executable, "-c", holder, str(tmp_path / "index")], cwd=ROOT, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert first.stdin is not None and first.stdout is not None
    assert first.stdout.readline() == "held\n"
    second = hoibao("sync", str(corpus))
    assert second.returncode == 1
    assert second.stderr.count("\n") == 1 and "another sync is writing" in second.stderr
    first.stdin.close()
    assert first.wait(timeout=30) == 0
    first.stdout.close()
    assert hoibao("sync", str(corpus)).returncode == 0


def test_a_lock_is_free_again_when_its_holder_is_killed(tmp_path: Path) -> None:
    holder = (
        "import sys, time; from pathlib import Path; from retrieval.store.folder import writer_lock\n"
        "with writer_lock(Path(sys.argv[1])): print('held', flush=True); time.sleep(600)"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", holder, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None and process.stdout.readline() == "held\n"
    process.kill()
    process.wait()
    process.stdout.close()
    with writer_lock(tmp_path):
        pass


def test_ctrl_c_during_a_sync_says_how_to_go_on(tmp_path: Path, hoibao: Run) -> None:
    corpus, index = tmp_path / "news.jsonl", tmp_path / "index"
    write_corpus(corpus, 2)
    assert hoibao("sync", str(corpus)).returncode == 0
    write_corpus(corpus, 3000)
    # A test run in the background of a shell ignores SIGINT, and so would its children.
    heard = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    process = subprocess.Popen(
        command(index, "sync", str(corpus)), cwd=ROOT, stderr=subprocess.PIPE, text=True, preexec_fn=heard
    )
    deadline = time.monotonic() + 120
    while index_info(index).totals.articles < 3 and time.monotonic() < deadline:
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    assert process.stderr is not None
    last = process.communicate(timeout=200)[1].strip().splitlines()[-1]
    assert "run the same command to go on" in last
    assert process.returncode == 1
    assert 3 <= index_info(index).totals.articles < 3000
    assert check_index(index) == ([], [])


@pytest.mark.parametrize("name", ["torch", "transformers", "underthesea", "sentence_transformers", "sklearn"])
def test_the_question_path_does_not_import(name: str, seeds_index: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from retrieval.service import QuestionAnswering\n"
        "with QuestionAnswering.open(Path(sys.argv[1])) as qa: assert qa.ask('Bộ trưởng Tô Lâm yêu cầu gì?').quotes\n"
        "print(sys.argv[2] in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(seeds_index), name], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout == "False\n"
