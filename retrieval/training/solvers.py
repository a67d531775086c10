"""Fits linear models: listwise for candidates that compete, logistic for a probability."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from scipy import optimize
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from retrieval.errors import HoiBaoError
from retrieval.search import LinearModel

MIN_LISTS = 5
"""Least number of candidate lists to fit on."""

LISTWISE_PRIOR_VARIANCE = 0.1
"""Variance of the listwise weights' Gaussian prior, for features of unit deviation."""

LOGISTIC_PRIOR_VARIANCE = 0.1
"""Variance of the logistic weights' Gaussian prior, for features of unit deviation."""


@dataclass(frozen=True, slots=True)
class CandidateList:
    """The candidates of one question, in the order of the fused ranking."""

    features: NDArray[np.float32]
    """Shape (candidates, features)."""
    relevant: NDArray[np.bool_]
    """Shape (candidates,)."""
    weight: float = 1.0
    """How many questions the list counts for."""


class TooFewError(HoiBaoError):
    """There are too few questions to fit on."""


def fit_listwise(
    names: Sequence[str],
    lists: Sequence[CandidateList],
    evidence: Set[str] = frozenset(),
    min_weights: Mapping[str, float] = MappingProxyType({}),
) -> LinearModel:
    """Fits a linear score whose softmax over a list estimates which candidate is relevant.

    Maximises the likelihood that a relevant candidate is chosen (McFadden's conditional logit, 1974; ListNet's top-one
    probability, Cao et al. 2007), with an L2 penalty on the weights of features of unit deviation.

    Args:
        names: names of the features, in the order of the columns.
        lists: the candidates; lists in which no candidate or every candidate is relevant are left out.
        evidence: features whose weight may not be negative. Features that resemble each other would otherwise balance
            each other out, and the weights would mean little on other questions.
        min_weights: least weights of some features, whatever the questions say.

    Raises:
        TooFewError: fewer than `MIN_LISTS` lists are left.
    """
    lists = [one for one in lists if 0 < one.relevant.sum() < len(one.relevant)]
    if len(lists) < MIN_LISTS:
        raise TooFewError(
            "too few questions to fit on: at least five that are answered by some articles and not by others"
        )
    sizes = [len(one.features) for one in lists]
    starts = np.cumsum([0, *sizes[:-1]])
    owner = np.repeat(np.arange(len(sizes)), sizes)
    rows = np.concatenate([one.features for one in lists]).astype(np.float64)
    relevant = np.concatenate([one.relevant for one in lists])
    list_weights = np.array([one.weight for one in lists])
    centred = rows - (np.add.reduceat(rows, starts) / np.array(sizes)[:, None])[owner]
    deviation = np.sqrt(np.average(centred**2, axis=0, weights=list_weights[owner])) + 1e-6
    rows /= deviation

    def loss_and_gradient(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = rows @ weights
        powers = np.exp(scores - np.maximum.reduceat(scores, starts)[owner])
        softmax = powers / np.add.reduceat(powers, starts)[owner]
        likelihood = np.maximum(np.add.reduceat(softmax * relevant, starts), 1e-300)
        loss = float(-list_weights @ np.log(likelihood) + weights @ weights / (2 * LISTWISE_PRIOR_VARIANCE))
        surplus = list_weights[owner] * (softmax - softmax * relevant / likelihood[owner])
        return loss, rows.T @ surplus + weights / LISTWISE_PRIOR_VARIANCE

    lower_bounds = {name: 0.0 for name in evidence} | dict(min_weights)
    bounds = [
        (lower_bounds[name] * unit if name in lower_bounds else None, None)
        for name, unit in zip(names, deviation.tolist(), strict=True)
    ]
    solution = optimize.minimize(
        loss_and_gradient, np.zeros(len(names)), jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 1000}
    )
    return LinearModel(dict(zip(names, (solution.x / deviation).tolist(), strict=True)))


def fit_probability(
    names: Sequence[str],
    features: NDArray[np.float64],
    labels: NDArray[np.bool_],
    folds: NDArray[np.int64],
    sample_weights: NDArray[np.float64],
) -> tuple[LinearModel, NDArray[np.float64]]:
    """Fits a logistic regression; returns it with the out-of-fold probability of each example, shape (n,).

    The weights of the model apply to raw features.

    Args:
        names: names of the features, in the order of the columns.
        features: shape (n, len(names)).
        labels: whether the event happened, shape (n,).
        folds: the fold of each example, shape (n,).
        sample_weights: how many examples each counts for, shape (n,).

    Raises:
        TooFewError: without one of the folds, all labels are the same.
    """
    probability = np.zeros(len(features))
    for fold in np.unique(folds):
        training = folds != fold
        if len(np.unique(labels[training])) < 2:
            raise TooFewError("too few questions to fit on: those answered rightly, or those not, are all of one fold")
        model = _logistic_regression(features[training], labels[training], sample_weights[training])
        probability[~training] = model.predict_proba(features[~training])[:, 1]
    scaler, regression = _logistic_regression(features, labels, sample_weights)
    slopes = regression.coef_[0] / scaler.scale_
    intercept = float(regression.intercept_[0] - slopes @ scaler.mean_)
    return LinearModel(dict(zip(names, slopes.tolist(), strict=True)), intercept), probability


def _logistic_regression(
    features: NDArray[np.float64], labels: NDArray[np.bool_], sample_weights: NDArray[np.float64]
) -> Pipeline:
    model = make_pipeline(StandardScaler(), LogisticRegression(C=LOGISTIC_PRIOR_VARIANCE, max_iter=1000))
    return model.fit(features, labels, logisticregression__sample_weight=sample_weights)
