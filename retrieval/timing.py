"""How long the stages of a sync or of an answer take, for `-v` and for the bench."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_seconds: ContextVar[dict[str, float] | None] = ContextVar("seconds", default=None)
_within: ContextVar[str | None] = ContextVar("within", default=None)


@contextmanager
def measured() -> Iterator[dict[str, float]]:
    """Seconds of wall time by stage, of all that is called within, filled in as stages end."""
    seconds: dict[str, float] = {}
    token = _seconds.set(seconds)
    try:
        yield seconds
    finally:
        _seconds.reset(token)


@contextmanager
def stage(name: str) -> Iterator[None]:
    """Count what is done within towards a stage, but for stages inside of it; costs microseconds where none measures.

    May decorate a function. Another thread takes part when it runs in a copy of the context.
    """
    seconds = _seconds.get()
    if seconds is None:
        yield
        return
    outer = _within.get()
    token = _within.set(name)
    start = time.perf_counter()
    try:
        yield
    finally:
        _within.reset(token)
        taken = time.perf_counter() - start
        seconds[name] = seconds.get(name, 0.0) + taken
        if outer is not None:
            seconds[outer] = seconds.get(outer, 0.0) - taken
