"""Door."""

from __future__ import annotations

from retrieval.search.coverage import CoverageIndex, TokenizedTexts
from retrieval.search.hybrid_search import SIGNALS, Mode, parse, rank_within_article, search_passages, understood
from retrieval.search.models import FITTED_FILE, FITTED_VERSION, FittedModels, LinearModel, RerankingModel
from retrieval.search.reranking import (
    ARTICLE_FEATURES,
    EITHER_WAY,
    EVIDENCE,
    PASSAGE_FEATURES,
    SHARE,
    SHARE_OF_EVENT,
    SHARE_WITHIN,
    TELLING,
    TELLING_FEATURES,
    Ranker,
)

__all__ = [
    "ARTICLE_FEATURES",
    "EITHER_WAY",
    "EVIDENCE",
    "FITTED_FILE",
    "FITTED_VERSION",
    "PASSAGE_FEATURES",
    "SHARE",
    "SHARE_OF_EVENT",
    "SHARE_WITHIN",
    "SIGNALS",
    "TELLING",
    "TELLING_FEATURES",
    "CoverageIndex",
    "FittedModels",
    "LinearModel",
    "Mode",
    "Ranker",
    "RerankingModel",
    "TokenizedTexts",
    "parse",
    "rank_within_article",
    "search_passages",
    "understood",
]
