"""Tests fusion against results computed by hand."""

from __future__ import annotations

import numpy as np
import pytest

from retrieval.search.candidates import MinMaxScale
from retrieval.search.fusion import fuse


@pytest.mark.parametrize(
    ("scores", "expected"),
    [([2.0, 4.0, 3.0], [0, 1, 0.5]), ([5.0, 5.0], [1, 1]), ([0.0, 0.0], [0, 0]), ([-1.0], [0])],
)
def test_min_max_scale_brings_scores_to_0_1(scores: list[float], expected: list[float]) -> None:
    column = np.array(scores)
    assert MinMaxScale.of(column)(column).tolist() == expected


def test_fusing_adds_normalised_signals_by_weight() -> None:
    signals = {"dense": [0.8, 0.9, 0.7], "words": [10.0, 0.0, 5.0], "unused": [9.0, 9.0, 9.0]}
    fused = fuse({name: np.array(column) for name, column in signals.items()}, {"dense": 0.6, "words": 0.4})
    assert fused.tolist() == pytest.approx([0.6 * 0.5 + 0.4 * 1, 0.6 * 1, 0.4 * 0.5])
