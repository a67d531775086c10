"""Every command of the README is run, and prints what the README shows."""

from __future__ import annotations

import gzip
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.retrieval.conftest import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```console\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def shown() -> list[tuple[str, list[str]]]:
    """(command, lines printed under it) of every block, in order."""
    found: list[tuple[str, list[str]]] = []
    for line in "".join(BLOCKS).splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return found


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as a reader has it: the seeds, articles and questions of their own, `hoibao` in the PATH."""
    folder = tmp_path_factory.mktemp("readme")
    shutil.copytree(ROOT / "seeds", folder / "seeds")
    news = folder / "news"
    (news / "2024").mkdir(parents=True)
    (news / "2024" / "mua.txt").write_text("date 2024-05-01 Mưa lớn ở Huế suốt đêm qua.", encoding="utf-8")
    line = {"_id": "000_7bf578808520267a", "text": "Chợ hoa mở cửa từ sáng sớm."}
    with gzip.open(news / "archive.jsonl.gz", "wt", encoding="utf-8") as archive:
        archive.write(json.dumps(line))
    (folder / "questions.txt").write_text("Tô Lâm làm việc với tỉnh nào?\n", encoding="utf-8")
    return folder


def run(command: str, home: Path) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    env = {**os.environ, "PATH": path, "HOME": str(home), "XDG_CACHE_HOME": cache()}
    return subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, encoding="utf-8", cwd=home, env=env, timeout=240,
        check=False,
    )  # fmt: skip


def cache() -> str:
    return os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")


def test_the_commands_print_what_is_shown(home: Path) -> None:
    commands = [(command, lines) for command, lines in shown() if command.startswith("hoibao ")]
    assert len(commands) >= 9
    for command, lines in commands:
        if "path/to" in command:
            continue
        done = run(command, home)
        assert done.returncode == 0, (command, done.stderr)
        printed = done.stdout.splitlines()
        assert [line for line in lines if line != "..." and line not in printed] == [], command


def test_what_make_run_shows_is_what_ask_prints(home: Path) -> None:
    [(command, lines)] = [(command, lines) for command, lines in shown() if command.endswith("make run")]
    question = shlex.split(command)[1]
    assert run("hoibao --index other sync seeds/", home).returncode == 0
    printed = run(f"hoibao --index other ask {shlex.quote(question)}", home).stdout.splitlines()
    assert [line for line in lines if line != "..." and line not in printed] == []


def test_the_make_targets_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"\bmake (\w+)", README)) <= targets
