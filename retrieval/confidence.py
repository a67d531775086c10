"""How likely a quote answers: a logistic regression over `evidence.features`, read from a file that `tune` writes."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Self

FILE = "confidence.json"
VERSION = 1


@dataclass(frozen=True, slots=True)
class ConfidenceModel:
    """`weights` apply to raw features; an answer is given when the probability reaches `threshold`."""

    intercept: float
    weights: Mapping[str, float]
    threshold: float

    @classmethod
    def load(cls) -> Self:
        """The model that ships with the package."""
        return cls.parse(resources.files("retrieval").joinpath(FILE).read_text(encoding="utf-8"))

    @classmethod
    def parse(cls, content: str) -> Self:
        """Read what `tune` has written.

        Raises:
            ValueError: of another version, or not such a file.
        """
        fields = json.loads(content)
        if fields.get("version") != VERSION:
            raise ValueError(f"{FILE} has version {fields.get('version')!r}, this code reads {VERSION}")
        return cls(fields["intercept"], fields["weights"], fields["threshold"])

    def probability(self, features: Mapping[str, float]) -> float:
        """Estimated probability, 0 to 1, that the quote with these features answers."""
        z = self.intercept + sum(weight * features[name] for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, z))))
