"""What administrators are told, as texts of messages: the state of the bot, and what became of a file."""

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
    """The state of the bot at one moment."""

    since: dt.datetime
    waiting: int
    median_s: float | None
    p95_s: float | None
    outcomes: Mapping[str, int]
    errors: Mapping[str, int]
    holdings: CorpusInfo
    index_failure: str


def status_text(status: Status, texts: Texts) -> str:
    """How busy and how quick the bot is, what it holds, and what goes wrong."""
    held = status.holdings
    return texts.status.format(
        since=_moment(status.since, texts),
        waiting=status.waiting,
        median=_milliseconds(status.median_s),
        p95=_milliseconds(status.p95_s),
        **status.outcomes,
        articles=held.articles,
        version=held.version,
        synced=_moment(held.synced, texts) if held.synced else texts.status_none,
        telegram=", ".join(f"{kind}: {count}" for kind, count in sorted(status.errors.items())) or texts.status_none,
        index=escape(shorten(status.index_failure, REASON_ROOM)) or texts.status_none,
    )


def reloaded_text(holdings: CorpusInfo, texts: Texts) -> str:
    """What the index holds after it was read again."""
    return texts.reloaded.format(version=holdings.version, articles=holdings.articles)


def preview_text(name: str, report: AddReport, texts: Texts) -> str:
    """What adding a file would do, and whether it shall be done."""
    question = texts.upload_question if report.added + report.changed else texts.upload_nothing_new
    return "\n".join([texts.upload_read.format(name=file_label(name)), *_counts(report, texts), "", question])


def added_text(name: str, report: AddReport, texts: Texts) -> str:
    """What adding a file has done."""
    return "\n".join([texts.upload_added.format(name=file_label(name)), *_counts(report, texts)])


def progress_text(name: str, progress: AddProgress, texts: Texts) -> str:
    """How far adding a file is."""
    return texts.upload_progress.format(name=file_label(name), done=progress.done, of=progress.of)


def failed_text(name: str, reason: str, texts: Texts) -> str:
    """Why a file could not be added."""
    return texts.upload_failed.format(name=file_label(name), reason=escape(shorten(reason, REASON_ROOM)))


def file_label(name: str) -> str:
    """The name of a file as part of a message."""
    return escape(shorten(name, NAME_ROOM))


def _counts(report: AddReport, texts: Texts) -> list[str]:
    lines = [
        texts.upload_counts.format(added=report.added, changed=report.changed, unchanged=report.unchanged),
    ]
    if report.deleted:
        lines.append(texts.upload_deleted.format(deleted=report.deleted))
    if report.unread:
        lines.append(texts.upload_unread.format(count=len(report.unread)))
    for one in report.unread[:MOST_UNREAD]:
        where = texts.upload_line.format(line=one.line) if one.line else ""
        lines.append(f"  – {where}<code>{escape(shorten(one.reason, REASON_ROOM))}</code>")
    return lines


def _milliseconds(seconds: float | None) -> str:
    return "–" if seconds is None else f"{1000 * seconds:.0f} ms"


def _moment(moment: dt.datetime, texts: Texts) -> str:
    return moment.astimezone().strftime(texts.moment)
