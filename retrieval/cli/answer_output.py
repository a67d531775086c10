"""Formats answers and search hits, as Vietnamese text and as JSON."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from typing import Any

import click

from retrieval.cli.talk_texts import about_lines, small_talk_text
from retrieval.datatypes import (
    AbstainReason,
    Answer,
    Article,
    Browse,
    CorpusInfo,
    DialogueAct,
    Headline,
    Hit,
    PartialDate,
    Period,
    Quote,
    Rewriting,
    Span,
    Verdict,
)

ABSTAIN_TEXTS = {
    AbstainReason.EMPTY_QUESTION: "Bạn chưa hỏi gì: hãy gõ một câu hỏi.",
    AbstainReason.NOTHING_MATCHES: "Không có bài báo nào phù hợp với câu hỏi.",
    AbstainReason.NOT_REPORTED: "Không báo nào trong kho đưa tin này; HỏiBáo không xác nhận, cũng không bác bỏ được.",
    AbstainReason.ADVICE: "HỏiBáo chỉ trích báo, không khuyên bạn nên làm gì. Hãy hỏi người có chuyên môn.",
    AbstainReason.OTHER_PREMISE: "Bài báo gần nhất không khớp với {missing} trong câu hỏi, nên không phải câu trả lời.",
    AbstainReason.NOT_SURE: "Kho báo không có câu trả lời đủ chắc chắn cho câu hỏi này.",
}
"""What a reader is told, by the reason for abstaining."""

VERDICT_TEXTS = {
    Verdict.REPORTED: "✔ Báo có đưa tin về việc này. Bạn so từng chi tiết với lời báo:",
    Verdict.DENIED: "✘ Tin này bị bác bỏ hoặc đính chính, theo bài báo:",
}
"""What a reader is told above the quotes about a forwarded message."""

LISTED_TEXTS = {
    DialogueAct.LIST: "Các bài và đoạn báo tìm được (có thể chưa đủ):",
    DialogueAct.SUMMARY: "Diễn biến theo lời báo, từ cũ đến mới:",
}
"""What a reader is told above a list or a summary."""

OTHER_FOUND_TEXT = "Bài báo gần nhất viết về {found}, không phải {missing}, nên không phải câu trả lời."
"""What a reader is told if it is known what the nearest article tells of instead."""

POSSIBLE_TEXT = "Đây là câu gần nhất, bạn xem có phải không:"
"""What a reader is told above an answer that is only possible."""


def answer_lines(answer: Answer, corpus: CorpusInfo | None = None) -> Iterator[str]:
    """Yields an answer's lines for a terminal: the answer sentence in bold, its source, the whole quote.

    `click.echo` removes the styles where the output is piped.

    Args:
        answer: the answer.
        corpus: the corpus, for a question about it; None to leave it out.
    """
    if answer.act.is_small_talk:
        yield small_talk_text(answer.act)
    elif answer.act.is_about:
        yield from about_lines(answer.act, corpus)
    elif answer.headlines:
        yield from _browse_lines(answer)
    else:
        yield from _quote_lines(answer)


def _quote_lines(answer: Answer) -> Iterator[str]:
    """Yields the quotes of an answer, or why there are none."""
    if answer.read_as:
        continues = answer.rewriting is Rewriting.CONTINUATION
        yield f"✎ {'Hỏi tiếp câu' if continues else 'Hiểu là'}: {answer.read_as}"
    if answer.period:
        yield _period_line(answer.period)
    if answer.stale:
        yield f"⚠ Tin mới nhất trong kho về việc này: {answer.stale.vietnamese}"
    if answer.reason is not None:
        yield from _abstention_lines(answer, answer.reason)
        return
    if answer.verdict or answer.act in LISTED_TEXTS:
        yield VERDICT_TEXTS[answer.verdict] if answer.verdict else LISTED_TEXTS[answer.act]
    elif not answer.is_sure:
        yield POSSIBLE_TEXT
    for number, quote in enumerate(answer.quotes, 1):
        if number > 1:
            yield ""
        yield f"{number}. “{click.style(_answer_sentence(quote), bold=True)}”"
        yield f"   — {click.style(quote.title, fg='cyan')}"
        yield f"   {_origin(quote)}"
        if _answer_sentence(quote) != quote.text:
            yield f"   Cả đoạn: {_styled_text(quote)}"


def _abstention_lines(answer: Answer, reason: AbstainReason) -> Iterator[str]:
    """Yields why there is no answer, and the nearest articles."""
    missing = ", ".join(f"“{words}”" for words in answer.missing)
    instead = next((words for words in answer.found if words), None)
    text = OTHER_FOUND_TEXT if instead else ABSTAIN_TEXTS[reason]
    yield text.format(missing=missing, found=f"“{instead}”")
    if answer.nearest:
        is_advice = reason is AbstainReason.ADVICE
        yield "Các bài có nói về việc này:" if is_advice else "Các bài gần nhất (không phải câu trả lời):"
        yield from (f"  · {_headline_line(headline)}" for headline in answer.nearest)


def _browse_lines(answer: Answer) -> Iterator[str]:
    """Yields the headlines of the articles that were asked for, and which these are."""
    browse, period = answer.browse or Browse(), answer.period
    if period:
        days = _days(period.since, period.until)
        dropped = f"⏱ Kho báo không có tin nào của “{period.words}” ({days}), nên đây là tin mới nhất có trong kho."
        yield f"⏱ {period.words} ({days})" if period.kept else dropped
    topic = f" về “{browse.topic}”" if browse.topic else ""
    source = f" của {browse.where.source}" if browse.where.source else ""
    yield f"Tin mới{topic}{source}:"
    yield from (f"{number}. {_headline_line(headline)}" for number, headline in enumerate(answer.headlines, 1))


def _days(since: dt.date, until: dt.date) -> str:
    return "–".join(dict.fromkeys(PartialDate.of(day).vietnamese for day in (since, until)))


def _period_line(period: Period) -> str:
    """Returns the period of the question, and whether the search was limited to it."""
    days = _days(period.since, period.last or period.until)
    if period.kept:
        return f"⏱ {period.words} ({days})"
    return f"⏱ Không có câu trả lời trong “{period.words}” ({days}), nên tìm ở mọi thời gian."


def _answer_sentence(quote: Quote) -> str:
    """Returns the answer sentence; all of the quote if none is marked."""
    return Span(quote.answer_span.start - quote.start, quote.answer_span.end - quote.start).of(quote.text) or quote.text


def _styled_text(quote: Quote) -> str:
    start, end = quote.answer_span.start - quote.start, quote.answer_span.end - quote.start
    return f"“{quote.text[:start]}{click.style(quote.text[start:end], bold=True)}{quote.text[end:]}”"


def _origin(quote: Quote) -> str:
    """Returns date, source, near-duplicates and link of a quote, without what is unknown."""
    copies = f"{quote.copies} báo khác cũng đăng" if quote.copies else ""
    return " · ".join(part for part in (_dates(quote), quote.source or quote.article_id, copies, quote.url) if part)


def _dates(quote: Quote) -> str:
    """Returns the day of the event and, where it differs, the date of publication."""
    if quote.event is None:
        return quote.published.vietnamese if quote.published else ""
    if quote.published in (None, quote.event):
        return quote.event.vietnamese
    return f"{quote.event.vietnamese} (đăng {quote.published.vietnamese})" if quote.published else ""


def _headline_line(headline: Headline) -> str:
    date = headline.published.vietnamese if headline.published else ""
    return " · ".join(part for part in (headline.title, date, headline.source) if part)


def hit_lines(rank: int, hit: Hit, article: Article) -> Iterator[str]:
    """Yields a ranked passage's lines for a terminal."""
    signals = f"{hit.score:.3f} (nghĩa {hit.dense_score:.3f}, từ {hit.lexical_score:.2f})"
    yield f"{rank}. {click.style(article.title, fg='cyan')} · {signals}"
    date = article.published.vietnamese if article.published else ""
    yield "   " + " · ".join(part for part in (date, article.source or article.id, article.url) if part)
    yield f"   {article.body[hit.passage.start : hit.passage.end]}"


def answer_json(answer: Answer) -> str:
    """Returns an answer as one line of JSON."""
    quotes = [
        _passage_fields(rank, quote.article_id, quote, quote.start, quote.end, quote.text, quote.hit)
        | {"event": _date(quote.event), "answer_start": quote.answer_span.start, "answer_end": quote.answer_span.end}
        | {"exact_start": quote.exact_span and quote.exact_span.start}
        | {"exact_end": quote.exact_span and quote.exact_span.end, "copies": quote.copies}
        for rank, quote in enumerate(answer.quotes, 1)
    ]
    period = answer.period
    return _json(
        {
            "question": answer.question,
            "answered": answer.answered,
            "confidence": round(answer.confidence, 4),
            "certainty": ("sure" if answer.is_sure else "possible") if answer.answered else None,
            "reason": answer.reason,
            "missing": list(answer.missing),
            "found": list(answer.found),
            "quotes": quotes,
            "nearest": [_headline_fields(headline) for headline in answer.nearest],
            "read_as": answer.read_as,
            "rewriting": answer.rewriting,
            "period": period and _period_fields(period),
            "stale": _date(answer.stale),
            "act": answer.act,
            "verdict": answer.verdict,
            "browse": answer.browse and _browse_fields(answer.browse),
            "headlines": [_headline_fields(headline) for headline in answer.headlines],
        }
    )


def _period_fields(period: Period) -> dict[str, Any]:
    return {"since": str(period.since), "until": str(period.last or period.until), "kept": period.kept}


def _browse_fields(browse: Browse) -> dict[str, Any]:
    where = browse.where
    return {
        "since": where.since and str(where.since),
        "until": where.until and str(where.until),
        "source": where.source,
        "topic": browse.topic,
    }


def _headline_fields(headline: Headline) -> dict[str, Any]:
    return {"article_id": headline.article_id, **_source_fields(headline)}


def hit_json(rank: int, hit: Hit, article: Article) -> str:
    """Returns a ranked passage as one line of JSON."""
    start, end = hit.passage.start, hit.passage.end
    return _json(_passage_fields(rank, article.id, article, start, end, article.body[start:end], hit))


def _passage_fields(
    rank: int, article_id: str, source: Article | Quote, start: int, end: int, text: str, hit: Hit | None
) -> dict[str, Any]:
    return {
        "rank": rank,
        "article_id": article_id,
        "passage_id": hit and hit.passage.id,
        **_source_fields(source),
        "start": start,
        "end": end,
        "text": text,
        "score": hit and round(hit.score, 6),
        "dense": hit and round(hit.dense_score, 6),
        "lexical": hit and round(hit.lexical_score, 6),
    }


def _source_fields(article: Article | Quote | Headline) -> dict[str, Any]:
    return {
        "title": article.title,
        "published": _date(article.published),
        "source": article.source,
        "url": article.url,
    }


def _date(date: PartialDate | None) -> str | None:
    return str(date) if date else None


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False)
