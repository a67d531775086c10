"""Tests the file of fitted models: its content, and that code and file agree."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from retrieval.answering.answer_sentence import SENTENCE_FEATURES
from retrieval.answering.confidence import CONFIDENCE_FEATURES
from retrieval.search.features import ARTICLE_FEATURES, PASSAGE_FEATURES, Model, feature_names
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


def test_the_shipped_models_weigh_the_features_that_the_code_computes() -> None:
    fitted = FittedModels.load()
    for model in (fitted.toned, fitted.toneless):
        assert set(model.article.weights) == set(feature_names(ARTICLE_FEATURES, Model.ARTICLE))
        assert set(model.passage.weights) == set(feature_names(PASSAGE_FEATURES, Model.PASSAGE))
        assert set(model.statement.weights) == set(feature_names(ARTICLE_FEATURES, Model.STATEMENT))
    assert set(fitted.sentence.weights) == set(feature_names(SENTENCE_FEATURES, Model.SENTENCE))
    assert set(fitted.confidence.weights) == set(CONFIDENCE_FEATURES)
    assert 0 < fitted.threshold < 1


def test_models_are_read_as_they_were_written() -> None:
    ranking = RerankingModel(LinearModel({"best_cover": 1.5}), LinearModel({"cover": -0.25}))
    fitted = FittedModels(ranking, ranking, LinearModel({"pairs": 2.0}), LinearModel({"share": 3.0}, -1.25), 0.625)
    assert FittedModels.parse(json.dumps({"version": FITTED_VERSION, **fitted.sections()})) == fitted


def test_a_feature_is_declared_once_and_weighed_by_some_model() -> None:
    for table in (PASSAGE_FEATURES, ARTICLE_FEATURES, SENTENCE_FEATURES):
        names = [feature.name for feature in table]
        assert len(names) == len(set(names))
        assert all(feature.models for feature in table)
    assert len(CONFIDENCE_FEATURES) == len(set(CONFIDENCE_FEATURES))


def test_features_that_are_evidence_never_weigh_against_a_candidate() -> None:
    fitted = FittedModels.load()
    for model in (fitted.toned, fitted.toneless):
        for table, weights in ((ARTICLE_FEATURES, model.article.weights), (PASSAGE_FEATURES, model.passage.weights)):
            evidence = {feature.name for feature in table if feature.speaks_for_only} & weights.keys()
            assert evidence
            assert all(weights[name] >= 0 for name in evidence)
