"""Fits the models that ship with the package, and counts its syllable tables.

In come judged corpora (an index with its question sets) or a newspaper corpus; out come the content of the fitted
file with out-of-fold measures, and document frequencies of syllables and pairs. `hoibao tune` calls it.
"""

from __future__ import annotations

from retrieval.training.judged_corpora import JudgedCorpus
from retrieval.training.syllable_counts import article_texts, count_pairs, count_syllables
from retrieval.training.tuning import fitted_file_content, tune

__all__ = [
    "JudgedCorpus",
    "article_texts",
    "count_pairs",
    "count_syllables",
    "fitted_file_content",
    "tune",
]
