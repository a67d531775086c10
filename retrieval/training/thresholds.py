"""Chooses the confidence threshold and measures how well it separates answers from the rest."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import brier_score_loss, roc_auc_score

MIN_REFUSED_SHARE = 0.9
"""Least share of the unanswerable questions, out of fold, that the threshold must refuse."""

MAX_WRONG_SHARE, MAX_WRONG_SHARE_OF_SURE = 0.15, 0.04
"""Greatest share of wrong first quotes, the risk, among answerable questions answered, out of fold: of all answers, and
of those given as sure."""


def choose_threshold(
    probability: NDArray[np.float64],
    correct: NDArray[np.bool_],
    answerable: NDArray[np.bool_],
    max_wrong_share: float = MAX_WRONG_SHARE,
) -> float:
    """Returns the lowest threshold that meets `MIN_REFUSED_SHARE` and a greatest share of wrong answers, or 1.

    Thresholds have four decimals.

    Args:
        probability: out-of-fold probability that the first quote answers, shape (n,).
        correct: whether it answers, shape (n,).
        answerable: whether the corpus answers the question, shape (n,).
        max_wrong_share: greatest share of wrong first quotes among the answerable questions that are answered.
    """
    for threshold in np.unique(np.ceil(10_000 * probability) / 10_000):
        answered = probability >= threshold
        refused_share = 1 - answered[~answerable].mean()
        wrong_share = (~correct)[answered & answerable].mean() if (answered & answerable).any() else 1.0
        if refused_share >= MIN_REFUSED_SHARE and wrong_share <= max_wrong_share:
            return float(threshold)
    return 1.0


def abstention_figures(
    probability: NDArray[np.float64], correct: NDArray[np.bool_], answerable: NDArray[np.bool_], threshold: float
) -> dict[str, float]:
    """Measures the confidence and its threshold; the arrays are those of `choose_threshold`."""
    return {
        "AUROC, answerable against unanswerable": float(roc_auc_score(answerable, probability)),
        "AUROC, first quote answers against not": float(roc_auc_score(correct, probability)),
        "Brier score": float(brier_score_loss(correct, probability)),
        **coverage_figures(probability, correct, answerable, threshold),
    }


def coverage_figures(
    probability: NDArray[np.float64], correct: NDArray[np.bool_], answerable: NDArray[np.bool_], threshold: float
) -> dict[str, float]:
    """Measures what a threshold answers and refuses; the arrays are those of `choose_threshold`.

    The share of wrong answers is left out where no answerable question is answered.
    """
    answered = probability >= threshold
    figures = {
        "answerable that are answered, %": 100 * float(answered[answerable].mean()),
        "unanswerable that are refused, %": 100 * float((~answered)[~answerable].mean()),
    }
    if (answered & answerable).any():
        wrong_share = (~correct)[answered & answerable].mean()
        figures["wrong first quotes among the answerable that are answered, %"] = 100 * float(wrong_share)
    return figures
