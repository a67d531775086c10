"""Whether a run ranks better than another one, or only happens to on these questions."""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import unquote

import ir_measures
import numpy as np
from ir_measures import R, nDCG
from numpy.typing import NDArray
from scipy import stats

from retrieval.errors import HoiBaoError, UsageError
from retrieval.evaluation.measures import Result
from retrieval.evaluation.question_sets import QuestionSet

TrecRun = Mapping[str, Mapping[str, float]]
"""For each question's id, articles with their scores."""

COMPARED = {"R@1": R @ 1, "nDCG@10": nDCG @ 10}

RESAMPLES, BATCH = 10_000, 500
SEED = 1
_COLUMNS = 6


@dataclass(frozen=True, slots=True)
class Difference:
    """How much better a run is than a baseline by one measure, in points, over the same questions."""

    measure: str
    baseline: float
    run: float
    low: float
    high: float
    """The 95 % interval of the difference, by the paired bootstrap (Efron and Tibshirani 1993)."""
    p: float
    """Two-sided, by Fisher's paired randomisation test (Smucker, Allan and Carterette 2007)."""


def read_run(path: Path) -> TrecRun:
    """Read a TREC run, `query-id Q0 article-id rank score tag` a line; a question that found nothing has none.

    Raises:
        UsageError: there is no such file.
        HoiBaoError: a line makes no sense.
    """
    if not path.is_file():
        raise UsageError(f"no such file: {path}")
    found: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
        parts = line.split()
        try:
            if len(parts) != _COLUMNS or not math.isfinite(score := float(parts[4])):
                raise ValueError
            found[unquote(parts[0])][unquote(parts[2])] = score
        except ValueError:
            raise HoiBaoError(f"{path}:{number}: not `query-id Q0 article-id rank score tag`") from None
    return found


def covers(run: TrecRun, questions: QuestionSet) -> bool:
    """Whether a run ranks anything for any judged question of a set."""
    return any(one.id in run for one in questions.questions if one.relevant)


def compare_runs(result: Result, baseline: TrecRun) -> list[Difference]:
    """How a result differs from a baseline of the same questions."""
    judged = [one for one in result.outcomes if one.question.relevant]
    qrels = {one.question.id: dict(one.question.relevant) for one in judged}
    own = {one.question.id: dict(one.ranking) for one in judged}
    return [
        _difference(name, _values(measure, qrels, baseline), _values(measure, qrels, own))
        for name, measure in COMPARED.items()
        if judged
    ]


def _values(measure: ir_measures.Measure, qrels: Mapping[str, Mapping[str, int]], run: TrecRun) -> NDArray[np.float64]:
    ranked = {query: run.get(query, {}) for query in qrels}
    of_query = {one.query_id: one.value for one in ir_measures.iter_calc([measure], qrels, ranked)}
    return np.array([of_query[query] for query in qrels], dtype=np.float64)


def _difference(name: str, baseline: NDArray[np.float64], run: NDArray[np.float64]) -> Difference:
    gains = run - baseline
    low = high = float(gains.mean())
    p = 1.0
    if gains.any() and len(gains) > 1:
        interval = stats.bootstrap(
            (gains,), np.mean, n_resamples=RESAMPLES, batch=BATCH, method="percentile", rng=np.random.default_rng(SEED)
        ).confidence_interval
        low, high = float(interval.low), float(interval.high)
        p = float(
            stats.permutation_test(
                (run, baseline), _mean_gain, permutation_type="samples", vectorized=True,
                n_resamples=RESAMPLES, batch=BATCH, rng=np.random.default_rng(SEED),
            ).pvalue
        )  # fmt: skip
    return Difference(name, 100 * baseline.mean(), 100 * run.mean(), 100 * low, 100 * high, p)


def _mean_gain(one: NDArray[np.float64], other: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
    return np.asarray(np.mean(one - other, axis=axis))


def difference_table(compared: Iterable[tuple[str, Sequence[Difference]]]) -> list[list[str]]:
    """A table: a header, then a row for each set and measure."""
    table = [["against the baseline, %", "baseline", "now", "difference", "95 % interval", "p"]]
    for name, differences in compared:
        for one in differences:
            interval = f"{one.low:+.1f} to {one.high:+.1f}"
            values = [
                f"{one.baseline:.1f}",
                f"{one.run:.1f}",
                f"{one.run - one.baseline:+.1f}",
                interval,
                f"{one.p:.4f}",
            ]
            table.append([f"{name} {one.measure}", *values])
    return table


def difference_json_lines(compared: Iterable[tuple[str, Sequence[Difference]]]) -> Iterator[str]:
    """One object for each set and measure."""
    for name, differences in compared:
        for one in differences:
            figures = {
                key: round(value, 4) if isinstance(value, float) else value for key, value in asdict(one).items()
            }
            yield json.dumps({"queries": name, "against": "baseline", **figures})
