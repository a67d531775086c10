"""Answers that are errors: what the bot has done wrong, and what has happened to it."""

from __future__ import annotations

from typing import Any


class RefusedError(Exception):
    """The server does not do that; the text is the description that goes back after `Bad Request: `."""


class ApiError(Exception):
    """An answer that is an error, but no fault of the bot's: blocked, gone, moved, too late."""

    def __init__(self, status: int, description: str, parameters: dict[str, Any] | None = None) -> None:
        super().__init__(description)
        self.status = status
        self.parameters = parameters or {}

    @classmethod
    def bad_request(cls, description: str) -> ApiError:
        """400."""
        return cls(400, f"Bad Request: {description}")
