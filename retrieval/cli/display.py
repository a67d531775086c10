"""What the command line prints, in words for a Vietnamese reader and in JSON for a program."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import click

from retrieval.datatypes import AbstainReason, Answer, Article, Headline, Hit, PartialDate, Period, Quote
from retrieval.indexing import IndexInfo, Stage, SyncReport

REASONS = {
    AbstainReason.EMPTY_QUESTION: "Bạn chưa hỏi gì: hãy gõ một câu hỏi.",
    AbstainReason.NOTHING_MATCHES: "Không có bài báo nào phù hợp với câu hỏi.",
    AbstainReason.NOT_SURE: "Kho báo không có câu trả lời đủ chắc chắn cho câu hỏi này.",
}


def answer_lines(answer: Answer) -> Iterator[str]:
    """An answer for a terminal, the answering sentence in bold; `click.echo` drops the styles in a pipe."""
    if answer.read_as:
        yield f"✎ Hiểu là: {answer.read_as}"
    if answer.period:
        yield period_line(answer.period)
    if answer.reason is not None:
        yield REASONS[answer.reason]
        if answer.nearest:
            yield "Các bài gần nhất (không phải câu trả lời):"
            yield from (f"  · {_headline(headline)}" for headline in answer.nearest)
        return
    for number, quote in enumerate(answer.quotes, 1):
        if number > 1:
            yield ""
        yield f"{number}. {_marked(quote)}"
        yield f"   — {click.style(quote.title, fg='cyan')}"
        yield f"   {origin(quote)}"


def period_line(period: Period) -> str:
    """Which time was read from the question, and whether the search kept to it."""
    days = f"{PartialDate.of(period.since).vietnamese}–{PartialDate.of(period.until).vietnamese}"
    if period.kept:
        return f"⏱ {period.words} ({days})"
    return f"⏱ Không có câu trả lời trong “{period.words}” ({days}), nên tìm ở mọi thời gian."


def _marked(quote: Quote) -> str:
    start, end = quote.answer_span.start - quote.start, quote.answer_span.end - quote.start
    return f"“{quote.text[:start]}{click.style(quote.text[start:end], bold=True)}{quote.text[end:]}”"


def origin(quote: Quote) -> str:
    """Date, source and link of a quote, and who else prints it; what is unknown left out."""
    copies = f"{quote.copies} báo khác cũng đăng" if quote.copies else ""
    return " · ".join(part for part in (dates(quote), quote.source or quote.article_id, copies, quote.url) if part)


def dates(quote: Quote) -> str:
    """The day of the event and, where it says something else, the date of publication."""
    if quote.event is None:
        return quote.published.vietnamese if quote.published else ""
    if quote.published in (None, quote.event):
        return quote.event.vietnamese
    return f"{quote.event.vietnamese} (đăng {quote.published.vietnamese})" if quote.published else ""


def _headline(headline: Headline) -> str:
    date = headline.published.vietnamese if headline.published else ""
    return " · ".join(part for part in (headline.title, date, headline.source) if part)


def hit_lines(rank: int, hit: Hit, article: Article) -> Iterator[str]:
    """A ranked passage for a terminal."""
    signals = f"{hit.score:.3f} (nghĩa {hit.dense_score:.3f}, từ {hit.lexical_score:.2f})"
    yield f"{rank}. {click.style(article.title, fg='cyan')} · {signals}"
    date = article.published.vietnamese if article.published else ""
    yield "   " + " · ".join(part for part in (date, article.source or article.id, article.url) if part)
    yield f"   {article.body[hit.passage.start : hit.passage.end]}"


def answer_json(answer: Answer) -> str:
    """An answer as one line of JSON."""
    quotes = [
        _passage(rank, quote.article_id, quote, quote.start, quote.end, quote.text, quote.hit)
        | {"event": _date(quote.event), "answer_start": quote.answer_span.start, "answer_end": quote.answer_span.end}
        | {"copies": quote.copies}
        for rank, quote in enumerate(answer.quotes, 1)
    ]
    period = answer.period
    nearest = [{"article_id": one.article_id, **_source(one)} for one in answer.nearest]
    return _json(
        {
            "question": answer.question,
            "answered": answer.answered,
            "confidence": round(answer.confidence, 4),
            "reason": answer.reason,
            "quotes": quotes,
            "nearest": nearest,
            "read_as": answer.read_as,
            "period": period and {"since": str(period.since), "until": str(period.until), "kept": period.kept},
        }
    )


def hit_json(rank: int, hit: Hit, article: Article) -> str:
    """A ranked passage as one line of JSON."""
    start, end = hit.passage.start, hit.passage.end
    return _json(_passage(rank, article.id, article, start, end, article.body[start:end], hit))


def _passage(
    rank: int, article_id: str, source: Article | Quote, start: int, end: int, text: str, hit: Hit | None
) -> dict[str, Any]:
    return {
        "rank": rank,
        "article_id": article_id,
        "passage_id": hit and hit.passage.id,
        **_source(source),
        "start": start,
        "end": end,
        "text": text,
        "score": hit and round(hit.score, 6),
        "dense": hit and round(hit.dense_score, 6),
        "lexical": hit and round(hit.lexical_score, 6),
    }


def _source(one: Article | Quote | Headline) -> dict[str, Any]:
    return {"title": one.title, "published": _date(one.published), "source": one.source, "url": one.url}


def _date(date: PartialDate | None) -> str | None:
    return str(date) if date else None


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)


def table(rows: list[list[str]]) -> Iterator[str]:
    """Rows under a header row, columns padded: the first to the left, figures to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        first, *rest = [cell.rjust(width) for cell, width in zip(row, widths, strict=True)]
        yield "  ".join([first.strip().ljust(widths[0]), *rest])


def info_lines(found: IndexInfo) -> Iterator[str]:
    """What an index holds, a line each."""
    totals = found.totals
    if totals.first_day and totals.last_day:
        yield from _labelled("dates", [f"{totals.first_day} to {totals.last_day}"])
    yield from _labelled("articles", [str(totals.articles)])
    yield from _labelled("passages", [str(totals.passages)])
    yield from _labelled("sources", [f"{source}: {count}" for source, count in totals.sources[:10]])
    if len(totals.sources) > 10:
        yield from _labelled("", [f"and {len(totals.sources) - 10} more"])
    yield from _labelled("model", [found.manifest.encoder])
    yield from _labelled("vectors", [f"{found.manifest.dim} dimensions, {found.vectors}"])
    yield from _labelled("synced from", found.manifest.paths)
    yield from _labelled(
        "last sync", [totals.last_sync.astimezone().strftime("%Y-%m-%d %H:%M")] if totals.last_sync else []
    )
    yield from _labelled("on disk", [f"{name} {size / 1e6:.1f} MB" for name, size in found.sizes.items()])


def _labelled(label: str, values: Sequence[str]) -> Iterator[str]:
    for number, value in enumerate(values):
        yield f"{label if number == 0 else '':<12} {value}"


def info_json(found: IndexInfo) -> str:
    """What an index holds, as one line of JSON."""
    totals = found.totals
    return _json(
        {
            "index": str(found.folder),
            "articles": totals.articles,
            "passages": totals.passages,
            "first_day": totals.first_day and totals.first_day.isoformat(),
            "last_day": totals.last_day and totals.last_day.isoformat(),
            "sources": dict(totals.sources),
            "model": found.manifest.encoder,
            "dim": found.manifest.dim,
            "vectors": found.vectors,
            "chunker": found.manifest.chunker,
            "paths": list(found.manifest.paths),
            "last_sync": totals.last_sync and totals.last_sync.isoformat(),
            "bytes": found.sizes,
        }
    )


def report_line(report: SyncReport) -> str:
    """What a sync did, in numbers."""
    skipped = f", {len(report.errors)} skipped" if report.errors else ""
    return (
        f"{report.added} added, {report.changed} changed, {report.deleted} deleted,"
        f" {report.unchanged} unchanged{skipped}; {report.passages} passages encoded"
    )


def report_json(report: SyncReport) -> str:
    """What a sync did, as JSON."""
    counts = {name: getattr(report, name) for name in ("added", "changed", "deleted", "unchanged", "passages")}
    errors = [{"place": error.place, "reason": error.reason} for error in report.errors]
    return json.dumps({**counts, "errors": errors}, ensure_ascii=False)


def progress_json(stage: Stage, done: int, total: int | None) -> str:
    """How far a sync is, as JSON; `of` is null where nobody knows yet."""
    return json.dumps({"stage": stage, "done": done, "of": total})
