"""Runs one measurement in this process: `python -m tests.bench.probes NAME`, with arguments as JSON on stdin.

A probe prints one JSON object. Seconds are of wall time; memory is resident, in MB.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from retrieval.config import DEFAULT_READER, NO_READER
from retrieval.datatypes import Filter
from retrieval.indexing import maintenance as upkeep
from retrieval.runtime import measure_stages
from retrieval.service import QuestionAnswering

WARM_UP = 5
"""Number of questions to ask before the measured ones."""

FILTERS = {
    "without": Filter(),
    "in dates": Filter(since=dt.date(2017, 1, 1), until=dt.date(2017, 11, 30)),
    "of a paper": Filter(source="Báo 3"),
}


def sync(index: str, corpus: str) -> dict[str, Any]:
    """Measures a sync of a corpus into a new index."""
    start, cpu = time.perf_counter(), time.process_time()
    with measure_stages() as seconds:
        report = upkeep.sync_index(Path(index), [Path(corpus)])
    return {
        "articles": report.added,
        "passages": report.passages,
        "wall_s": time.perf_counter() - start,
        "cpu_s": time.process_time() - cpu,
        "stages_s": seconds,
        "bytes": upkeep.index_info(Path(index)).sizes,
    }


def change(index: str, corpus: str, question: str) -> dict[str, Any]:
    """Measures an added and a deleted article while another connection answers questions."""
    with QuestionAnswering.open(Path(index)) as qa:
        qa.ask(question)
        start = time.perf_counter()
        with measure_stages() as seconds:
            upkeep.sync_index(Path(index), [Path(corpus)])
        synced = time.perf_counter()
        found = any(one.article.id == "added" for one in qa.search(question, 10))
        seen = time.perf_counter()
        upkeep.delete_articles(Path(index), ["added"])
        deleted = time.perf_counter()
        gone = all(one.article.id != "added" for one in qa.search(question, 10))
    return {
        "add_s": synced - start,
        "stages_s": seconds,
        "seen_s": seen - synced,
        "delete_s": deleted - seen,
        "right": found and gone,
    }


def serve(index: str, questions: Sequence[str], *, reading: bool) -> dict[str, Any]:
    """Measures opening an index and asking it each question; then each again without a filter and with two.

    The files are read into the page cache first, where they soon are while questions are answered.
    """
    _read_through(Path(index))
    start, cpu = time.perf_counter(), time.process_time()
    with QuestionAnswering.open(Path(index), reader=DEFAULT_READER if reading else NO_READER) as qa:
        opened = {"open_s": time.perf_counter() - start, "open_cpu_s": time.process_time() - cpu}
        for question in questions[:WARM_UP]:
            qa.ask(question)
        found = qa.info()
        return opened | {
            "passages": found.totals.passages,
            "bytes": found.sizes,
            "asked": [_asked(qa, question, Filter()) for question in questions],
            "in_turn": [_in_turn(qa, question, number) for number, question in enumerate(questions)],
            "serving_mb": _memory_mb("VmRSS"),
            "mapped_mb": _memory_mb("RssFile"),
        }


def one_shot(index: str, question: str, *, reading: bool) -> dict[str, float]:
    """Measures `hoibao ask` from start to exit: the median of five runs.

    On Linux the peak memory of a process is at least that of its parent, so this process must stay small.
    """
    runs = []
    for _ in range(5):
        start = time.perf_counter()
        options = ["--index", index, *(["--no-reader"] if not reading else [])]
        command = [sys.executable, "-m", "retrieval", *options, "ask", "--", question]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, cwd=Path(__file__).parents[2])
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise RuntimeError(f"{' '.join(command)} failed")
        taken, cpu = time.perf_counter() - start, used.ru_utime + used.ru_stime
        runs.append({"wall_s": taken, "cpu_s": cpu, "peak_mb": used.ru_maxrss / 1024})
    return {name: sorted(run[name] for run in runs)[2] for name in runs[0]}


def _read_through(folder: Path) -> None:
    with Path(os.devnull).open("wb") as nowhere:
        for path in folder.rglob("*"):
            if path.is_file():
                with path.open("rb") as file:
                    shutil.copyfileobj(file, nowhere, 1 << 20)


def _in_turn(qa: QuestionAnswering, question: str, number: int) -> dict[str, float]:
    """Measures a question with each filter; the first, which finds the coldest caches, changes with `number`."""
    names = [*FILTERS]
    first = number % len(names)
    return {name: _asked(qa, question, FILTERS[name])["whole"] for name in [*names[first:], *names[:first]]}


def _asked(qa: QuestionAnswering, question: str, where: Filter) -> dict[str, float]:
    start = time.perf_counter()
    with measure_stages() as seconds:
        qa.ask(question, where=where)
    return {"whole": time.perf_counter() - start, **seconds}


def _memory_mb(name: str) -> float:
    with Path("/proc/self/status").open(encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(name)) / 1024


def _probe(name: str) -> Callable[..., dict[str, Any]]:
    own = {probe.__name__: probe for probe in (sync, change, serve, one_shot)}
    if name in own:  # the imports of the others would count towards memory
        return own[name]
    from tests.bench import peers, scale, vector_indexes

    others: dict[str, Callable[..., dict[str, Any]]] = {
        "rates": peers.rates,
        "flat_build": peers.flat_build,
        "txtai_build": peers.txtai_build,
        "serve_peer": peers.serve_peer,
        "fill": scale.fill,
        "dense": scale.dense,
        "touch": scale.touch,
        "vector_indexes": vector_indexes.vector_indexes,
    }
    return others[name]


if __name__ == "__main__":
    measurements = _probe(sys.argv[1])(**json.load(sys.stdin))
    print(json.dumps({"peak_mb": _memory_mb("VmHWM")} | measurements))
