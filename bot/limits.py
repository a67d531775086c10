"""Rate limits: a token bucket, and a sliding window."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Callable

MonotonicClock = Callable[[], float]
"""Returns seconds from an arbitrary start; never goes back."""

SHORTEST_WAIT_S = 0.001
"""Lower bound of a wait: a rounded one may be too short to move the clock."""


class TokenBucket:
    """A token bucket: `burst` permits at once, and a new one every `interval_s` seconds."""

    __slots__ = ("_burst", "_clock", "_interval_s", "_queue", "_since", "_tokens")

    def __init__(self, burst: int, interval_s: float, clock: MonotonicClock) -> None:
        self._burst = float(burst)
        self._interval_s = interval_s
        self._clock = clock
        self._tokens = self._burst
        self._since = clock()
        self._queue = asyncio.Lock()

    def try_acquire(self) -> bool:
        """Takes a permit if there is one; returns whether it did."""
        self._fill()
        if self._tokens < 1.0:
            return False
        self._tokens -= 1.0
        return True

    @contextlib.asynccontextmanager
    async def acquire(self) -> AsyncIterator[None]:
        """Waits for a permit, in order of arrival."""
        async with self._queue:
            while not self.try_acquire():  # noqa: ASYNC110  only the clock gives permits
                await asyncio.sleep(max(SHORTEST_WAIT_S, (1.0 - self._tokens) * self._interval_s))
        yield

    @property
    def idle(self) -> bool:
        """Whether it holds all its permits, so that dropping it loses nothing."""
        self._fill()
        return self._tokens >= self._burst and not self._queue.locked()

    def _fill(self) -> None:
        now = self._clock()
        self._tokens = min(self._burst, self._tokens + (now - self._since) / self._interval_s)
        self._since = now


class SlidingWindow:
    """A sliding window: at most `most` calls in any `window_s` seconds, by the server's count.

    A call is in the window from before it is made until `window_s` after its answer, since the server counts it at an
    unknown moment in between.
    """

    __slots__ = ("_changed", "_clock", "_ended", "_most", "_queue", "_running", "_window_s")

    def __init__(self, most: int, window_s: float, clock: MonotonicClock) -> None:
        self._most = most
        self._window_s = window_s
        self._clock = clock
        self._ended: deque[float] = deque()
        self._running = 0
        self._changed = asyncio.Event()
        self._queue = asyncio.Lock()

    @contextlib.asynccontextmanager
    async def acquire(self) -> AsyncIterator[None]:
        """Waits for a place in the window, in order of arrival. Holds it during the call."""
        async with self._queue:
            while not self._has_room():
                self._changed.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._changed.wait(), self._next_end_s())
            self._running += 1
        try:
            yield
        finally:
            self._running -= 1
            self._ended.append(self._clock())
            self._changed.set()

    @property
    def idle(self) -> bool:
        """Whether no call is in the window, so that dropping it loses nothing."""
        self._drop_old()
        return not (self._running or self._ended or self._queue.locked())

    def _has_room(self) -> bool:
        self._drop_old()
        return self._running + len(self._ended) < self._most

    def _drop_old(self) -> None:
        while self._ended and self._ended[0] <= self._clock() - self._window_s:
            self._ended.popleft()

    def _next_end_s(self) -> float | None:
        """Returns the time until the oldest call leaves the window; None if all calls are still running."""
        if not self._ended:
            return None
        return max(SHORTEST_WAIT_S, self._ended[0] + self._window_s - self._clock())
