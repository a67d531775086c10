"""Fusing rankings: a weighted sum of scores that were brought to 0..1 for each query (min-max).

Weighted min-max fusion: Bruch, Gai, Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval" (TOIS 2023).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray


def min_max(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scores of one query brought to 0..1; equal scores all become 1 if they are above 0, else 0."""
    if not scores.size:
        return scores
    low, high = scores.min(), scores.max()
    if high > low:
        return np.asarray((scores - low) / (high - low))
    return np.full_like(scores, float(high > 0))


def fuse(
    signals: Mapping[str, Sequence[float] | NDArray[np.float64]], weights: Mapping[str, float]
) -> NDArray[np.float64]:
    """Weighted sum of normalised signals, one score a candidate, in 0..1 when the weights sum to 1.

    Args:
        signals: for each signal, the score of every candidate, all of the same length.
        weights: the weight of each signal; one without a weight does not count.
    """
    columns = [weight * min_max(np.asarray(signals[name], dtype=np.float64)) for name, weight in weights.items()]
    total: NDArray[np.float64] = np.sum(columns, axis=0)
    return total
