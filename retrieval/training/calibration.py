"""Calibrates the confidence that the first quote answers, and its threshold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from retrieval.answering import confidence_feature_names
from retrieval.evaluation import QuestionResult, first_quote_answers
from retrieval.search import FittedModels, LinearModel
from retrieval.training.folds import fold_of
from retrieval.training.solvers import TooFewError, fit_probability
from retrieval.training.thresholds import (
    MAX_WRONG_SHARE_OF_SURE,
    abstention_figures,
    choose_threshold,
    coverage_figures,
)

MIN_QUESTIONS = 40
"""Least number of questions answered correctly, and of unanswerable ones.

There are some forty weights to fit. Variations of one question count once.
"""

UNANSWERABLE_SHARE = 0.2
"""Share of unanswerable questions, the class balance that the confidence assumes."""


@dataclass(frozen=True, slots=True)
class ConfidenceExample:
    """A question asked with models that were fitted without its fold."""

    result: QuestionResult
    hidden: bool
    """Whether the relevant articles were hidden, so that abstaining is right."""
    chooses_threshold: bool
    """Whether the threshold is chosen on this example."""
    weight: float = 1.0
    """How many questions the example counts for in the fit."""

    @property
    def answerable(self) -> bool:
        """Whether the corpus, as it was asked, answers the question."""
        return bool(self.result.question.relevant) and not self.hidden

    @property
    def correct(self) -> bool:
        """Whether the first quote answers."""
        return not self.hidden and first_quote_answers(self.result)


@dataclass(frozen=True, slots=True)
class Calibration:
    """A fitted confidence with its threshold and out-of-fold results."""

    confidence: LinearModel
    threshold: float
    sure_threshold: float
    figures: Mapping[str, float]
    """Measures over the examples that the threshold was chosen on."""
    answered: Sequence[bool]
    """Whether each example is answered by a model that was fitted without its fold."""

    def apply_to(self, models: FittedModels) -> FittedModels:
        """Returns the models with this confidence and threshold."""
        return replace(models, confidence=self.confidence, threshold=self.threshold, sure_threshold=self.sure_threshold)


def fit_confidence(examples: Sequence[ConfidenceExample]) -> Calibration:
    """Fits the confidence and chooses its threshold.

    Where no example that chooses the threshold is correct, or all of them are answerable, it is chosen on all examples.

    Raises:
        TooFewError: fewer than `MIN_QUESTIONS` questions are answered correctly, or fewer than so many unanswerable
            ones have anything to quote.
    """
    names = confidence_feature_names(reading=any(example.result.was_read for example in examples))
    # What lacks a premise is refused whatever its confidence, and so teaches nothing about that.
    features = [{} if example.result.lacks_premise else example.result.confidence_features for example in examples]
    rows = np.array([[one[name] for name in names] for one in features if one])
    has_quote = np.array([bool(one) for one in features])
    correct = np.array([example.correct for example in examples])
    answerable = np.array([example.answerable for example in examples])
    chooses = np.array([example.chooses_threshold for example in examples])
    ids = np.array([example.result.question.id for example in examples])
    if min(len(np.unique(ids[correct])), len(np.unique(ids[has_quote & ~answerable]))) < MIN_QUESTIONS:
        raise TooFewError(
            f"too few questions to fit on: at least {MIN_QUESTIONS} answered rightly,"
            f" and {MIN_QUESTIONS} not answerable"
        )
    folds = np.array([fold_of(example.result.question) for example in examples])
    weights = class_balance_weights(answerable) * np.array([example.weight for example in examples])
    probability = np.zeros(len(examples))
    confidence, probability[has_quote] = fit_probability(
        names,
        rows,
        correct[has_quote],
        folds[has_quote],
        weights[has_quote],
    )
    if not ((chooses & correct).any() and (chooses & ~answerable).any()):
        chooses[:] = True
    threshold_data = probability[chooses], correct[chooses], answerable[chooses]
    threshold = choose_threshold(*threshold_data)
    sure_threshold = max(threshold, choose_threshold(*threshold_data, MAX_WRONG_SHARE_OF_SURE))
    figures = abstention_figures(*threshold_data, threshold) | {
        f"sure: {name}": value for name, value in coverage_figures(*threshold_data, sure_threshold).items()
    }
    return Calibration(
        confidence, threshold, sure_threshold, figures, (has_quote & (probability >= threshold)).tolist()
    )


def class_balance_weights(answerable: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Returns sample weights by which unanswerable questions make up `UNANSWERABLE_SHARE` of all, shape (n,)."""
    odds = UNANSWERABLE_SHARE / (1 - UNANSWERABLE_SHARE)
    return np.where(answerable, 1.0, odds * answerable.sum() / max(1, (~answerable).sum()))


def abstention_measures(examples: Sequence[ConfidenceExample], answered: Sequence[bool]) -> dict[str, float]:
    """Returns coverage, wrong answers and refusals of a question set, in percent.

    Args:
        examples: the examples of the set.
        answered: whether each of them is answered.
    """
    pairs = list(zip(examples, answered, strict=True))
    flags = {
        "answered": [is_answered for example, is_answered in pairs if not example.hidden],
        "wrong": [not example.correct for example, is_answered in pairs if is_answered and example.answerable],
        "refused": [not is_answered for example, is_answered in pairs if example.hidden],
    }
    return {name: 100 * sum(values) / len(values) for name, values in flags.items() if values}
