"""Door."""

from __future__ import annotations

from retrieval.training.counting import articles_of, count_pairs, count_syllables
from retrieval.training.tuning import Study, content, tune

__all__ = [
    "Study",
    "articles_of",
    "content",
    "count_pairs",
    "count_syllables",
    "tune",
]
