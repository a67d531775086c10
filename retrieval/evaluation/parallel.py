"""Asking many questions at once: in processes of their own, each on one core."""

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

from retrieval.service import QuestionAnswering

_Question = TypeVar("_Question")
_Result = TypeVar("_Result")

FEW = 50
"""Up to so many questions are asked in this process: others take seconds to start."""

_AT_ONCE = 8

_opened: QuestionAnswering | None = None


def ask_all(
    index: Path,
    model: str | None,
    questions: Sequence[_Question],
    ask: Callable[[QuestionAnswering, _Question], _Result],
    step: Callable[[], None] = lambda: None,
) -> list[_Result]:
    """What `ask` makes of every question, in order.

    Args:
        index: the folder to ask.
        model: as `QuestionAnswering.open` takes it.
        questions: any values that can be pickled.
        ask: a function of a module, or a partial of one: workers import it.
        step: called as each question is done.

    Raises:
        HoiBaoError: what `QuestionAnswering.open` or `ask` raise.
    """
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else [0]
    if len(questions) <= FEW or len(cores) == 1:
        with QuestionAnswering.open(index, model=model) as qa:
            return [_stepped(ask(qa, question), step) for question in questions]
    context = multiprocessing.get_context("spawn")
    free: Queue[int] = context.Queue()
    for core in cores:
        free.put(core)
    pool = ProcessPoolExecutor(len(cores), context, _open, (index, model, free))
    try:
        batches = [questions[start : start + _AT_ONCE] for start in range(0, len(questions), _AT_ONCE)]
        return [
            _stepped(result, step) for results in pool.map(_ask, [ask] * len(batches), batches) for result in results
        ]
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _stepped(result: _Result, step: Callable[[], None]) -> _Result:
    step()
    return result


def _open(index: Path, model: str | None, free: Queue[int]) -> None:
    global _opened  # a worker process is made for one index
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {free.get()})
    # FAISS counted the cores when it was imported: its threads would wait for each other on this one.
    threadpool_limits(limits=1)
    _opened = QuestionAnswering.open(index, model=model)


def _ask(ask: Callable[[QuestionAnswering, _Question], _Result], questions: Sequence[_Question]) -> list[_Result]:
    assert _opened is not None  # for the type checker: `_open` has run in this process
    return [ask(_opened, question) for question in questions]
