"""Tests the file of fitted models: its content, and that code and file agree."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from retrieval.answering.answer_sentence import SENTENCE_FEATURES
from retrieval.answering.confidence import confidence_feature_names
from retrieval.search.features import ARTICLE_FEATURES, PASSAGE_FEATURES, READING_FEATURES, Model, feature_names
from retrieval.search.models import FITTED_VERSION, FittedModels, LinearModel, RerankingModel


def test_probability_is_the_logistic_of_the_weighted_sum() -> None:
    model = LinearModel({"a": 2.0, "b": 0.5}, -1.0)
    assert model.score({"a": 1.0, "b": 2.0, "c": 9.0}) == 2
    assert model.probability({"a": 1.0, "b": 2.0, "c": 9.0}) == pytest.approx(1 / (1 + math.exp(-2)))
    assert model.probability({"a": -1e9, "b": 0.0}) == pytest.approx(0, abs=1e-20)


def test_many_are_scored_at_once_as_one_is() -> None:
    model = LinearModel({"a": 2.0, "b": 0.5}, -1.0)
    columns = {"a": np.array([1.0, -1.0]), "b": np.array([2.0, 4.0]), "c": np.array([9.0, 9.0])}
    assert model.scores(columns).tolist() == [2, -1]
    assert LinearModel({}, 3.0).scores(columns).tolist() == [3, 3]


def test_a_file_of_another_version_is_refused() -> None:
    with pytest.raises(ValueError, match="version 99"):
        FittedModels.parse('{"version": 99}')


@pytest.mark.parametrize("reading", [True, False])
def test_the_shipped_models_weigh_the_features_that_the_code_computes(reading: bool) -> None:
    fitted = FittedModels.load(reading=reading)
    for model in (fitted.toned, fitted.toneless):
        assert set(model.article.weights) == set(feature_names(ARTICLE_FEATURES, Model.ARTICLE))
        assert set(model.passage.weights) == set(feature_names(PASSAGE_FEATURES, Model.PASSAGE))
        assert set(model.statement.weights) == set(feature_names(ARTICLE_FEATURES, Model.STATEMENT))
    assert set(fitted.sentence.weights) == set(feature_names(SENTENCE_FEATURES, Model.SENTENCE, reading=reading))
    assert set(fitted.confidence.weights) == set(confidence_feature_names(reading=reading))
    assert (fitted.reading is not None) == reading
    assert not fitted.reading or set(fitted.reading.weights) == set(feature_names(READING_FEATURES, Model.READING))
    assert 0 < fitted.threshold <= fitted.sure_threshold < 1


def test_models_are_read_as_they_were_written() -> None:
    ranking = RerankingModel(LinearModel({"best_cover": 1.5}), LinearModel({"cover": -0.25}))
    fitted = FittedModels(ranking, ranking, LinearModel({"pairs": 2.0}), LinearModel({"share": 3.0}, -1.25), 0.625)
    assert FittedModels.parse(json.dumps({"version": FITTED_VERSION, **fitted.sections()})) == fitted
    read = replace(fitted, sure_threshold=0.875, reading=LinearModel({"answerable": 0.5}))
    assert FittedModels.parse(json.dumps({"version": FITTED_VERSION, **read.sections()}), reading=True) == read


def test_a_feature_is_declared_once_and_weighed_by_some_model() -> None:
    for table in (PASSAGE_FEATURES, ARTICLE_FEATURES, SENTENCE_FEATURES, READING_FEATURES):
        names = [feature.name for feature in table]
        assert len(names) == len(set(names))
        assert all(feature.models for feature in table)
    with_reader = confidence_feature_names(reading=True)
    assert len(with_reader) == len(set(with_reader))
    assert set(confidence_feature_names(reading=False)) < set(with_reader)


def test_features_that_are_evidence_never_weigh_against_a_candidate() -> None:
    fitted = FittedModels.load()
    for model in (fitted.toned, fitted.toneless):
        for table, weights in ((ARTICLE_FEATURES, model.article.weights), (PASSAGE_FEATURES, model.passage.weights)):
            evidence = {feature.name for feature in table if feature.speaks_for_only} & weights.keys()
            assert evidence
            assert all(weights[name] >= 0 for name in evidence)
