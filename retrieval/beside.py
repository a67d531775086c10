"""Work that another thread may do meanwhile, where there is a core for it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

from retrieval.config import available_cores

_Result = TypeVar("_Result")


def beside(work: Callable[[], _Result]) -> Callable[[], _Result]:
    """Begin something in another thread; call what is returned, in this one, for the result or for what was raised.

    Where no thread has begun by then, it is done in this one: many who ask at once never wait in a queue, nor for work
    that itself waits. On one core it is always so. Pays for what takes a millisecond and leaves the interpreter to
    others meanwhile.
    """
    if available_cores() == 1:
        return cache(work)
    begun = _threads().submit(work)

    @cache
    def result() -> _Result:
        return work() if begun.cancel() else begun.result()

    return result


@cache
def _threads() -> ThreadPoolExecutor:
    # Of the process: threads of every searcher, or of every question, would only take cores from each other.
    return ThreadPoolExecutor(available_cores(), "beside")
