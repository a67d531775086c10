"""The confidence and its threshold, fitted on examples made by hand."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from retrieval.answering.confidence import confidence_feature_names
from retrieval.datatypes import Quote, Span
from retrieval.errors import HoiBaoError
from retrieval.evaluation.question_sets import JudgedQuestion
from retrieval.evaluation.results import QuestionResult
from retrieval.training.calibration import (
    MIN_QUESTIONS,
    ConfidenceExample,
    abstention_measures,
    class_balance_weights,
    fit_confidence,
)


def confidence_example(
    number: int, *, answerable: bool, cover: float, hidden: bool = False, chooses_threshold: bool = True
) -> ConfidenceExample:
    features = dict.fromkeys(confidence_feature_names(reading=True), 0.0) | {"best_cover": cover}
    question = JudgedQuestion(
        f"q{number}", "?", ("đúng",) if answerable else (), {f"a{number}": 1} if answerable else {}
    )
    text = "Câu này đúng." if answerable else "Câu khác."
    quotes = (Quote("a", 0, len(text), text, Span(0, len(text)), ""),)
    result = QuestionResult(question, (), quotes, 0.5, answered=False, seconds=0, confidence_features=features)
    return ConfidenceExample(result, hidden, chooses_threshold)


def test_confidence_learns_what_tells_answers_from_the_rest() -> None:
    rng = random.Random(5)
    examples = [
        confidence_example(n, answerable=bool(n % 2), cover=0.3 + 0.5 * (n % 2) + rng.gauss(0, 0.1)) for n in range(200)
    ]
    learned = fit_confidence(examples)
    zeros = dict.fromkeys(confidence_feature_names(reading=True), 0.0)
    assert learned.confidence.probability(zeros | {"best_cover": 0.9}) > learned.threshold
    assert learned.confidence.probability(zeros | {"best_cover": 0.2}) < learned.threshold
    assert learned.figures["AUROC, answerable against unanswerable"] > 0.95
    assert learned.figures["unanswerable that are refused, %"] >= 90
    assert sum(learned.answered) > 90


def test_a_question_whose_articles_are_hidden_teaches_abstaining_as_an_unanswerable_one_does() -> None:
    examples = [confidence_example(n, answerable=True, cover=0.2 + 0.6 * (n % 2), hidden=not n % 2) for n in range(100)]
    assert fit_confidence(examples).answered == [bool(n % 2) for n in range(100)]


def test_the_threshold_is_chosen_on_the_examples_marked_for_it() -> None:
    rng = random.Random(3)
    examples = [
        confidence_example(n, answerable=bool(n % 2), cover=0.5 * (n % 2) + rng.gauss(0, 0.2)) for n in range(200)
    ]
    misleading = [
        confidence_example(n, answerable=False, cover=rng.gauss(0.5, 0.2), chooses_threshold=False)
        for n in range(200, 230)
    ]
    assert fit_confidence([*examples, *misleading]).figures["unanswerable that are refused, %"] >= 90
    unmarked = [replace(one, chooses_threshold=False) for one in (*examples, *misleading)]
    assert fit_confidence(unmarked).threshold > fit_confidence([*examples, *misleading]).threshold


def test_unanswerable_questions_make_up_a_fifth_of_the_class_balance() -> None:
    weights = class_balance_weights(np.array([True] * 4 + [False] * 10))
    assert weights.tolist() == pytest.approx([1.0] * 4 + [0.1] * 10)


@pytest.mark.parametrize(
    ("correct", "unanswerable"), [(MIN_QUESTIONS - 1, MIN_QUESTIONS), (MIN_QUESTIONS, MIN_QUESTIONS - 1)]
)
def test_too_few_questions_of_either_class_are_refused(correct: int, unanswerable: int) -> None:
    examples = [confidence_example(n, answerable=n < correct, cover=0.5) for n in range(correct + unanswerable)]
    with pytest.raises(HoiBaoError, match="too few questions"):
        fit_confidence(examples * 2)  # a question asked twice counts once
    fit_confidence([*examples, *(confidence_example(n, answerable=bool(n % 2), cover=0.5) for n in range(200, 204))])


def test_coverage_wrong_answers_and_refusals_are_measured_by_hand_arithmetic() -> None:
    correct, unanswerable = (confidence_example(n, answerable=bool(n), cover=0.5) for n in (1, 0))
    question = replace(correct.result.question, answers=("khác",))
    wrong = replace(correct, result=replace(correct.result, question=question))
    examples = [correct, correct, wrong, wrong, unanswerable, *[replace(correct, hidden=True)] * 4]
    answered = [True, False, True, True, True, True, False, False, False]
    assert abstention_measures(examples, answered) == {
        "answered": 80.0,
        "wrong": pytest.approx(200 / 3),
        "refused": 75.0,
    }
    assert abstention_measures([unanswerable], [False]) == {"answered": 0.0}
