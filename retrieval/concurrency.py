"""Work that another thread may do meanwhile, where there is a core for it."""

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


def beside(work: Callable[[], _Result]) -> Pending[_Result]:
    """Begin something in another thread; call what is returned, in this one, for the result or for what was raised.

    All that is begun at once takes one core less than there are. What is beyond that, or was not begun when it is
    asked for, is done by who asks: many who ask at once do not wait for each other's work. Pays for what takes a
    millisecond and leaves the interpreter to others meanwhile.
    """
    if not _spare_cores().acquire(blocking=False):
        return cache(work)
    begun = _threads().submit(work)
    begun.add_done_callback(lambda _: _spare_cores().release())

    @cache
    def result() -> _Result:
        return work() if begun.cancel() else begun.result()

    return result


@cache
def _spare_cores() -> threading.Semaphore:
    return threading.Semaphore(available_cores() - 1)


@cache
def _threads() -> ThreadPoolExecutor:
    # Of the process: threads of every searcher, or of every question, would only take cores from each other.
    return ThreadPoolExecutor(available_cores(), "beside")
