"""The threshold for answering."""

from __future__ import annotations

import numpy as np

from retrieval.training.thresholds import choose_threshold


def test_the_threshold_limits_wrong_answers_and_refuses_nine_of_ten_unanswerable_questions() -> None:
    ten = np.arange(10) / 100  # of the unanswerable, the highest is 0.09
    answerable = np.array([True] * 4 + [False] * 10)

    def threshold(probability: list[float], correct: list[bool]) -> float:
        flags = np.array([*correct, *[False] * 10])
        return choose_threshold(np.array([*probability, *ten]), flags, answerable)

    assert threshold([0.9, 0.8, 0.7, 0.6], [True, True, False, True]) == 0.8
    assert threshold([0.9, 0.8, 0.7, 0.6], [True] * 4) == 0.09
    assert threshold([0.9, 0.8, 0.7, 0.6], [False] * 4) == 1.0
    assert threshold([0.9, 0.5, 0.5, 0.5], [True, True, True, False]) == 0.9  # no threshold cuts inside a tie
    assert threshold([0.9, 0.01, 0.01, 0.01], [False, True, True, True]) == 1.0
