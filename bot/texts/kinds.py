"""What texts there are; `{…}` in one is filled in by the rendering."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

LONGEST_QUESTION = 1000
"""Characters; longer messages are stories, not questions."""


@dataclass(frozen=True, slots=True)
class Texts:
    """Every sentence that a reader sees and that is not quoted from an article, as Telegram HTML."""

    commands: Mapping[str, str]
    start: str
    help: str
    afresh: str
    usage: str
    empty: str
    too_long: str
    sticker: str
    voice: str
    picture: str
    other: str
    unknown_command: str
    failed: str
    verbatim: str
    read_as: str
    period: str
    period_dropped: str
    cut: str
    untitled: str
    unknown_source: str
    published: str
    event: str
    copies: str
    day: str
    month: str
    year: str
    nothing_matches: str
    not_sure: str
    nearest: str
    try_again: str
