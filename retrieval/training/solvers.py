"""Fitting linear models: listwise for what competes, logistic for a probability, and the threshold for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from scipy import optimize
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, roc_auc_score
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from retrieval.errors import HoiBaoError
from retrieval.search import LinearModel

MIN_QUESTIONS = 5
"""Questions, at least, to fit on."""

REFUSED = 0.9
"""Least share of the unanswerable questions, out of fold, that the threshold refuses."""

WRONG = 0.05
"""Greatest share of wrong first quotes among the answerable questions, out of fold, that the threshold answers."""

UNANSWERABLE = 0.2
"""Share of a corpus' questions that it cannot answer, as supposed: the confidence is a probability among such."""

STRENGTH, CONFIDENCE_STRENGTH = 0.1, 0.1
"""Variance of the weights' Gaussian prior, in rankings and in the confidence, for features of unit deviation."""


@dataclass(frozen=True, slots=True)
class Contest:
    """What competes for a question, a row each, in the order of the fused list, and which of it is right."""

    rows: NDArray[np.float32]
    right: NDArray[np.bool_]
    weight: float = 1.0


class TooFewError(HoiBaoError):
    """There is too little to fit on."""


def fit_listwise(
    names: Sequence[str],
    contests: Sequence[Contest],
    evidence: Set[str] = frozenset(),
    least: Mapping[str, float] = MappingProxyType({}),
) -> LinearModel:
    """A linear score whose softmax over what competes tells how probably each is right.

    The likelihood that something right is chosen (McFadden's conditional logit, 1974; ListNet's top-one probability,
    Cao et al. 2007), with an L2 penalty on the weights of features of unit deviation.

    Args:
        names: of the features, in the order of the rows' columns.
        contests: those in which nothing or everything is right are left out.
        evidence: the features that may not weigh against: what is like another one must not be balanced by it, or the
            weights mean little on other questions.
        least: weights that some of the features have at least, whatever the questions say.

    Raises:
        TooFewError: too few are left to fit on.
    """
    open_ones = [contest for contest in contests if 0 < contest.right.sum() < len(contest.right)]
    if len(open_ones) < MIN_QUESTIONS:
        raise TooFewError(
            "too few questions to fit on: at least five that are answered by some articles and not by others"
        )
    sizes = [len(contest.rows) for contest in open_ones]
    starts = np.cumsum([0, *sizes[:-1]])
    owner = np.repeat(np.arange(len(sizes)), sizes)
    rows = np.concatenate([contest.rows for contest in open_ones]).astype(np.float64)
    right = np.concatenate([contest.right for contest in open_ones])
    counts = np.array([contest.weight for contest in open_ones])
    centred = rows - (np.add.reduceat(rows, starts) / np.array(sizes)[:, None])[owner]
    deviation = np.sqrt(np.average(centred**2, axis=0, weights=counts[owner])) + 1e-6
    rows /= deviation

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = rows @ weights
        powers = np.exp(scores - np.maximum.reduceat(scores, starts)[owner])
        chosen = powers / np.add.reduceat(powers, starts)[owner]
        hit = np.maximum(np.add.reduceat(chosen * right, starts), 1e-300)
        value = float(-counts @ np.log(hit) + weights @ weights / (2 * STRENGTH))
        return value, rows.T @ (counts[owner] * (chosen - chosen * right / hit[owner])) + weights / STRENGTH

    floors = {name: 0.0 for name in evidence} | dict(least)
    bounds = [
        (floors[name] * unit if name in floors else None, None)
        for name, unit in zip(names, deviation.tolist(), strict=True)
    ]
    fitted = optimize.minimize(
        loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 1000}
    )
    return LinearModel(dict(zip(names, (fitted.x / deviation).tolist(), strict=True)))


def fit_probability(
    names: Sequence[str],
    rows: NDArray[np.float64],
    right: NDArray[np.bool_],
    folds: NDArray[np.int64],
    weights: NDArray[np.float64],
) -> tuple[LinearModel, NDArray[np.float64]]:
    """(a logistic regression of features as they are; for each row the probability, fitted without its fold).

    Args:
        names: of the features, in the order of the columns.
        rows: shape (n, len(names)).
        right: what the probability is of, shape (n,).
        folds: the fold of each row, shape (n,).
        weights: how many rows each counts for, shape (n,).

    Raises:
        TooFewError: but for one fold, all are right or none is.
    """
    held_out = np.zeros(len(rows))
    for fold in np.unique(folds):
        others = folds != fold
        if len(np.unique(right[others])) < 2:
            raise TooFewError("too few questions to fit on: those answered rightly, or those not, are all of one fold")
        model = _regression(rows[others], right[others], weights[others])
        held_out[~others] = model.predict_proba(rows[~others])[:, 1]
    scaler, regression = _regression(rows, right, weights)
    slopes = regression.coef_[0] / scaler.scale_
    intercept = float(regression.intercept_[0] - slopes @ scaler.mean_)
    return LinearModel(dict(zip(names, slopes.tolist(), strict=True)), intercept), held_out


def _regression(rows: NDArray[np.float64], right: NDArray[np.bool_], weights: NDArray[np.float64]) -> Pipeline:
    model = make_pipeline(StandardScaler(), LogisticRegression(C=CONFIDENCE_STRENGTH, max_iter=1000))
    return model.fit(rows, right, logisticregression__sample_weight=weights)


def as_supposed(answerable: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Weights of questions, shape (n,), by which those that are not answerable make up `UNANSWERABLE` of all."""
    odds = UNANSWERABLE / (1 - UNANSWERABLE)
    return np.where(answerable, 1.0, odds * answerable.sum() / max(1, (~answerable).sum()))


def safe_threshold(probability: NDArray[np.float64], right: NDArray[np.bool_], answerable: NDArray[np.bool_]) -> float:
    """The lowest threshold, in four decimals, that refuses `REFUSED` of the unanswerable and keeps to `WRONG`; or 1."""
    for threshold in np.unique(np.ceil(10_000 * probability) / 10_000):
        given = probability >= threshold
        refused = 1 - given[~answerable].mean()
        wrong = (~right)[given & answerable].mean() if (given & answerable).any() else 1.0
        if refused >= REFUSED and wrong <= WRONG:
            return float(threshold)
    return 1.0


def abstention_figures(
    probability: NDArray[np.float64], right: NDArray[np.bool_], answerable: NDArray[np.bool_], threshold: float
) -> dict[str, float]:
    """How well a threshold tells answers from the rest; all arguments but the last of shape (n,).

    Where it answers nothing, no share of that is wrong.
    """
    given = probability >= threshold
    figures = {
        "AUROC, answerable against unanswerable": float(roc_auc_score(answerable, probability)),
        "AUROC, first quote answers against not": float(roc_auc_score(right, probability)),
        "Brier score": float(brier_score_loss(right, probability)),
        "answerable that are answered, %": 100 * float(given[answerable].mean()),
        "unanswerable that are refused, %": 100 * float((~given)[~answerable].mean()),
    }
    if (given & answerable).any():
        wrong = (~right)[given & answerable].mean()
        figures["wrong first quotes among the answerable that are answered, %"] = 100 * float(wrong)
    return figures
