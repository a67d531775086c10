"""Concurrency: runs work in a spare thread, if a core is free, while the caller continues."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

from retrieval.config import available_cores

_Result = TypeVar("_Result")

Pending = Callable[[], _Result]
"""A function that waits for a result and returns it, or raises the error of the work."""


def run_in_spare_thread(work: Callable[[], _Result]) -> Pending[_Result]:
    """Starts work in a spare thread; returns a function that waits for its result.

    That function raises the error of the work, if any. The process has one spare thread less than it has cores. Work
    beyond that, and work that no thread has started when its result is needed, runs in the caller's thread, so that
    callers never wait for each other's work. It pays for work of a millisecond or more that releases the interpreter
    lock.
    """
    if not _spare_cores().acquire(blocking=False):
        return cache(work)
    future = _thread_pool().submit(work)
    future.add_done_callback(lambda _: _spare_cores().release())

    @cache
    def result() -> _Result:
        return work() if future.cancel() else future.result()

    return result


@cache
def _spare_cores() -> threading.Semaphore:
    return threading.Semaphore(available_cores() - 1)


@cache
def _thread_pool() -> ThreadPoolExecutor:
    # One pool for the process: one pool per searcher or question would only compete for cores.
    return ThreadPoolExecutor(available_cores(), "spare")
