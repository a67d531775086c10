"""Timing: measures the wall time of a sync's or an answer's stages, for `-v` and benchmarks."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

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
