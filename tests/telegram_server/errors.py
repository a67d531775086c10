"""Errors of the Bot API: mistakes of the bot, and situations that are not its fault."""

from __future__ import annotations

from typing import Any


class RefusedError(Exception):
    """The bot made a mistake; the text goes back as `Bad Request: ...`."""


class ApiError(Exception):
    """An error that is not the bot's fault: it was blocked, the chat is gone or moved, it is too late."""

    def __init__(self, status: int, description: str, parameters: dict[str, Any] | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.parameters = parameters or {}

    @classmethod
    def bad_request(cls, description: str) -> ApiError:
        """400."""
        return cls(400, f"Bad Request: {description}")
