"""Tests whether a run differs significantly from a baseline over the same questions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import ir_measures
import numpy as np
from ir_measures import R, nDCG
from numpy.typing import NDArray
from scipy import stats

from retrieval.evaluation.results import QuestionSetResult
from retrieval.evaluation.runs import TrecRun

COMPARED_MEASURES = {"R@1": R @ 1, "nDCG@10": nDCG @ 10}
"""Formula of each measure that runs are compared by, by the name that is printed."""

RESAMPLES = 10_000
"""Resamples of the bootstrap and of the randomisation test."""

RESAMPLES_AT_ONCE = 500
"""Resamples computed together, which bounds the memory."""

SEED = 1


@dataclass(frozen=True, slots=True)
class Difference:
    """The difference of a run from a baseline by one measure, in percentage points."""

    measure: str
    baseline: float
    run: float
    low: float
    """Lower bound of the 95 % confidence interval, by the paired bootstrap (Efron and Tibshirani 1993)."""
    high: float
    """Upper bound of the same interval."""
    p: float
    """Two-sided p-value, by Fisher's paired randomisation test (Smucker, Allan and Carterette 2007)."""


def compare_runs(result: QuestionSetResult, baseline: TrecRun) -> list[Difference]:
    """Compares the rankings of a question set with a baseline.

    The list is empty where no question has qrels. A question that the baseline does not rank counts as zero.
    """
    judged = [one for one in result.questions if one.question.relevant]
    if not judged:
        return []
    qrels = {one.question.id: dict(one.question.relevant) for one in judged}
    run = {one.question.id: dict(one.ranking) for one in judged}
    return [
        _difference(name, _values(measure, qrels, baseline), _values(measure, qrels, run))
        for name, measure in COMPARED_MEASURES.items()
    ]


def _values(measure: ir_measures.Measure, qrels: Mapping[str, Mapping[str, int]], run: TrecRun) -> NDArray[np.float64]:
    """Returns the measure of each question, shape (len(qrels),)."""
    ranked = {question: run.get(question, {}) for question in qrels}
    by_question = {metric.query_id: metric.value for metric in ir_measures.iter_calc([measure], qrels, ranked)}
    return np.array([by_question[question] for question in qrels], dtype=np.float64)


def _difference(name: str, baseline: NDArray[np.float64], run: NDArray[np.float64]) -> Difference:
    gains = run - baseline
    low = high = float(gains.mean())
    p = 1.0
    if gains.any() and len(gains) > 1:
        interval = stats.bootstrap(
            (gains,), np.mean, n_resamples=RESAMPLES, batch=RESAMPLES_AT_ONCE, method="percentile",
            rng=np.random.default_rng(SEED),
        ).confidence_interval  # fmt: skip
        low, high = float(interval.low), float(interval.high)
        p = float(
            stats.permutation_test(
                (run, baseline), _mean_gain, permutation_type="samples", vectorized=True,
                n_resamples=RESAMPLES, batch=RESAMPLES_AT_ONCE, rng=np.random.default_rng(SEED),
            ).pvalue
        )  # fmt: skip
    return Difference(name, 100 * baseline.mean(), 100 * run.mean(), 100 * low, 100 * high, p)


def _mean_gain(run: NDArray[np.float64], baseline: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
    return np.asarray(np.mean(run - baseline, axis=axis))
