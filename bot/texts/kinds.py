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
    usage: str
    empty: str
    too_long: str
    sticker: str
    voice: str
    picture: str
    other: str
    unknown_command: str
    failed: str
    busy: str
    too_fast: str
    crashed: str
    stranger: str
    admin_commands: Mapping[str, str]
    status: str
    status_none: str
    moment: str
    reloaded: str
    reload_failed: str
    upload_kind: str
    upload_too_big: str
    upload_read: str
    upload_counts: str
    upload_deleted: str
    upload_unread: str
    upload_line: str
    upload_question: str
    upload_nothing_new: str
    upload_yes: str
    upload_no: str
    upload_adding: str
    upload_progress: str
    upload_added: str
    upload_dropped: str
    upload_failed: str
    upload_gone: str
    upload_under_way: str
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
