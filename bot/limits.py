"""Counting over time: a bucket that fills with permits, and a window that holds no more than so many."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Callable

MonotonicClock = Callable[[], float]
"""Seconds since whenever; it never goes back."""

SHORTEST_WAIT_S = 0.001
"""Rounding may leave a wait that is too short to move the clock."""


class TokenBucket:
    """A token bucket: `burst` permits at once, and a new one every `every_s` seconds."""

    __slots__ = ("_burst", "_clock", "_every_s", "_queue", "_since", "_tokens")

    def __init__(self, burst: int, every_s: float, clock: MonotonicClock) -> None:
        self._burst = float(burst)
        self._every_s = every_s
        self._clock = clock
        self._tokens = self._burst
        self._since = clock()
        self._queue = asyncio.Lock()

    def take(self) -> bool:
        """Take a permit if there is one."""
        self._fill()
        if self._tokens < 1.0:
            return False
        self._tokens -= 1.0
        return True

    @contextlib.asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Wait for a permit, in the order of arrival."""
        async with self._queue:
            while not self.take():  # noqa: ASYNC110  nobody but time gives permits
                await asyncio.sleep(max(SHORTEST_WAIT_S, (1.0 - self._tokens) * self._every_s))
        yield

    @property
    def idle(self) -> bool:
        """Whether it holds all permits, so that nothing is lost when it is forgotten."""
        self._fill()
        return self._tokens >= self._burst and not self._queue.locked()

    def _fill(self) -> None:
        now = self._clock()
        self._tokens = min(self._burst, self._tokens + (now - self._since) / self._every_s)
        self._since = now


class SlidingWindow:
    """At most `most` calls in any `window_s` seconds, wherever on its way a call is counted.

    A call is in the window from before it is made until so long after its answer, since nobody knows in between when
    the server has counted it.
    """

    __slots__ = ("_changed", "_clock", "_ended", "_most", "_queue", "_under_way", "_window_s")

    def __init__(self, most: int, window_s: float, clock: MonotonicClock) -> None:
        self._most = most
        self._window_s = window_s
        self._clock = clock
        self._ended: deque[float] = deque()
        self._under_way = 0
        self._changed = asyncio.Event()
        self._queue = asyncio.Lock()

    @contextlib.asynccontextmanager
    async def place(self) -> AsyncIterator[None]:
        """Wait for a place, in the order of arrival, and hold it during the call."""
        async with self._queue:
            while not self._has_room():
                self._changed.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._changed.wait(), self._next_end_s())
            self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1
            self._ended.append(self._clock())
            self._changed.set()

    @property
    def idle(self) -> bool:
        """Whether nothing counts any more, so that nothing is lost when it is forgotten."""
        self._forget()
        return not (self._under_way or self._ended or self._queue.locked())

    def _has_room(self) -> bool:
        self._forget()
        return self._under_way + len(self._ended) < self._most

    def _forget(self) -> None:
        while self._ended and self._ended[0] <= self._clock() - self._window_s:
            self._ended.popleft()

    def _next_end_s(self) -> float | None:
        """How long until the oldest call leaves the window; None if all are still under way."""
        if not self._ended:
            return None
        return max(SHORTEST_WAIT_S, self._ended[0] + self._window_s - self._clock())
