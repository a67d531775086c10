"""Runs work in a spare thread, if a core is free, while the caller goes on."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

from retrieval.config import available_cores

_Result = TypeVar("_Result")

Pending = Callable[[], _Result]
"""Waits for a result that may still be on its way, and returns it."""


class SpareThreads:
    """Threads that use one core less than there are; the caller uses that one."""

    def __init__(self, cores: int) -> None:
        """Starts no thread yet; with one core, none at all is ever started."""
        self._free_cores = threading.Semaphore(cores - 1)
        self._pool = ThreadPoolExecutor(cores, "spare")

    def run(self, work: Callable[[], _Result]) -> Pending[_Result]:
        """Starts work in a thread; returns a function that waits for its result, or raises what it raised.

        Work beyond the threads, and work that no thread has begun when its result is asked for, is done by the caller:
        callers never wait for each other's work.
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

    Worth it for work of a millisecond or more that releases the interpreter lock.
    """
    return _threads_of_process().run(work)


@cache
def _threads_of_process() -> SpareThreads:
    # One pool for the process: pools of each searcher or question would only take cores from each other.
    return SpareThreads(available_cores())
