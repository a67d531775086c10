"""The state of health that the health checks report."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from bot.limits import MonotonicClock


@dataclass(slots=True)
class Health:
    """Whether the bot receives updates and can search."""

    clock: MonotonicClock
    poll_silence_s: float
    """Time without an answered poll after which Telegram counts as out of reach."""
    listening: bool = False
    last_poll_s: float | None = None
    """Time of the last answered poll, by `clock`; None with a webhook."""
    index_failure: str = ""
    token_rejected: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when Telegram rejects the token."""

    def record_poll(self) -> None:
        """Notes that a poll was answered now."""
        self.last_poll_s = self.clock()

    @property
    def problem(self) -> str:
        """Why no questions are answered now; empty if they are."""
        if not self.listening:
            return "not listening"
        if self.last_poll_s is not None and self.clock() - self.last_poll_s > self.poll_silence_s:
            return "Telegram cannot be reached"
        return "the index cannot be read" if self.index_failure else ""
