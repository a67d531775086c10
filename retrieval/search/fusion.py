"""Fusion: combines signals by a weighted sum of min-max normalised scores.

Source: Bruch, Gai, Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval" (TOIS 2023), convex combination.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray


def min_max(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Normalises the scores of one question to 0..1; shape (n,).

    Equal scores all become 1 if they are above 0, else 0.
    """
    if not scores.size:
        return scores
    low, high = scores.min(), scores.max()
    if high > low:
        return np.asarray((scores - low) / (high - low))
    return np.full_like(scores, float(high > 0))


def fuse(
    signals: Mapping[str, Sequence[float] | NDArray[np.float64]], weights: Mapping[str, float]
) -> NDArray[np.float64]:
    """Fuses signals into one score per candidate, by a weighted sum of their min-max normalised scores.

    The fused scores are in 0..1 if the weights sum to 1.

    Args:
        signals: for each signal, the score of every candidate, all of shape (n,).
        weights: the weight of each signal; signals without a weight are ignored.

    Returns:
        The fused scores, shape (n,).
    """
    columns = [weight * min_max(np.asarray(signals[name], dtype=np.float64)) for name, weight in weights.items()]
    total: NDArray[np.float64] = np.sum(columns, axis=0)
    return total
