"""Chooses the confidence threshold and measures how well it separates answers from the rest."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import brier_score_loss, roc_auc_score

MIN_REFUSED_SHARE = 0.9
"""Least share of the unanswerable questions, out of fold, that the threshold must refuse."""

MAX_WRONG_SHARE = 0.05
"""Greatest share of wrong first quotes, the risk, among answerable questions answered, out of fold."""


def choose_threshold(
    probability: NDArray[np.float64], correct: NDArray[np.bool_], answerable: NDArray[np.bool_]
) -> float:
    """Returns the lowest threshold that meets `MIN_REFUSED_SHARE` and `MAX_WRONG_SHARE`, or 1.

    Thresholds have four decimals.

    Args:
        probability: out-of-fold probability that the first quote answers, shape (n,).
        correct: whether it answers, shape (n,).
        answerable: whether the corpus answers the question, shape (n,).
    """
    for threshold in np.unique(np.ceil(10_000 * probability) / 10_000):
        answered = probability >= threshold
        refused_share = 1 - answered[~answerable].mean()
        wrong_share = (~correct)[answered & answerable].mean() if (answered & answerable).any() else 1.0
        if refused_share >= MIN_REFUSED_SHARE and wrong_share <= MAX_WRONG_SHARE:
            return float(threshold)
    return 1.0


def abstention_figures(
    probability: NDArray[np.float64], correct: NDArray[np.bool_], answerable: NDArray[np.bool_], threshold: float
) -> dict[str, float]:
    """Measures the confidence and its threshold; the arrays are those of `choose_threshold`.

    The share of wrong answers is left out where no answerable question is answered.
    """
    answered = probability >= threshold
    figures = {
        "AUROC, answerable against unanswerable": float(roc_auc_score(answerable, probability)),
        "AUROC, first quote answers against not": float(roc_auc_score(correct, probability)),
        "Brier score": float(brier_score_loss(correct, probability)),
        "answerable that are answered, %": 100 * float(answered[answerable].mean()),
        "unanswerable that are refused, %": 100 * float((~answered)[~answerable].mean()),
    }
    if (answered & answerable).any():
        wrong_share = (~correct)[answered & answerable].mean()
        figures["wrong first quotes among the answerable that are answered, %"] = 100 * float(wrong_share)
    return figures
