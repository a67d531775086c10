"""Hybrid search: ranks the passages of one snapshot of an index for a `Question`.

Dense and lexical signals retrieve candidates, which are fused; the fitted models rerank the best articles. The result
is a `Ranking` of hits with all their signals. `answering` reads the hits; `evaluation` and `training` read their
signals.
"""

from __future__ import annotations

from retrieval.search.coverage import Coverage, CoverageIndex, TokenizedTexts
from retrieval.search.features import (
    ARTICLE_FEATURES,
    PASSAGE_FEATURES,
    QUESTION_LENGTH,
    READING_FEATURES,
    TELLING,
    TONELESS,
    Feature,
    FeatureTable,
    Model,
    compute_features,
    feature_names,
)
from retrieval.search.hybrid_search import SIGNALS, Mode, Ranking, rank, rank_within_article
from retrieval.search.models import (
    FITTED_FILE,
    FITTED_VERSION,
    WITH_READER,
    WITHOUT_READER,
    FittedModels,
    LinearModel,
    RerankingModel,
    fitted_file,
)
from retrieval.search.reranking import SHARE, SHARE_OF_EVENT, SHARE_WITHIN
from retrieval.search.rereading import ANSWER_SCORE, ANSWERABLE, CONTRADICTED, IS_READ, choose_passages
from retrieval.search.retrieval import SearchContext, encode, read, retrieve

__all__ = [
    "ANSWERABLE",
    "ANSWER_SCORE",
    "ARTICLE_FEATURES",
    "CONTRADICTED",
    "FITTED_FILE",
    "FITTED_VERSION",
    "IS_READ",
    "PASSAGE_FEATURES",
    "QUESTION_LENGTH",
    "READING_FEATURES",
    "SHARE",
    "SHARE_OF_EVENT",
    "SHARE_WITHIN",
    "SIGNALS",
    "TELLING",
    "TONELESS",
    "WITHOUT_READER",
    "WITH_READER",
    "Coverage",
    "CoverageIndex",
    "Feature",
    "FeatureTable",
    "FittedModels",
    "LinearModel",
    "Mode",
    "Model",
    "Ranking",
    "RerankingModel",
    "SearchContext",
    "TokenizedTexts",
    "choose_passages",
    "compute_features",
    "encode",
    "feature_names",
    "fitted_file",
    "rank",
    "rank_within_article",
    "read",
    "retrieve",
]
