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
    TELLING,
    TONELESS,
    Feature,
    FeatureTable,
    Model,
    compute_features,
    feature_names,
)
from retrieval.search.hybrid_search import SIGNALS, Mode, Ranking, rank, rank_within_article
from retrieval.search.models import FITTED_FILE, FITTED_VERSION, FittedModels, LinearModel, RerankingModel
from retrieval.search.reranking import SHARE, SHARE_OF_EVENT, SHARE_WITHIN
from retrieval.search.retrieval import SearchContext, encode, retrieve

__all__ = [
    "ARTICLE_FEATURES",
    "FITTED_FILE",
    "FITTED_VERSION",
    "PASSAGE_FEATURES",
    "SHARE",
    "SHARE_OF_EVENT",
    "SHARE_WITHIN",
    "SIGNALS",
    "TELLING",
    "TONELESS",
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
    "compute_features",
    "encode",
    "feature_names",
    "rank",
    "rank_within_article",
    "retrieve",
]
