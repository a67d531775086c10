"""Messages to administrators: the bot's status, and reports on uploaded files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from bot.admin.add_process import AddProgress, AddReport
from bot.cards import Texts, escape, shorten
from retrieval import CorpusInfo

NAME_ROOM = 80
REASON_ROOM = 150
MOST_UNREAD = 5


@dataclass(frozen=True, slots=True)
class Status:
    """The status of the bot at one moment."""

    started: dt.datetime
    pending: int
    """Messages that wait or are handled."""
    median_s: float | None
    p95_s: float | None
    outcomes: Mapping[str, int]
    errors: Mapping[str, int]
    holdings: CorpusInfo
    index_failure: str


def status_text(status: Status, texts: Texts) -> str:
    """Renders the status of the bot."""
    holdings = status.holdings
    return texts.status.format(
        since=_moment(status.started, texts),
        waiting=status.pending,
        median=_milliseconds(status.median_s),
        p95=_milliseconds(status.p95_s),
        **status.outcomes,
        articles=holdings.articles,
        version=holdings.version,
        synced=_moment(holdings.synced, texts) if holdings.synced else texts.status_none,
        telegram=", ".join(f"{kind}: {count}" for kind, count in sorted(status.errors.items())) or texts.status_none,
        index=escape(shorten(status.index_failure, REASON_ROOM)) or texts.status_none,
    )


def reloaded_text(holdings: CorpusInfo, texts: Texts) -> str:
    """Says what the index holds after a reload."""
    return texts.reloaded.format(version=holdings.version, articles=holdings.articles)


def preview_text(name: str, report: AddReport, texts: Texts) -> str:
    """Says what adding a file would do, and asks whether to do it."""
    question = texts.upload_question if report.added + report.changed else texts.upload_nothing_new
    return "\n".join([texts.upload_read.format(name=file_label(name)), *_counts(report, texts), "", question])


def added_text(name: str, report: AddReport, texts: Texts) -> str:
    """Says what adding a file has done."""
    return "\n".join([texts.upload_added.format(name=file_label(name)), *_counts(report, texts)])


def progress_text(name: str, progress: AddProgress, texts: Texts) -> str:
    """Says how many articles of a file are added so far."""
    return texts.upload_progress.format(name=file_label(name), done=progress.done, of=progress.total)


def failed_text(name: str, reason: str, texts: Texts) -> str:
    """Says why a file could not be added."""
    return texts.upload_failed.format(name=file_label(name), reason=escape(shorten(reason, REASON_ROOM)))


def file_label(name: str) -> str:
    """Returns the name of a file, shortened and escaped for a message."""
    return escape(shorten(name, NAME_ROOM))


def _counts(report: AddReport, texts: Texts) -> list[str]:
    lines = [
        texts.upload_counts.format(added=report.added, changed=report.changed, unchanged=report.unchanged),
    ]
    if report.deleted:
        lines.append(texts.upload_deleted.format(deleted=report.deleted))
    if report.unread_lines:
        lines.append(texts.upload_unread.format(count=len(report.unread_lines)))
    for unread in report.unread_lines[:MOST_UNREAD]:
        where = texts.upload_line.format(line=unread.line) if unread.line else ""
        lines.append(f"  – {where}<code>{escape(shorten(unread.reason, REASON_ROOM))}</code>")
    return lines


def _milliseconds(seconds: float | None) -> str:
    return "–" if seconds is None else f"{1000 * seconds:.0f} ms"


def _moment(moment: dt.datetime, texts: Texts) -> str:
    return moment.astimezone().strftime(texts.moment)
