"""Asks many questions of an index in parallel, in worker processes of one core each."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing.queues import Queue
from pathlib import Path
from typing import TypeVar

from threadpoolctl import threadpool_limits

from retrieval.config import DEFAULT_READER, ReaderChoice, available_cores
from retrieval.service import QuestionAnswering

_Question = TypeVar("_Question")
_Result = TypeVar("_Result")

FEW = 50
"""Most questions that are asked in the calling process, since workers take seconds to start."""

_BATCH_SIZE = 8

_worker_qa: QuestionAnswering | None = None


def ask_all(
    index: Path,
    model: str | None,
    questions: Sequence[_Question],
    ask: Callable[[QuestionAnswering, _Question], _Result],
    advance: Callable[[], None] = lambda: None,
    *,
    few: int = FEW,
    reader: ReaderChoice = DEFAULT_READER,
) -> list[_Result]:
    """Returns the result of `ask` for every question, in the order of the questions.

    Args:
        index: the folder of the index.
        model: the encoder, as `QuestionAnswering.open` takes it.
        questions: any values that can be pickled.
        ask: a module's function, or a partial of one, as workers import it.
        advance: called after each question.
        few: most questions for which no worker is started.
        reader: which reader reads the best passages, or none.

    Raises:
        HoiBaoError: `QuestionAnswering.open` or `ask` raised it.
    """
    workers = available_cores()
    if len(questions) <= few or workers == 1:
        with QuestionAnswering.open(index, model=model, reader=reader) as qa:
            return [_counted(ask(qa, question), advance) for question in questions]
    context = multiprocessing.get_context("spawn")
    places: Queue[int] = context.Queue()
    for place in range(workers):
        places.put(place)
    pool = ProcessPoolExecutor(workers, context, _open_in_worker, (index, model, places, reader))
    try:
        batches = [questions[start : start + _BATCH_SIZE] for start in range(0, len(questions), _BATCH_SIZE)]
        return [
            _counted(result, advance)
            for results in pool.map(_ask_in_worker, [ask] * len(batches), batches)
            for result in results
        ]
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _counted(result: _Result, advance: Callable[[], None]) -> _Result:
    advance()
    return result


def _open_in_worker(index: Path, model: str | None, places: Queue[int], reader: ReaderChoice) -> None:
    global _worker_qa  # a worker process serves one index
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent handles Ctrl-C
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[places.get()]})
    # FAISS counted the cores when it was imported: so many threads would wait for each other on one core.
    threadpool_limits(limits=1)
    _worker_qa = QuestionAnswering.open(index, model=model, reader=reader)


def _ask_in_worker(
    ask: Callable[[QuestionAnswering, _Question], _Result], questions: Sequence[_Question]
) -> list[_Result]:
    assert _worker_qa is not None  # for the type checker: `_open_in_worker` has run in this process
    return [ask(_worker_qa, question) for question in questions]
