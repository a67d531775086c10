"""Folds of judged questions."""

from __future__ import annotations

from retrieval.evaluation.question_sets import JudgedQuestion
from retrieval.training.folds import FOLDS, fold_of


def test_questions_of_one_article_are_in_one_fold() -> None:
    first, second = (JudgedQuestion(key, "?", (), {"a": 1, "b": 1}) for key in ("q1", "q2"))
    assert fold_of(first) == fold_of(second)
    assert {fold_of(JudgedQuestion(f"q{n}", "?", (), {})) for n in range(50)} == set(range(FOLDS))


def test_a_question_with_a_key_shares_the_fold_of_what_the_key_names() -> None:
    answerable = JudgedQuestion("p-true", "?", (), {"gạo": 1})
    unanswerable = [JudgedQuestion(f"p{n}-false", "?", (), {}, fold_key="gạo") for n in range(20)]
    assert {fold_of(one) for one in unanswerable} == {fold_of(answerable)}
