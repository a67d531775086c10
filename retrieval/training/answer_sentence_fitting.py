"""Fits the answer-sentence model: which sentence of a quote answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from retrieval.answering import SENTENCE_FEATURES
from retrieval.evaluation import QuestionResult, marks_answer
from retrieval.search import LinearModel, Model, feature_names
from retrieval.training.folds import FOLDS, fold_of
from retrieval.training.solvers import CandidateList, fit_listwise

MarkedCorrectly = Mapping[tuple[str, str], bool]
"""Whether the marked sentence answers, out of fold, by id and text of the question."""


def fit_answer_sentence(results: Sequence[QuestionResult]) -> tuple[LinearModel, MarkedCorrectly]:
    """Fits the model on the sentences of first quotes; returns it with its out-of-fold results.

    Raises:
        TooFewError: too few first quotes have both a sentence that answers and others.
    """
    was_read = any(result.was_read for result in results)
    names = feature_names(SENTENCE_FEATURES, Model.SENTENCE, reading=was_read)
    lists = [_sentence_list(result, names) for result in results]
    folds = [fold_of(result.question) for result in results]
    marked: dict[tuple[str, str], bool] = {}
    for fold in range(FOLDS):
        model = fit_listwise(names, [one for one, own_fold in zip(lists, folds, strict=True) if own_fold != fold])
        weights = np.array([model.weights[name] for name in names])
        for sentences, own_fold, result in zip(lists, folds, results, strict=True):
            if own_fold == fold and len(sentences.features):
                best = int(np.argmax(sentences.features @ weights))
                marked[result.question.id, result.question.text] = bool(sentences.relevant[best])
    return fit_listwise(names, lists), marked


def _sentence_list(result: QuestionResult, names: Sequence[str]) -> CandidateList:
    features = np.array([[values[name] for name in names] for _, values in result.sentences], np.float32)
    relevant = [
        bool(result.question.relevant)
        and result.quotes[0].article_id in result.question.relevant
        and marks_answer(text, result.question)
        for text, _ in result.sentences
    ]
    return CandidateList(features.reshape(-1, len(names)), np.array(relevant, bool))


def answer_sentence_measures(results: Sequence[QuestionResult], marked: MarkedCorrectly) -> dict[str, float]:
    """Returns how often the marked sentence answers, out of fold, in percent.

    There is no measure where no question has answer strings, or no model was fitted.
    """
    judged = [result for result in results if result.question.answers and result.question.relevant]
    if not (judged and marked):
        return {}
    correct = [marked.get((result.question.id, result.question.text), False) for result in judged]
    return {"marked sentence": 100 * sum(correct) / len(correct)}
