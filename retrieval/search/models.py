"""Fitted models: reads the linear models for reranking, answer sentence and confidence from one file."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

FITTED_FILE = "fitted.json"
FITTED_VERSION = 5

WITH_READER, WITHOUT_READER = "with_reader", "without_reader"
"""Sections of the fitted file: the models of answering where passages are read, and where they are not."""


@dataclass(frozen=True, slots=True)
class LinearModel:
    """Scores features by a weighted sum, without scaling them."""

    weights: Mapping[str, float]
    intercept: float = 0.0

    def score(self, features: Mapping[str, float]) -> float:
        """Scores one set of features, given by name."""
        return self.intercept + sum(weight * features[name] for name, weight in self.weights.items())

    def scores(self, columns: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float64]:
        """Scores n sets of features at once, given as columns of shape (n,); returns shape (n,)."""
        total = np.full_like(next(iter(columns.values())), self.intercept)
        for name, weight in self.weights.items():
            total += weight * columns[name]
        return total

    def probability(self, features: Mapping[str, float]) -> float:
        """Returns the logistic function of the score, 0 to 1, as logistic regression does."""
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, self.score(features)))))

    @classmethod
    def of(cls, fields: Mapping[str, float]) -> Self:
        """Reads a table of weights by feature name; the key `intercept` holds the intercept."""
        return cls(
            {name: float(value) for name, value in fields.items() if name != "intercept"}, fields.get("intercept", 0.0)
        )

    def table(self) -> dict[str, float]:
        """Returns the table that `of` reads, rounded to four decimals."""
        fields = {"intercept": self.intercept} if self.intercept else {}
        return {name: round(value, 4) for name, value in {**fields, **self.weights}.items()}


@dataclass(frozen=True, slots=True)
class RerankingModel:
    """Scores articles, and the passages within an article; score differences are log-odds."""

    article: LinearModel
    """Scores the articles of one question."""
    passage: LinearModel
    """Scores the passages of one article."""
    statement: LinearModel = LinearModel({})
    """Adds to an article's score, times how far the question is a statement, 0 to 1."""

    @classmethod
    def of(cls, tables: Mapping[str, Mapping[str, float]]) -> Self:
        """Reads the tables of weights by model name."""
        return cls(*(LinearModel.of(tables[name]) for name in ("article", "passage", "telling")))

    def tables(self) -> dict[str, dict[str, float]]:
        """Returns the tables that `of` reads, rounded to four decimals."""
        return {"article": self.article.table(), "passage": self.passage.table(), "telling": self.statement.table()}


@dataclass(frozen=True, slots=True)
class FittedModels:
    """Holds all fitted models, and the confidence threshold of an answer."""

    toned: RerankingModel
    """Reranks for questions typed with tones."""
    toneless: RerankingModel
    """Reranks for questions typed without tones."""
    sentence: LinearModel
    """Chooses the answer sentence: the one with the highest score."""
    confidence: LinearModel
    """Estimates the confidence, by the logistic function of the score."""
    threshold: float
    """Least confidence, 0 to 1, at which an answer is given."""
    sure_threshold: float = 0.0
    """Least confidence, 0 to 1, at which an answer is given as sure; below it is only possible."""
    reading: LinearModel | None = None
    """Ranks the passages of all articles anew by what the reader says; None where nothing is read."""

    def reranking(self, *, toned: bool) -> RerankingModel:
        """Returns the reranking model for questions typed with tones, or the one for toneless questions."""
        return self.toned if toned else self.toneless

    @classmethod
    def load(cls, *, reading: bool = False) -> Self:
        """Reads the models that ship with the package; see `parse`."""
        return cls.parse(fitted_file(), reading=reading)

    @classmethod
    def parse(cls, content: str, *, reading: bool = False) -> Self:
        """Reads the content of a file that `hoibao tune` wrote.

        Args:
            content: the content.
            reading: whether to return the models that were fitted with a reader, or those without.

        Raises:
            ValueError: the content is no JSON, or has another version.
        """
        fields = json.loads(content)
        if fields.get("version") != FITTED_VERSION:
            raise ValueError(f"{FITTED_FILE} has version {fields.get('version')!r}, this code reads {FITTED_VERSION}")
        section = fields[WITH_READER if reading else WITHOUT_READER]
        return cls(
            toned=RerankingModel.of(fields["toned"]),
            toneless=RerankingModel.of(fields["toneless"]),
            sentence=LinearModel.of(section["sentence"]),
            confidence=LinearModel.of(section["confidence"]),
            threshold=section["threshold"],
            sure_threshold=section["sure_threshold"],
            reading=LinearModel.of(section["reading"]) if reading else None,
        )

    def sections(self) -> dict[str, Any]:
        """Returns what `parse` reads, rounded to four decimals, without the version and the other section."""
        section: dict[str, Any] = {
            "threshold": round(self.threshold, 4),
            "sure_threshold": round(self.sure_threshold, 4),
            "confidence": self.confidence.table(),
            "sentence": self.sentence.table(),
        }
        if self.reading:
            section["reading"] = self.reading.table()
        return {
            WITH_READER if self.reading else WITHOUT_READER: section,
            "toned": self.toned.tables(),
            "toneless": self.toneless.tables(),
        }


def fitted_file() -> str:
    """Returns the content of the fitted file that ships with the package."""
    return resources.files("retrieval.search").joinpath(FITTED_FILE).read_text(encoding="utf-8")
