"""Linear models, fitted on examples made by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from retrieval.errors import HoiBaoError
from retrieval.training.solvers import CandidateList, fit_listwise


def candidate_lists(columns: int, useful: float) -> list[CandidateList]:
    """Lists of eight random candidates; relevant is the one with the greatest `useful` * first - second feature."""
    rng = np.random.default_rng(3)
    lists = []
    for _ in range(60):
        rows = rng.normal(size=(8, columns)).astype(np.float32)
        best = int(np.argmax(useful * rows[:, 0] - rows[:, 1]))
        lists.append(CandidateList(rows, np.arange(8) == best))
    return lists


def test_a_listwise_fit_weighs_the_features_that_tell_relevant_from_other_candidates() -> None:
    weights = fit_listwise(["useful", "against", "noise"], candidate_lists(3, useful=2)).weights
    assert weights["useful"] > -weights["against"] > abs(weights["noise"])
    assert weights["useful"] / -weights["against"] == pytest.approx(2, abs=0.5)


def test_evidence_never_has_a_negative_weight() -> None:
    lists = candidate_lists(2, useful=1)
    assert fit_listwise(["for", "against"], lists).weights["against"] < 0
    weights = fit_listwise(["for", "against"], lists, {"for", "against"}).weights
    assert weights["for"] > 0 == weights["against"]


def test_a_weight_is_not_below_its_minimum() -> None:
    lists = candidate_lists(2, useful=1)
    names, evidence = ["for", "against"], {"for"}
    free = fit_listwise(names, lists, evidence).weights
    held = fit_listwise(names, lists, evidence, {"for": 2 * free["for"]}).weights
    assert held["for"] == pytest.approx(2 * free["for"])
    assert held["against"] < free["against"]  # the rest is fitted to it
    assert fit_listwise(names, lists, evidence, {"for": free["for"] / 2}).weights == pytest.approx(free, rel=0.01)
    assert fit_listwise(names, lists, evidence, {"against": -0.1}).weights["against"] == pytest.approx(-0.1)


def test_a_list_of_weight_three_counts_as_three_lists() -> None:
    first, *others = candidate_lists(2, useful=2)
    weighed = fit_listwise(["useful", "against"], [replace(first, weight=3.0), *others]).weights
    assert weighed == pytest.approx(fit_listwise(["useful", "against"], [first] * 3 + others).weights, rel=0.01)
    assert weighed != pytest.approx(fit_listwise(["useful", "against"], [first, *others]).weights, rel=0.01)


def test_nothing_is_fitted_on_lists_whose_candidates_are_all_relevant() -> None:
    same = CandidateList(np.ones((3, 1), np.float32), np.ones(3, bool))
    with pytest.raises(HoiBaoError, match="too few questions"):
        fit_listwise(["a"], [same] * 50)
