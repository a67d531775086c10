"""Formats an index's state and a sync's progress and result, as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from retrieval.indexing import IndexInfo, Stage, SyncReport

MAX_SOURCES = 10
"""Sources that are named; the others are counted."""


def info_lines(info: IndexInfo) -> Iterator[str]:
    """Yields what an index holds, as labelled lines."""
    totals = info.totals
    if totals.first_day and totals.last_day:
        yield from _labelled("dates", [f"{totals.first_day} to {totals.last_day}"])
    yield from _labelled("articles", [str(totals.articles)])
    yield from _labelled("passages", [str(totals.passages)])
    yield from _labelled("sources", [f"{source}: {count}" for source, count in totals.sources[:MAX_SOURCES]])
    if len(totals.sources) > MAX_SOURCES:
        yield from _labelled("", [f"and {len(totals.sources) - MAX_SOURCES} more"])
    yield from _labelled("model", [info.manifest.encoder])
    yield from _labelled("vectors", [f"{info.manifest.dim} dimensions, {info.vectors}"])
    yield from _labelled("synced from", info.manifest.paths)
    yield from _labelled(
        "last sync", [totals.last_sync.astimezone().strftime("%Y-%m-%d %H:%M")] if totals.last_sync else []
    )
    yield from _labelled("on disk", [f"{name} {size / 1e6:.1f} MB" for name, size in info.sizes.items()])


def _labelled(label: str, values: Sequence[str]) -> Iterator[str]:
    for number, value in enumerate(values):
        yield f"{label if number == 0 else '':<12} {value}"


def info_json(info: IndexInfo) -> str:
    """Returns what an index holds, as one line of JSON."""
    totals = info.totals
    return json.dumps(
        {
            "index": str(info.folder),
            "articles": totals.articles,
            "passages": totals.passages,
            "first_day": totals.first_day and totals.first_day.isoformat(),
            "last_day": totals.last_day and totals.last_day.isoformat(),
            "sources": dict(totals.sources),
            "model": info.manifest.encoder,
            "dim": info.manifest.dim,
            "vectors": info.vectors,
            "chunker": info.manifest.chunker,
            "paths": list(info.manifest.paths),
            "last_sync": totals.last_sync and totals.last_sync.isoformat(),
            "bytes": info.sizes,
        },
        ensure_ascii=False,
    )


def report_line(report: SyncReport) -> str:
    """Returns the counts of a sync, as one line."""
    skipped = f", {len(report.errors)} skipped" if report.errors else ""
    return (
        f"{report.added} added, {report.changed} changed, {report.deleted} deleted,"
        f" {report.unchanged} unchanged{skipped}; {report.passages} passages encoded"
    )


def report_json(report: SyncReport) -> str:
    """Returns the counts and errors of a sync, as one line of JSON."""
    counts = {name: getattr(report, name) for name in ("added", "changed", "deleted", "unchanged", "passages")}
    errors = [{"place": error.place, "reason": error.reason} for error in report.errors]
    return json.dumps({**counts, "errors": errors}, ensure_ascii=False)


def progress_json(stage: Stage, done: int, total: int | None) -> str:
    """Returns the progress of a sync, as one line of JSON.

    `of` is null where the total is unknown.
    """
    return json.dumps({"stage": stage, "done": done, "of": total})
