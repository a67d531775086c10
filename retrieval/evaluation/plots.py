"""Plots evaluation results as images for an HTML page: slices, risk and coverage, calibration."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterator, Sequence
from html import escape
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from retrieval.errors import UsageError
from retrieval.evaluation.measures import first_quote_answers, measure, with_answer_judgements
from retrieval.evaluation.results import QuestionSetResult
from retrieval.evaluation.slices import slice_results

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CONFIDENCE_BINS = 10
"""Bins of the reliability diagram; the histogram has twice as many."""


def require_matplotlib() -> None:
    """Checks that matplotlib is installed.

    Raises:
        UsageError: it is not.
    """
    try:
        import matplotlib  # noqa: F401  imported to see whether it is installed
    except ImportError:
        raise UsageError("--report needs matplotlib: pip install 'hoibao[eval]'") from None


def slice_plot(results: Sequence[QuestionSetResult]) -> str | None:
    """Returns a bar chart of nDCG@10 by question set and slice; None without qrels."""
    bars = _slice_values(results)
    return (
        _image("nDCG@10 by kind of question", lambda axes: _draw_bars(axes, bars), 0.3 * len(bars) + 1)
        if bars
        else None
    )


def confidence_plots(results: Sequence[QuestionSetResult], threshold: float) -> Iterator[str]:
    """Yields the risk-coverage curve, the reliability diagram and the histogram of the confidence.

    Args:
        results: the results of all question sets.
        threshold: the confidence from which an answer is given.
    """
    judged = with_answer_judgements([one for result in results for one in result.questions])
    confidence = np.array([one.confidence for one in judged])
    correct = np.array([first_quote_answers(one) for one in judged])
    answerable = np.array([bool(one.question.relevant) for one in judged])
    yield _image("Risk and coverage", lambda axes: _draw_risk_coverage(axes, confidence, correct, threshold))
    yield _image("Reliability of the confidence", lambda axes: _draw_reliability(axes, confidence, correct))
    yield _image("Confidence", lambda axes: _draw_histogram(axes, confidence, answerable, threshold))


def _image(title: str, draw: Callable[[Axes], None], height: float = 4.0) -> str:
    """Returns an `img` element with the plot as SVG; `height` is in inches."""
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


def _slice_values(results: Sequence[QuestionSetResult]) -> dict[str, float]:
    """Returns nDCG@10 by the name of a question set, or of its slice."""
    values: dict[str, float] = {}
    for result in results:
        if "nDCG@10" in result.measures:
            values[result.name] = result.measures["nDCG@10"]
            for slice_name, questions in slice_results(result).items():
                measures = measure(questions)
                if "nDCG@10" in measures:
                    values[f"{result.name} {slice_name}"] = measures["nDCG@10"]
    return values


def _draw_bars(axes: Axes, values: dict[str, float]) -> None:
    # An unescaped dollar sign would start a formula.
    bars = axes.barh([name.replace("$", r"\$") for name in values], list(values.values()))
    axes.bar_label(bars, fmt="%.1f", padding=2)
    axes.invert_yaxis()
    axes.set_xlim(0, 110)


def _draw_risk_coverage(
    axes: Axes, confidence: NDArray[np.float64], correct: NDArray[np.bool_], threshold: float
) -> None:
    order = np.argsort(-confidence, kind="stable")
    answered = np.arange(1, len(order) + 1)
    risk, coverage = 100 * np.cumsum(~correct[order]) / answered, 100 * answered / len(order)
    axes.plot(coverage, risk)
    answered_at_threshold = int((confidence >= threshold).sum())
    if answered_at_threshold:
        point = answered_at_threshold - 1
        axes.plot(coverage[point], risk[point], "o", label=f"threshold {threshold:.2f}")
        axes.legend()
    axes.set_xlabel("questions answered, %")
    axes.set_ylabel("of these, wrong first quotes, %")


def _draw_reliability(axes: Axes, confidence: NDArray[np.float64], correct: NDArray[np.bool_]) -> None:
    bins = np.minimum((confidence * CONFIDENCE_BINS).astype(int), CONFIDENCE_BINS - 1)
    filled = [number for number in range(CONFIDENCE_BINS) if (bins == number).any()]
    stated = [100 * confidence[bins == number].mean() for number in filled]
    observed = [100 * correct[bins == number].mean() for number in filled]
    axes.plot([0, 100], [0, 100], "--", color="grey")
    axes.plot(stated, observed, "o-")
    for number, x, y in zip(filled, stated, observed, strict=True):
        axes.annotate(str(int((bins == number).sum())), (x, y), textcoords="offset points", xytext=(4, -10))
    axes.set_xlabel("confidence, %")
    axes.set_ylabel("first quotes that answer, %")


def _draw_histogram(
    axes: Axes, confidence: NDArray[np.float64], answerable: NDArray[np.bool_], threshold: float
) -> None:
    edges = np.linspace(0, 1, 2 * CONFIDENCE_BINS + 1).tolist()
    for flags, label in ((answerable, "answerable"), (~answerable, "unanswerable")):
        if flags.any():
            axes.hist(confidence[flags], edges, weights=np.full(flags.sum(), 100 / flags.sum()), alpha=0.6, label=label)
    axes.axvline(threshold, linestyle="--", color="grey")
    axes.legend()
    axes.set_xlabel("confidence")
    axes.set_ylabel("questions, %")
