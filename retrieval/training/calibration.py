"""Fitting when to answer: a probability that the first quote does, and the threshold for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from retrieval.answering import CONFIDENCE_FEATURES
from retrieval.evaluation import Outcome, fold_of, quotes_an_answer
from retrieval.search import FittedModels, LinearModel
from retrieval.training.solvers import TooFewError, abstention_figures, as_supposed, fit_probability, safe_threshold

ENOUGH = 40
"""Questions of either kind, at least, to fit some forty weights on; a question and its twin are one."""


@dataclass(frozen=True, slots=True)
class Case:
    """A question as it was asked with models that were fitted without it: what the confidence is fitted on."""

    outcome: Outcome
    lacking: bool
    """Whether it was asked as if the corpus lacked the articles that answer it: the right reply is to abstain."""
    decides: bool
    """Whether it is of those that the threshold is chosen for."""

    @property
    def answerable(self) -> bool:
        """Whether the corpus, as it was asked, answers the question."""
        return bool(self.outcome.question.relevant) and not self.lacking

    @property
    def right(self) -> bool:
        """Whether the first quote answers."""
        return not self.lacking and quotes_an_answer(self.outcome)


@dataclass(frozen=True, slots=True)
class Abstaining:
    """When to answer."""

    confidence: LinearModel
    threshold: float
    figures: Mapping[str, float]
    """Of the cases that decide, out of fold."""
    given: Sequence[bool]
    """Of each case, whether it is answered when fitted without its fold."""

    def on(self, fitted: FittedModels) -> FittedModels:
        """Models that abstain like this."""
        return replace(fitted, confidence=self.confidence, threshold=self.threshold)


def fit_confidence(cases: Sequence[Case]) -> Abstaining:
    """The probability that the first quote answers, and the threshold for it.

    Where of the cases that decide none is answered rightly, or all are answerable, all cases decide.

    Raises:
        TooFewError: fewer than `ENOUGH` questions are answered rightly, or anything is found for fewer than `ENOUGH`
            that are not answerable.
    """
    features = [case.outcome.assessment.evidence for case in cases]
    rows = np.array([[one[name] for name in CONFIDENCE_FEATURES] for one in features if one])
    found = np.array([bool(one) for one in features])
    right = np.array([case.right for case in cases])
    answerable = np.array([case.answerable for case in cases])
    decides = np.array([case.decides for case in cases])
    ids = np.array([case.outcome.question.id for case in cases])
    if min(len(np.unique(ids[right])), len(np.unique(ids[found & ~answerable]))) < ENOUGH:
        raise TooFewError(
            f"too few questions to fit on: at least {ENOUGH} answered rightly, and {ENOUGH} not answerable"
        )
    folds = np.array([fold_of(case.outcome.question) for case in cases])
    probability = np.zeros(len(cases))
    confidence, probability[found] = fit_probability(
        CONFIDENCE_FEATURES, rows, right[found], folds[found], as_supposed(answerable)[found]
    )
    if not ((decides & right).any() and (decides & ~answerable).any()):
        decides[:] = True
    told = probability[decides], right[decides], answerable[decides]
    threshold = safe_threshold(*told)
    return Abstaining(confidence, threshold, abstention_figures(*told, threshold), (probability >= threshold).tolist())


def decided(cases: Sequence[Case], given: Sequence[bool]) -> dict[str, float]:
    """How abstaining does on a question set, in percent, given which of its cases are answered."""
    told = list(zip(cases, given, strict=True))
    answered = [is_given for case, is_given in told if not case.lacking]
    wrong = [not case.right for case, is_given in told if is_given and case.answerable]
    refused = [not is_given for case, is_given in told if case.lacking]
    parts = {"answered": answered, "wrong": wrong, "refused": refused}
    return {name: 100 * sum(part) / len(part) for name, part in parts.items() if part}
