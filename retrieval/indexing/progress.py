"""The progress that indexing reports."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

Stage = Literal["reading", "indexing", "comparing", "packing"]
"""What indexing does at the moment; `comparing` makes the signatures that find near-duplicates."""

Progress = Callable[[Stage, int, int | None], None]
"""Called with a stage, the articles done and, if known, the articles to do."""


def ignore_progress(*_: object) -> None:
    """Reports no progress."""
