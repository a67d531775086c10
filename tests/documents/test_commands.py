"""Every command that a document shows in a `console` block is run, and prints what the document shows."""

from __future__ import annotations

import gzip
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.documents.pages import ROOT, blocks, code, name, pages, text

README = ROOT / "README.md"
PYTHON_API = ROOT / "docs/reference/python-api.md"

MAKE = re.compile(r"(?:`|^|\| |\$ )make (\w+)", re.MULTILINE)

Runner = Callable[..., subprocess.CompletedProcess[str]]


def commands(page: Path) -> list[tuple[str, list[str]]]:
    """Returns (command, lines printed under it) of every console block, in order."""
    shown: list[tuple[str, list[str]]] = []
    for line in "".join(blocks(page, "console")).splitlines():
        if line.startswith("$ "):
            shown.append((line[2:], []))
        else:
            shown[-1][1].append(line)
    return shown


def runnable(page: Path) -> list[tuple[str, list[str]]]:
    """Returns the commands that need nothing but the seeds and some articles and questions of one's own."""
    return [
        (command, lines)
        for command, lines in commands(page)
        if command.startswith("hoibao ") and "path/to" not in command
    ]


PAGES = [page for page in pages() if runnable(page)]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder as a reader has it: the seeds, articles and questions of their own."""
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    news = tmp_path / "news"
    (news / "2024").mkdir(parents=True)
    (news / "2024" / "mua.txt").write_text("date 2024-05-01 Mưa lớn ở Huế suốt đêm qua.", encoding="utf-8")
    article = {"_id": "000_7bf578808520267a", "text": "Chợ hoa mở cửa từ sáng sớm."}
    with gzip.open(news / "archive.jsonl.gz", "wt", encoding="utf-8") as archive:
        archive.write(json.dumps(article))
    (tmp_path / "questions.txt").write_text("Tô Lâm làm việc với tỉnh nào?\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def hoibao(home: Path) -> Runner:
    """Runs a program in the reader's folder, with `hoibao` and `python` in the PATH."""
    environ = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(home),
        "XDG_CACHE_HOME": os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache"),
    }

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            arguments, capture_output=True, text=True, encoding="utf-8", cwd=home, env=environ, timeout=240, check=False
        )

    return run


def missing(lines: list[str], printed: str) -> list[str]:
    """Returns the lines that a document shows and a command has not printed; `...` stands for any lines."""
    return [line for line in lines if line not in {"...", *printed.splitlines()}]


def test_enough_commands_are_run() -> None:
    assert {README, ROOT / "docs/tutorial.md", ROOT / "docs/how-to/own-articles.md"} <= set(PAGES)
    assert sum(len(runnable(page)) for page in PAGES) >= 15


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_commands_print_what_is_shown(page: Path, hoibao: Runner) -> None:
    for command, lines in runnable(page):
        done = hoibao("bash", "-c", command)
        assert done.returncode == 0, (command, done.stderr)
        assert missing(lines, done.stdout) == [], command


def test_what_make_run_shows_is_what_ask_prints(hoibao: Runner) -> None:
    [(command, lines)] = [(command, lines) for command, lines in commands(README) if command.endswith("make run")]
    question = shlex.split(command)[1]
    assert hoibao("hoibao", "sync", "seeds/").returncode == 0
    assert missing(lines, hoibao("hoibao", "ask", question).stdout) == []


def test_the_python_example_runs(hoibao: Runner) -> None:
    [example] = blocks(PYTHON_API, "python")
    done = hoibao(sys.executable, "-W", "error", "-c", example)
    assert done.returncode == 0, done.stderr
    assert "Bộ trưởng Tô Lâm làm việc với Ban Thường vụ Tỉnh uỷ Bắc Giang 2023-10" in done.stdout.splitlines()


def test_every_key_of_json_is_explained(hoibao: Runner) -> None:
    explained = set(code(ROOT / "docs/reference/json-output.md"))
    questions = ("Bộ trưởng Tô Lâm yêu cầu gì về phòng chống tội phạm?", "Giá vàng tháng 10/2023 bao nhiêu?")
    assert hoibao("hoibao", "sync", "seeds/").returncode == 0
    for command in [*(("ask", question) for question in questions), ("search", "tội phạm"), ("info",)]:
        done = hoibao("hoibao", *command, "--json")
        assert done.returncode == 0, done.stderr
        printed = json.loads(done.stdout.splitlines()[0])
        entries = [printed, *printed.get("quotes", ()), *printed.get("nearest", ()), printed.get("period") or {}]
        assert {key for entry in entries for key in entry} <= explained, command


def test_the_make_targets_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {target for page in pages() for target in MAKE.findall(text(page))}
    assert named <= targets
