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


def run_in_spare_thread(work: Callable[[], _Result]) -> Pending[_Result]:
    """Starts work in a spare thread; returns a function that waits for its result, or raises what it raised.

    The spare threads of the process use one core less than there are. Work beyond that, and work that no thread has
    begun when its result is asked for, is done by the caller: callers never wait for each other's work. Worth it for
    work of a millisecond or more that releases the interpreter lock.
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
    # One pool for the process: pools of each searcher or question would only take cores from each other.
    return ThreadPoolExecutor(available_cores(), "spare")
