"""Fusion: combines signals by a weighted sum of min-max normalised scores.

Source: Bruch, Gai, Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval" (TOIS 2023), convex combination.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from retrieval.search.candidates import MinMaxScale, Scores


def fuse(signals: Mapping[str, Scores], weights: Mapping[str, float]) -> Scores:
    """Fuses signals into one score per candidate, by a weighted sum of their min-max normalised scores.

    The fused scores are in 0..1 if the weights sum to 1.

    Args:
        signals: for each signal, the score of every candidate, all of shape (n,), n > 0.
        weights: the weight of each signal; signals without a weight are ignored.

    Returns:
        The fused scores, shape (n,).
    """
    columns = [weight * MinMaxScale.of(signals[name])(signals[name]) for name, weight in weights.items()]
    return np.asarray(np.sum(columns, axis=0))
