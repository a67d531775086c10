"""Whether the bot does its work."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from bot.limits import MonotonicClock


@dataclass(slots=True)
class Health:
    """Whether the bot does its work."""

    clock: MonotonicClock
    deaf_after_s: float
    """Without word from Telegram for so long, polls do not get through."""
    listening: bool = False
    heard: float | None = None
    """When a poll was last answered; None where updates come by themselves."""
    index_failure: str = ""
    rejected: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when Telegram does not know the token any more."""

    def hears(self) -> None:
        """A poll was answered."""
        self.heard = self.clock()

    @property
    def problem(self) -> str:
        """Why questions are not answered now; empty if they are."""
        if not self.listening:
            return "not listening"
        if self.heard is not None and self.clock() - self.heard > self.deaf_after_s:
            return "Telegram cannot be reached"
        return "the index cannot be read" if self.index_failure else ""
