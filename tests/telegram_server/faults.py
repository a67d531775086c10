"""Faults between a bot and Telegram that a test can order for the next calls."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

CONFLICT = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"


@dataclass(frozen=True, slots=True)
class Refuse:
    """An error of the Bot API instead of doing what was asked."""

    status: int
    description: str
    parameters: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def too_many_requests(cls, retry_after: int) -> Refuse:
        """429."""
        return cls(429, f"Too Many Requests: retry after {retry_after}", {"retry_after": retry_after})

    @classmethod
    def conflict(cls) -> Refuse:
        """409: another program polls with the same token."""
        return cls(409, CONFLICT)

    @classmethod
    def internal_error(cls) -> Refuse:
        """500."""
        return cls(500, "Internal Server Error")


@dataclass(frozen=True, slots=True)
class BadGateway:
    """502 with a page of HTML, from something in front of Telegram; nothing was done."""


@dataclass(frozen=True, slots=True)
class Drop:
    """The connection is cut without an answer, before or after doing what was asked."""

    carried_out: bool = False


@dataclass(frozen=True, slots=True)
class Hold:
    """What was asked is done, but the answer waits until `release` is set; the server sets it if the bot gives up."""

    release: threading.Event = field(default_factory=threading.Event)


Fault = Refuse | BadGateway | Drop | Hold
