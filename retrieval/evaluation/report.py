"""A page about an evaluation: figures, plots, and what became of every lost question; one file, without scripts."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from retrieval.datatypes import Article, Hit
from retrieval.errors import UsageError
from retrieval.evaluation.measures import (
    Outcome,
    Result,
    first_quote,
    holds_answer,
    measure,
    measure_table,
    quotes_an_answer,
    slice_table,
    sliced,
    tells_right_from_wrong,
)
from retrieval.vietnamese import has_tones, tokens_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_LOST = 200
"""Lost questions of a set that are shown."""

BINS = 10

WHY = {
    "probability": "share",
    "cosine": "cosine_best",
    "BM25 of the article": "article_exact",
    "share of the question in the article": "article_cover",
    "… in its best passage": "best_cover",
    "… in its title": "title_cover",
    "neighbouring words": "article_pairs",
    "names": "article_names",
    "numbers": "article_numbers",
}
"""What the report shows of why one article was ranked above another: label and signal."""

_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1rem; }
table { border-collapse: collapse; display: block; overflow-x: auto; margin: .5rem 0; }
td, th { border: 1px solid #8886; padding: .2rem .5rem; text-align: right; }
td:first-child, th:first-child { text-align: left; }
img { background: #fff; display: block; margin: .5rem 0; max-width: 100%; }
details { border-top: 1px solid #8886; padding: .4rem 0; }
summary { cursor: pointer; }
blockquote { border-left: 3px solid #888; margin: .5rem 0; padding-left: .7rem; }
"""

Lookup = Callable[[str], Article | None]


def check() -> None:
    """See to it that what plots is installed.

    Raises:
        UsageError: it is not.
    """
    try:
        import matplotlib  # noqa: F401  whether it is there
    except ImportError:
        raise UsageError("--report needs matplotlib: pip install 'hoibao[eval]'") from None


def page(results: Sequence[Result], threshold: float, article: Lookup) -> str:
    """The page, in HTML.

    Args:
        results: of all question sets.
        threshold: the confidence from which an answer is given.
        article: finds an article by its id.
    """
    parts = [
        "<!doctype html>",
        '<html lang="en"><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>HỏiBáo: evaluation</title><style>{_STYLE}</style>",
        "<h1>HỏiBáo: evaluation</h1>",
        _table(measure_table(results)),
        "<h2>Kinds of questions</h2>",
        *_kinds(results),
        "<h2>Abstaining</h2>",
        *_abstaining(results, threshold),
        "<h2>Lost questions</h2>",
        *(part for result in results for part in _lost(result, article)),
    ]
    return "\n".join(parts) + "\n"


def _kinds(results: Sequence[Result]) -> Iterator[str]:
    if bars := _bars(results):
        yield _plot("nDCG@10 by kind of question", lambda axes: _slice_bars(axes, results), height=0.3 * bars + 1)
    if any(sliced(result) for result in results):
        yield _table(slice_table(results))


def _table(rows: Sequence[Sequence[str]]) -> str:
    head, *body = rows
    lines = [_row(head, "th"), *(_row(row, "td") for row in body)]
    return "<table>\n" + "\n".join(lines) + "\n</table>"


def _row(cells: Iterable[str], tag: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"


# --- plots -----------------------------------------------------------------------------------------------------------


def _plot(title: str, draw: Callable[[Axes], None], *, height: float = 4.0) -> str:
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context({"svg.fonttype": "none", "font.family": "sans-serif", "svg.hashsalt": "hoibao"}):
        figure = Figure(figsize=(8, height), layout="constrained")
        axes = figure.subplots()
        draw(axes)
        axes.set_title(title)
        file = io.BytesIO()
        figure.savefig(file, format="svg", metadata={"Date": None})
    encoded = base64.b64encode(file.getvalue()).decode("ascii")
    return f'<img alt="{escape(title)}" src="data:image/svg+xml;base64,{encoded}">'


def _bars(results: Sequence[Result]) -> int:
    return sum(1 + len(sliced(result)) for result in results if "nDCG@10" in result.measures)


def _slice_bars(axes: Axes, results: Sequence[Result]) -> None:
    bars: dict[str, float] = {}
    for result in results:
        if "nDCG@10" in result.measures:
            bars[result.name] = result.measures["nDCG@10"]
            for name, part in sliced(result).items():
                measured = measure(part)
                if "nDCG@10" in measured:
                    bars[f"{result.name} {name}"] = measured["nDCG@10"]
    # A dollar sign would begin a formula.
    drawn = axes.barh([name.replace("$", r"\$") for name in bars], list(bars.values()))
    axes.bar_label(drawn, fmt="%.1f", padding=2)
    axes.invert_yaxis()
    axes.set_xlim(0, 110)


def _abstaining(results: Sequence[Result], threshold: float) -> Iterator[str]:
    judged = tells_right_from_wrong([one for result in results for one in result.outcomes])
    confidence = np.array([one.assessment.confidence for one in judged])
    right = np.array([quotes_an_answer(one) for one in judged])
    answerable = np.array([bool(one.question.relevant) for one in judged])
    yield "<p>Over the questions whose answers are known, and those that have none in the corpus.</p>"
    yield _plot("Risk and coverage", lambda axes: _risk_coverage(axes, confidence, right, threshold))
    yield _plot("Reliability of the confidence", lambda axes: _reliability(axes, confidence, right))
    yield _plot("Confidence", lambda axes: _histogram(axes, confidence, answerable, threshold))


def _risk_coverage(axes: Axes, confidence: NDArray[np.float64], right: NDArray[np.bool_], threshold: float) -> None:
    order = np.argsort(-confidence, kind="stable")
    count = np.arange(1, len(order) + 1)
    risk, coverage = 100 * np.cumsum(~right[order]) / count, 100 * count / len(order)
    axes.plot(coverage, risk)
    given = int((confidence >= threshold).sum())
    if given:
        axes.plot(coverage[given - 1], risk[given - 1], "o", label=f"threshold {threshold:.2f}")
        axes.legend()
    axes.set_xlabel("questions answered, %")
    axes.set_ylabel("of these, wrong first quotes, %")


def _reliability(axes: Axes, confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> None:
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    held = [number for number in range(BINS) if (bins == number).any()]
    stated = [100 * confidence[bins == number].mean() for number in held]
    true = [100 * right[bins == number].mean() for number in held]
    axes.plot([0, 100], [0, 100], "--", color="grey")
    axes.plot(stated, true, "o-")
    for number, x, y in zip(held, stated, true, strict=True):
        axes.annotate(str(int((bins == number).sum())), (x, y), textcoords="offset points", xytext=(4, -10))
    axes.set_xlabel("confidence, %")
    axes.set_ylabel("first quotes that answer, %")


def _histogram(axes: Axes, confidence: NDArray[np.float64], answerable: NDArray[np.bool_], threshold: float) -> None:
    edges = np.linspace(0, 1, 2 * BINS + 1).tolist()
    for flags, label in ((answerable, "answerable"), (~answerable, "unanswerable")):
        if flags.any():
            axes.hist(confidence[flags], edges, weights=np.full(flags.sum(), 100 / flags.sum()), alpha=0.6, label=label)
    axes.axvline(threshold, linestyle="--", color="grey")
    axes.legend()
    axes.set_xlabel("confidence")
    axes.set_ylabel("questions, %")


# --- lost questions --------------------------------------------------------------------------------------------------


def _lost(result: Result, article: Lookup) -> Iterator[str]:
    lost = [one for one in result.outcomes if _is_lost(one)]
    if not lost:
        return
    shown = f", {MOST_LOST} shown" if len(lost) > MOST_LOST else ""
    yield f"<h3>{escape(result.name)}: {len(lost)} of {len(result.outcomes)}{shown}</h3>"
    yield from (_lost_question(one, article) for one in lost[:MOST_LOST])


def _is_lost(one: Outcome) -> bool:
    """Whether a wrong article is first, or a first quote without an answer; or an answer where there is none."""
    if not one.question.relevant:
        return one.answered
    if not one.ranking or one.ranking[0][0] not in one.question.relevant:
        return True
    return bool(one.question.answers) and not holds_answer(one, first_quote)


def _lost_question(one: Outcome, article: Lookup) -> str:
    ranks = {key: rank for rank, (key, _) in enumerate(one.ranking, 1)}
    rows = [["right article", "rank"]]
    for key in one.question.relevant:
        known = article(key)
        rows.append([f"{known.title} ({key})" if known else key, str(ranks.get(key, "not found"))])
    period = one.period
    parts = [
        f"<summary>{escape(one.question.text)}</summary>",
        f"<p>Answer: {escape(' | '.join(one.question.answers[:3]))}</p>" if one.question.answers else "",
        f"<p>Asked for the time “{escape(period.words)}”</p>" if period else "",
        _table(rows) if one.question.relevant else "<p>The corpus holds no answer.</p>",
        f"<p>Quoted with confidence {one.assessment.confidence:.2f}, {'given' if one.answered else 'refused'}:</p>",
        *(f"<blockquote>{escape(q.text)}<br>— {escape(q.title)}</blockquote>" for q in one.assessment.quotes[:1]),
        _why(one, article),
    ]
    return "<details>" + "\n".join(part for part in parts if part) + "</details>"


def _why(one: Outcome, article: Lookup) -> str:
    compared: dict[str, Hit] = {}
    if one.found:
        compared["found"] = one.found
    if one.right and one.right != one.found:
        compared["right"] = one.right
    rows = [["", *compared]]
    for label, signal in WHY.items():
        if any(signal in hit.signals for hit in compared.values()):
            rows.append([label, *(_signal(hit.signals, signal) for hit in compared.values())])
    rows.append(["missing words", *(_missing(one.question.text, hit, article) for hit in compared.values())])
    return _table(rows) if compared else ""


def _signal(signals: Mapping[str, float], name: str) -> str:
    return f"{signals[name]:.3f}" if name in signals else "-"


def _missing(question: str, hit: Hit, article: Lookup) -> str:
    """The question's words that an article has nowhere, with their tones or without as they were typed."""
    known = article(hit.passage.article_id)
    if known is None:
        return ""
    toned = has_tones(question)
    held = set(tokens_of(known.text, toned=toned))
    return " ".join(dict.fromkeys(token for token in tokens_of(question, toned=toned) if token not in held))
