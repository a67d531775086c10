"""The fitted models: linear ones that rerank, choose the answer sentence and abstain, read from one file."""

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
FITTED_VERSION = 4


@dataclass(frozen=True, slots=True)
class LinearModel:
    """A weighted sum of features as they are."""

    weights: Mapping[str, float]
    intercept: float = 0.0

    def score(self, features: Mapping[str, float]) -> float:
        """Scores one set of features."""
        return self.intercept + sum(weight * features[name] for name, weight in self.weights.items())

    def scores(self, columns: Mapping[str, NDArray[np.float64]]) -> NDArray[np.float64]:
        """Scores many sets of features at once, given as columns of shape (n,)."""
        total = np.full_like(next(iter(columns.values())), self.intercept)
        for name, weight in self.weights.items():
            total += weight * columns[name]
        return total

    def probability(self, features: Mapping[str, float]) -> float:
        """Gives the logistic function of the score, 0 to 1."""
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, self.score(features)))))

    @classmethod
    def of(cls, fields: Mapping[str, float]) -> Self:
        """Reads a table of weights; `intercept` is the intercept."""
        return cls(
            {name: float(value) for name, value in fields.items() if name != "intercept"}, fields.get("intercept", 0.0)
        )

    def table(self) -> dict[str, float]:
        """Writes the table that `of` reads, rounded."""
        fields = {"intercept": self.intercept} if self.intercept else {}
        return {name: round(value, 4) for name, value in {**fields, **self.weights}.items()}


@dataclass(frozen=True, slots=True)
class RerankingModel:
    """Scores whose differences within one question are log odds: of articles, and of passages within one article."""

    article: LinearModel
    passage: LinearModel
    statement: LinearModel = LinearModel({})
    """What is added to an article's score by how far a question states rather than asks, 0 to 1."""

    @classmethod
    def of(cls, tables: Mapping[str, Mapping[str, float]]) -> Self:
        """Reads tables of weights."""
        return cls(*(LinearModel.of(tables[name]) for name in ("article", "passage", "telling")))

    def tables(self) -> dict[str, dict[str, float]]:
        """Writes the table that `of` reads, rounded."""
        return {"article": self.article.table(), "passage": self.passage.table(), "telling": self.statement.table()}


@dataclass(frozen=True, slots=True)
class FittedModels:
    """All fitted models; an answer is given when its confidence reaches the threshold."""

    toned: RerankingModel
    toneless: RerankingModel
    sentence: LinearModel
    confidence: LinearModel
    threshold: float

    def reranking(self, *, toned: bool) -> RerankingModel:
        """Returns the reranking model for questions typed with tones, or for those without."""
        return self.toned if toned else self.toneless

    @classmethod
    def load(cls) -> Self:
        """Reads the models that ship with the package."""
        return cls.parse(resources.files("retrieval.search").joinpath(FITTED_FILE).read_text(encoding="utf-8"))

    @classmethod
    def parse(cls, content: str) -> Self:
        """Reads what `hoibao tune` has written.

        Raises:
            ValueError: of another version, or not such a file.
        """
        fields = json.loads(content)
        if fields.get("version") != FITTED_VERSION:
            raise ValueError(f"{FITTED_FILE} has version {fields.get('version')!r}, this code reads {FITTED_VERSION}")
        return cls(
            toned=RerankingModel.of(fields["toned"]),
            toneless=RerankingModel.of(fields["toneless"]),
            sentence=LinearModel.of(fields["sentence"]),
            confidence=LinearModel.of(fields["confidence"]),
            threshold=fields["threshold"],
        )

    def sections(self) -> dict[str, Any]:
        """Writes what `parse` reads, but for the version."""
        return {
            "threshold": round(self.threshold, 4),
            "confidence": self.confidence.table(),
            "sentence": self.sentence.table(),
            "toned": self.toned.tables(),
            "toneless": self.toneless.tables(),
        }
