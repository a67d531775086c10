"""The fields of the texts; the cards fill in the `{…}` of a text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

LONGEST_QUESTION = 1000
"""Most characters of a question."""


@dataclass(frozen=True, slots=True)
class Texts:
    """All sentences that a reader sees but those of articles, as Telegram HTML.

    Labels of buttons (`…_button`) and notes that fade (`…_note`) are plain text.
    """

    code: str
    """The language tag, as `texts_for` takes it."""
    thousands: str
    """The thousands separator."""
    commands: Mapping[str, str]
    start: str
    start_examples: str
    start_empty: str
    help: str
    afresh: str
    asked: str
    inline_hint: str
    inline_none: str
    consent: str
    consent_given: str
    consent_refused: str
    agree_button: str
    refuse_button: str
    forget: str
    forget_button: str
    keep_button: str
    forgotten: str
    nothing_forgotten: str
    privacy: str
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
    continues: str
    period: str
    period_dropped: str
    stale: str
    months_old: str
    days_old: str
    cut: str
    untitled: str
    unknown_source: str
    published: str
    event: str
    copies: str
    day: str
    month: str
    year: str
    today: str
    yesterday: str
    days_ago: str
    nothing_matches: str
    not_sure: str
    other_premise: str
    other_found: str
    nearest: str
    reaches: str
    try_again: str
    greeting: str
    thanks: str
    farewell: str
    insult: str
    acknowledgement: str
    laughter: str
    about_bot: str
    browse: str
    browse_topic: str
    browse_source: str
    browse_days_dropped: str
    browse_more: str
    listed: str
    summed_up: str
    reported: str
    denied: str
    not_reported: str
    no_advice: str
    chosen: str
    possible: str
    copy_button: str
    share_button: str
    previous_button: str
    next_button: str
    why_button: str
    good_button: str
    bad_button: str
    yes_button: str
    no_button: str
    any_time_button: str
    back_button: str
    nearest_button: str
    good_note: str
    bad_note: str
    taken_back_note: str
    any_time_note: str
    gone_note: str
    expired_note: str
    failed_note: str
    why: str
    why_words: str
    why_title_words: str
    why_missing_words: str
    why_no_words: str
    why_meaning: str
    why_very_near: str
    why_near: str
    why_rather_near: str
    why_date: str
    why_date_asked: str
    why_no_date: str
    why_place: str
    why_sure: str
    why_chosen: str
    holdings: str
    holdings_days: str
    holdings_papers: str
    holdings_sections: str
    holdings_synced: str
    holdings_invitation: str
    holdings_empty: str
    holdings_source: str
    holdings_more: str
