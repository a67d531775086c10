"""Fits the reranking models: which article answers, and which passage of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np

from retrieval.datatypes import Hit
from retrieval.evaluation import contains_answer, rank_passages
from retrieval.search import (
    ARTICLE_FEATURES,
    PASSAGE_FEATURES,
    SHARE,
    TELLING,
    TONELESS,
    FittedModels,
    LinearModel,
    Model,
    RerankingModel,
    feature_names,
)
from retrieval.service import QuestionAnswering
from retrieval.training.folds import fold_of
from retrieval.training.judged_corpora import ReadQuestion
from retrieval.training.solvers import CandidateList, TooFewError, fit_listwise

MIN_ARTICLE_WEIGHTS: Mapping[str, float] = {"article_bm25": 5.0}
"""Least weights of article features, for questions typed with tones.

On news, BM25 and coverage can replace each other; where all articles share their words, coverage tells less. Chosen on
the pages of a manual.
"""


_ARTICLE, _STATEMENT = (feature_names(ARTICLE_FEATURES, model) for model in (Model.ARTICLE, Model.STATEMENT))
_PASSAGE = feature_names(PASSAGE_FEATURES, Model.PASSAGE)
_EVIDENCE = frozenset(one.name for one in ARTICLE_FEATURES if one.speaks_for_only) | frozenset(
    one.name for one in PASSAGE_FEATURES if one.speaks_for_only
)
"""Features whose weights may not be negative."""


@dataclass(frozen=True, slots=True)
class RerankingExample:
    """A question with its candidate articles, and the candidate passages of its relevant articles."""

    toned: bool
    telling: float
    """How far the question tells rather than asks, 0 to 1."""
    fold: int
    weight: float
    """How many questions the example counts for."""
    articles: CandidateList
    passages: CandidateList


def reranking_example(
    models: FittedModels, weight: float, qa: QuestionAnswering, asked: ReadQuestion
) -> RerankingExample:
    """Asks a question and keeps the features of its candidates.

    Args:
        models: the models to ask with.
        weight: how many questions the example counts for.
        qa: the opened index.
        asked: the question.
    """
    question = asked.question
    hits = [hit for hit in rank_passages(qa, question, models).hits if SHARE in hit.signals]
    best_hits: dict[str, Hit] = {}
    for hit in hits:
        best_hits.setdefault(hit.passage.article_id, hit)
    relevant_hits = [hit for hit in hits if hit.passage.article_id in question.relevant]
    return RerankingExample(
        toned=not (hits and hits[0].signals[TONELESS]),
        telling=hits[0].signals[TELLING] if hits else 0.0,
        fold=fold_of(question),
        weight=weight,
        articles=candidate_list(
            _ARTICLE, list(best_hits.values()), [article_id in question.relevant for article_id in best_hits]
        ),
        passages=candidate_list(
            _PASSAGE,
            relevant_hits,
            [contains_answer(passage_text(qa, hit), question.answers) for hit in relevant_hits],
        ),
    )


def candidate_list(names: Sequence[str], hits: Sequence[Hit], relevant: Sequence[bool]) -> CandidateList:
    """Makes a list of hits to fit on, with the features of the given names."""
    features = np.array([[hit.signals[name] for name in names] for hit in hits], np.float32).reshape(-1, len(names))
    return CandidateList(features, np.array(relevant, bool))


def passage_text(qa: QuestionAnswering, hit: Hit) -> str:
    """Returns the text of a hit's passage."""
    article = qa.article(hit.passage.article_id)
    return article.body[hit.passage.start : hit.passage.end] if article else ""


def fit_rerankers(examples: Sequence[RerankingExample], models: FittedModels) -> FittedModels:
    """Returns the models with their rerankers fitted anew.

    One is for questions typed with tones, one for those without. A passage model stays as it is where too few questions
    have answer strings.

    Raises:
        TooFewError: too few questions of either kind have both relevant and other candidates.
    """
    toned = _fit_reranker([one for one in examples if one.toned], models.toned, MIN_ARTICLE_WEIGHTS)
    toneless = _fit_reranker([one for one in examples if not one.toned], models.toneless, {})
    return replace(models, toned=toned, toneless=toneless)


def _fit_reranker(
    examples: Sequence[RerankingExample], model: RerankingModel, min_weights: Mapping[str, float]
) -> RerankingModel:
    telling_columns = [_ARTICLE.index(name) for name in _STATEMENT]
    telling_names = [f"{TELLING} {name}" for name in _STATEMENT]
    articles = [
        CandidateList(
            np.hstack([one.articles.features, one.telling * one.articles.features[:, telling_columns]]),
            one.articles.relevant,
            one.weight,
        )
        for one in examples
    ]
    evidence = _EVIDENCE.union(telling_names)
    weights = fit_listwise([*_ARTICLE, *telling_names], articles, evidence, min_weights).weights
    passage = model.passage
    with suppress(TooFewError):
        passages = [replace(one.passages, weight=one.weight) for one in examples]
        passage = fit_listwise(_PASSAGE, passages, evidence)
    return RerankingModel(
        LinearModel({name: weights[name] for name in _ARTICLE}),
        passage,
        LinearModel({name: weights[column] for name, column in zip(_STATEMENT, telling_names, strict=True)}),
    )
