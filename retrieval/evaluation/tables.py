"""Formats measures and differences, as tables and as JSON lines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict

from retrieval.evaluation.measures import SIGNAL_MEASURES, measure
from retrieval.evaluation.results import QuestionSetResult
from retrieval.evaluation.significance import Difference
from retrieval.evaluation.slices import slice_results

MEASURE_ORDER = (
    "R@1",
    "R@5",
    "R@10",
    "MRR@10",
    "nDCG@10",
    *SIGNAL_MEASURES.values(),
    "first quote",
    "any quote",
    "marked sentence",
    "answered",
    "wrong",
    "refused",
    "p50 ms",
    "p95 ms",
)
"""All measures, in the order in which they are printed.

An unanswerable set has `answered` and the latencies alone.

`wrong` is a share of the answerable questions that are answered; `refused` a share of the questions asked while their
relevant articles are hidden.
"""

SLICE_MEASURES = ("R@1", "nDCG@10", "first quote", "answered")
"""Measures of slices that a table shows."""


def measure_table(results: Sequence[QuestionSetResult]) -> list[list[str]]:
    """Returns a header, the numbers of questions, then a row for each measure.

    Every question set has a column.
    """
    header, *rows = figure_table({result.name: result.measures for result in results})
    return [header, ["questions", *(str(len(result.questions)) for result in results)], *rows]


def figure_table(measures: Mapping[str, Mapping[str, float]]) -> list[list[str]]:
    """Returns a header with the names of question sets, then a row for each measure.

    Measures that no set has are left out.
    """
    rows = [
        [name, *(_cell(own_measures, name) for own_measures in measures.values())]
        for name in MEASURE_ORDER
        if any(name in own_measures for own_measures in measures.values())
    ]
    return [["%", *measures], *rows]


def slice_table(results: Sequence[QuestionSetResult]) -> list[list[str]]:
    """Returns a header, then a row for each slice of each question set."""
    table = [["%", "questions", *SLICE_MEASURES]]
    for result in results:
        for slice_name, questions in slice_results(result).items():
            measures = measure(questions)
            cells = [_cell(measures, name) for name in SLICE_MEASURES]
            table.append([f"{result.name} {slice_name}", str(len(questions)), *cells])
    return table


def _cell(measures: Mapping[str, float], name: str) -> str:
    return f"{measures[name]:.1f}" if name in measures else "-"


def measure_json_lines(results: Sequence[QuestionSetResult]) -> Iterator[str]:
    """Yields one JSON object for each question set, and for each of its slices."""
    for result in results:
        yield json.dumps({"queries": result.name, "questions": len(result.questions), **_rounded(result.measures)})
        for slice_name, questions in slice_results(result).items():
            fields = {"queries": result.name, "slice": slice_name, "questions": len(questions)}
            yield json.dumps({**fields, **_rounded(measure(questions))})


def _rounded(measures: Mapping[str, float]) -> dict[str, float]:
    return {name: round(value, 2) for name, value in measures.items()}


def difference_table(differences: Iterable[tuple[str, Sequence[Difference]]]) -> list[list[str]]:
    """Returns a header, then a row for each measure of each question set.

    A question set is given as (name, differences).
    """
    table = [["against the baseline, %", "baseline", "now", "difference", "95 % interval", "p"]]
    for set_name, own_differences in differences:
        for one in own_differences:
            cells = [
                f"{one.baseline:.1f}",
                f"{one.run:.1f}",
                f"{one.run - one.baseline:+.1f}",
                f"{one.low:+.1f} to {one.high:+.1f}",
                f"{one.p:.4f}",
            ]
            table.append([f"{set_name} {one.measure}", *cells])
    return table


def difference_json_lines(differences: Iterable[tuple[str, Sequence[Difference]]]) -> Iterator[str]:
    """Yields one JSON object for each measure of each question set.

    A question set is given as (name, differences).
    """
    for set_name, own_differences in differences:
        for one in own_differences:
            fields = {key: round(value, 4) if isinstance(value, float) else value for key, value in asdict(one).items()}
            yield json.dumps({"queries": set_name, "against": "baseline", **fields})
