"""Runtime: runs work in a spare thread while the caller continues, and measures the wall time of stages."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import TypeVar

from retrieval.config import available_cores

_Result = TypeVar("_Result")

Pending = Callable[[], _Result]
"""A function that waits for a result and returns it, or raises the error of the work."""


class SpareThreads:
    """Runs work in threads, one less than there are cores; the caller's own thread uses the last core."""

    def __init__(self, cores: int) -> None:
        """Creates the pool; a thread starts with the first work, or never if there is one core."""
        self._free_cores = threading.Semaphore(cores - 1)
        self._pool = ThreadPoolExecutor(cores, "spare")

    def run(self, work: Callable[[], _Result]) -> Pending[_Result]:
        """Starts work in a thread; returns a function that waits for its result.

        That function raises the error of the work, if any. Work beyond the threads, and work that no thread has started
        when its result is needed, runs in the caller's thread, so that callers never wait for each other's work.
        """
        if not self._free_cores.acquire(blocking=False):
            return cache(work)
        future = self._pool.submit(work)
        future.add_done_callback(lambda _: self._free_cores.release())

        @cache
        def result() -> _Result:
            return work() if future.cancel() else future.result()

        return result


def run_in_spare_thread(work: Callable[[], _Result]) -> Pending[_Result]:
    """Starts work in a spare thread of the process; see `SpareThreads.run`.

    It pays for work of a millisecond or more that releases the interpreter lock.
    """
    return _threads_of_process().run(work)


@cache
def _threads_of_process() -> SpareThreads:
    # One pool for the process: one pool per searcher or question would only compete for cores.
    return SpareThreads(available_cores())


# --- stages ----------------------------------------------------------------------------------------------------------

_stage_seconds: ContextVar[dict[str, float] | None] = ContextVar("stage_seconds", default=None)
_current_stage: ContextVar[str | None] = ContextVar("current_stage", default=None)


@contextmanager
def measure_stages() -> Iterator[dict[str, float]]:
    """Measures the stages that run within its context.

    Yields:
        Seconds of wall time by stage name, updated as stages end.
    """
    seconds: dict[str, float] = {}
    token = _stage_seconds.set(seconds)
    try:
        yield seconds
    finally:
        _stage_seconds.reset(token)


@contextmanager
def timed_stage(name: str) -> Iterator[None]:
    """Adds the wall time of its context to a stage, without the time of inner stages.

    It may decorate a function, and costs microseconds if nothing is being measured. Work in another thread is measured
    if it runs in a copy of the context.
    """
    seconds = _stage_seconds.get()
    if seconds is None:
        yield
        return
    outer = _current_stage.get()
    token = _current_stage.set(name)
    start = time.perf_counter()
    try:
        yield
    finally:
        _current_stage.reset(token)
        elapsed_s = time.perf_counter() - start
        seconds[name] = seconds.get(name, 0.0) + elapsed_s
        if outer is not None:
            seconds[outer] = seconds.get(outer, 0.0) - elapsed_s
