"""An index that is open in another process answers as one in this process does, whatever becomes of that process."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from bot.apart import AnswersApart
from retrieval.datatypes import Turn
from retrieval.errors import IndexMissingError, ModelError
from retrieval.service import QuestionAnswering
from tests.bot.running import ROOT, wait_for

QUESTION = "Bo truong To Lam yeu cau gi ve phong chong toi pham?"
TODAY = dt.date(2024, 3, 8)
PARENT = """
import sys
from multiprocessing import active_children
from pathlib import Path
from bot.apart import AnswersApart

if __name__ == "__main__":
    with AnswersApart.open(Path(sys.argv[1])) as answers:
        print(*(child.pid for child in active_children()), flush=True)
        sys.stdin.read()
"""


def children() -> set[int]:
    return {child.pid for child in multiprocessing.active_children() if child.pid}


def test_it_answers_as_an_index_in_the_same_process_does(index: Path) -> None:
    with QuestionAnswering.open(index) as here, AnswersApart.open(index) as apart:
        for ask in (here.ask, apart.ask):
            assert ask(QUESTION, today=TODAY, quotes=6).answered
        after = Turn(QUESTION, QUESTION)
        for options in ({}, {"any_time": True}, {"after": after}):
            mine, theirs = (ask(QUESTION, today=TODAY, quotes=6, **options) for ask in (here.ask, apart.ask))
            assert mine == theirs
        answer = here.ask(QUESTION, today=TODAY, quotes=6)
        assert apart.matches(answer, answer.quotes[0]) == here.matches(answer, answer.quotes[0])
        article = answer.quotes[0].article_id
        assert apart.quote("Ai?", article, quotes=6) == here.quote("Ai?", article, quotes=6)
        assert (apart.holdings(), apart.examples(), apart.version()) == (
            here.holdings(), here.examples(), here.version()
        )  # fmt: skip
        apart.refresh()
        assert len(children()) == 1
    assert not children()


def test_what_cannot_be_opened_is_said_as_ever_and_leaves_no_process(index: Path, tmp_path: Path) -> None:
    with pytest.raises(IndexMissingError, match="run `hoibao sync` first"), AnswersApart.open(tmp_path):
        pass
    with pytest.raises(ModelError, match="no folder"), AnswersApart.open(index, model="another"):
        pass
    assert not children()


def test_a_killed_process_is_replaced_for_all_who_miss_it(index: Path) -> None:
    with AnswersApart.open(index) as apart, ThreadPoolExecutor(4) as threads:
        before = apart.ask(QUESTION, today=TODAY, quotes=6)
        [first] = children()
        os.kill(first, signal.SIGKILL)
        asking = partial(apart.ask, QUESTION, today=TODAY, quotes=6)
        assert all(asked.result() == before for asked in [threads.submit(asking) for _ in range(4)])
        [second] = children()
        assert second != first


def test_signals_to_all_leave_it_searching_and_it_ends_with_its_parent(index: Path) -> None:
    command = [sys.executable, "-c", PARENT, str(index)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout
        [child] = map(int, parent.stdout.readline().split())
        os.kill(child, signal.SIGTERM)
        os.kill(child, signal.SIGINT)
        assert not gone(child)
        parent.kill()
        parent.wait()
        wait_for(lambda: gone(child))


def gone(process: int) -> bool:
    """Whether it runs no more; one that nobody waits for is a zombie."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True
