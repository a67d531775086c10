"""Fits the models that ship with the package, trains its networks, and counts its syllable tables.

In come judged corpora (an index with its question sets) or a newspaper corpus; out come the content of the fitted
file with out-of-fold measures, and document frequencies of syllables and pairs. `hoibao tune` calls it. For
`hoibao train`, training questions and an index come in, and a reader or an encoder comes out.
"""

from __future__ import annotations

from retrieval.training.judged_corpora import JudgedCorpus
from retrieval.training.network_settings import ENCODER_SETTINGS, READER_SETTINGS, TrainingSettings
from retrieval.training.network_training import Network, require_libraries, train_network
from retrieval.training.reading_questions import TrainingQuestion, read_training_questions
from retrieval.training.syllable_counts import article_texts, count_pairs, count_syllables
from retrieval.training.training_folder import TrainingFolder, file_hashes
from retrieval.training.training_material import gather_material, names_articles, write_named_articles
from retrieval.training.tuning import fitted_file_content, tune

__all__ = [
    "ENCODER_SETTINGS",
    "READER_SETTINGS",
    "JudgedCorpus",
    "Network",
    "TrainingFolder",
    "TrainingQuestion",
    "TrainingSettings",
    "article_texts",
    "count_pairs",
    "count_syllables",
    "file_hashes",
    "fitted_file_content",
    "gather_material",
    "names_articles",
    "read_training_questions",
    "require_libraries",
    "train_network",
    "tune",
    "write_named_articles",
]
