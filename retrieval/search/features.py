"""Features: declares the features of the reranking models, each beside the expression that computes it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from retrieval.config import SearchSettings
from retrieval.datatypes import Vector, Vectors
from retrieval.question import Question
from retrieval.search.candidates import ArticleGroups, MinMaxScale, Scores
from retrieval.search.coverage import Coverage

_Inputs = TypeVar("_Inputs")
_Value = TypeVar("_Value")


class Model(StrEnum):
    """Names the fitted models that weigh features."""

    PASSAGE = auto()
    """Predicts which passage of an article answers."""
    ARTICLE = auto()
    """Predicts which article answers."""
    STATEMENT = auto()
    """Adds to an article's score in proportion to how far the question is a statement."""
    READING = auto()
    """Predicts which passage answers, of all articles that were read for a question."""
    SENTENCE = auto()
    """Predicts which sentence of a quote answers."""
    CONFIDENCE = auto()
    """Predicts whether the first quote answers."""


@dataclass(frozen=True, slots=True)
class Feature(Generic[_Inputs, _Value]):
    """Declares a feature that fitted models weigh: its name, its expression and its models."""

    name: str
    compute: Callable[[_Inputs], _Value]
    """Computes the feature: a number, or one number for each passage, article or sentence."""
    models: frozenset[Model]
    """The models that weigh the feature."""
    speaks_for_only: bool = False
    """Whether the fitted weight must not be negative, as for all evidence."""
    best_in_article: bool = False
    """Whether articles have a feature `best_…`, the maximum over their passages."""
    needs_reader: bool = False
    """Whether the feature is a reading's, and 0 where nothing is read."""


FeatureTable = Sequence[Feature[_Inputs, _Value]]


def evidence(
    name: str, compute: Callable[[_Inputs], _Value], models: frozenset[Model], *, best_in_article: bool = False
) -> Feature[_Inputs, _Value]:
    """Declares a feature whose fitted weight must not be negative."""
    return Feature(name, compute, models, speaks_for_only=True, best_in_article=best_in_article)


def feature_names(table: FeatureTable[_Inputs, _Value], model: Model, *, reading: bool = True) -> tuple[str, ...]:
    """Lists the names of a table's features that a model weighs, in order; without those of readings, if so asked."""
    return tuple(one.name for one in table if model in one.models and (reading or not one.needs_reader))


def compute_features(table: FeatureTable[_Inputs, _Value], inputs: _Inputs) -> dict[str, _Value]:
    """Computes all features of a table; returns their values by name."""
    return {feature.name: feature.compute(inputs) for feature in table}


# --- passages --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PassageInputs:
    """Holds the inputs of the passage features; all arrays have shape (passages,)."""

    dense: Scores
    """Cosine to the question, min-max scaled over the candidates."""
    bm25: Scores
    """BM25 with tones, min-max scaled over the candidates."""
    bm25_toneless: Scores
    """BM25 without tones, min-max scaled over the candidates."""
    own: Coverage
    """Coverage by each passage alone."""
    titled: Coverage
    """Coverage by each passage and its article's title."""
    near: Coverage
    """Coverage by each passage, its article's title and both neighbouring passages."""
    lengths: NDArray[np.int64]
    """Number of tokens of each passage."""
    groups: ArticleGroups


_PASSAGE = frozenset({Model.PASSAGE})

PASSAGE_FEATURES: FeatureTable[PassageInputs, Scores] = (
    evidence("nearness", lambda p: p.dense, _PASSAGE, best_in_article=True),
    evidence("bm25", lambda p: p.bm25, _PASSAGE, best_in_article=True),
    evidence("bm25_toneless", lambda p: p.bm25_toneless, _PASSAGE, best_in_article=True),
    evidence("cover", lambda p: p.own.syllables, _PASSAGE, best_in_article=True),
    evidence("pairs", lambda p: p.own.pairs, _PASSAGE, best_in_article=True),
    evidence("triples", lambda p: p.own.triples, _PASSAGE, best_in_article=True),
    evidence("cover_titled", lambda p: p.titled.syllables, _PASSAGE, best_in_article=True),
    evidence("cover_near", lambda p: p.near.syllables, _PASSAGE, best_in_article=True),
    evidence("pairs_near", lambda p: p.near.pairs, _PASSAGE, best_in_article=True),
    evidence("numbers", lambda p: p.titled.numbers, _PASSAGE, best_in_article=True),
    evidence("names", lambda p: p.titled.names, _PASSAGE, best_in_article=True),
    evidence("focus", lambda p: p.own.focus, _PASSAGE, best_in_article=True),
    Feature("position", lambda p: p.groups.places / p.groups.sizes[p.groups.owners], _PASSAGE),
    Feature("opening", lambda p: (p.groups.places == 0).astype(np.float64), _PASSAGE),
    Feature("length", lambda p: np.log1p(p.lengths), _PASSAGE),
    evidence("dense_near", lambda p: np.maximum(0.0, np.maximum(*p.groups.neighbours(p.dense))), _PASSAGE),
)


# --- articles --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ArticleInputs:
    """Holds the inputs of the article features; arrays have shape (articles,) unless noted otherwise."""

    passages: dict[str, Scores]
    """The features of the passages by name, each of shape (passages,)."""
    groups: ArticleGroups
    title: Coverage
    """Coverage by the title."""
    lead: Coverage
    """Coverage by the title and the first passages."""
    whole: Coverage
    """Coverage by the title and all passages."""
    lengths: NDArray[np.int64]
    """Number of tokens of each passage, shape (passages,)."""
    cosines: Scores
    """Cosine of each article's mean passage vector to the question."""
    best_cosines: Scores
    """Highest cosine of each article's passages to the question."""
    dense_scale: MinMaxScale
    """Min-max scale of the candidates' cosines."""
    bm25: Scores
    """BM25 of the whole article with tones, min-max scaled over the candidates."""
    bm25_toneless: Scores
    """BM25 of the whole article without tones, min-max scaled over the candidates."""
    question_length: float
    """Logarithm of the number of the question's terms."""
    statement_likeness: float
    """How far the question is a statement, 0 to 1."""
    toneless: float
    """1 for a question typed without tones, else 0."""

    def two_best_dense(self) -> Scores:
        """Averages the two highest scaled cosines of each article's passages; shape (articles,)."""
        dense, groups = self.passages["nearness"], self.groups
        last = groups.starts + groups.sizes - 1
        ascending = dense[np.lexsort((dense, groups.owners))]
        return np.asarray((ascending[last] + ascending[np.maximum(last - 1, groups.starts)]) / 2)

    def same_for_all(self, value: float) -> Scores:
        """Repeats one value for each article; shape (articles,)."""
        return np.full(len(self.groups.starts), value)


_ARTICLE = frozenset({Model.ARTICLE})
_ARTICLE_AND_CONFIDENCE = frozenset({Model.ARTICLE, Model.CONFIDENCE})
_CONFIDENCE = frozenset({Model.CONFIDENCE})
_MEANING = frozenset({Model.ARTICLE, Model.STATEMENT, Model.CONFIDENCE})

_COMPARED = frozenset({"nearness", "bm25", "bm25_toneless"})
"""Passage features that only compare candidates with each other, and so are no evidence for the confidence."""


def _best_of(name: str) -> Callable[[ArticleInputs], Scores]:
    return lambda a: a.groups.most(a.passages[name])


QUESTION_LENGTH, TELLING, TONELESS = "question_length", "telling", "toneless"

ARTICLE_FEATURES: FeatureTable[ArticleInputs, Scores] = (
    *(
        evidence(f"best_{one.name}", _best_of(one.name), _ARTICLE if one.name in _COMPARED else _ARTICLE_AND_CONFIDENCE)
        for one in PASSAGE_FEATURES
        if one.best_in_article
    ),
    evidence("article_cover", lambda a: a.whole.syllables, _ARTICLE_AND_CONFIDENCE),
    evidence("article_pairs", lambda a: a.whole.pairs, _ARTICLE_AND_CONFIDENCE),
    evidence("article_triples", lambda a: a.whole.triples, _ARTICLE_AND_CONFIDENCE),
    evidence("article_numbers", lambda a: a.whole.numbers, _ARTICLE_AND_CONFIDENCE),
    evidence("article_names", lambda a: a.whole.names, _ARTICLE_AND_CONFIDENCE),
    evidence("article_focus", lambda a: a.whole.focus, _ARTICLE_AND_CONFIDENCE),
    evidence("title_cover", lambda a: a.title.syllables, _ARTICLE_AND_CONFIDENCE),
    evidence("title_pairs", lambda a: a.title.pairs, _ARTICLE_AND_CONFIDENCE),
    evidence("title_focus", lambda a: a.title.focus, _ARTICLE_AND_CONFIDENCE),
    evidence("lead_cover", lambda a: a.lead.syllables, _ARTICLE_AND_CONFIDENCE),
    evidence("lead_pairs", lambda a: a.lead.pairs, _ARTICLE_AND_CONFIDENCE),
    evidence("dense_mean", lambda a: a.dense_scale(a.cosines), _ARTICLE),
    evidence("dense_lead", lambda a: a.passages["nearness"][a.groups.starts], _ARTICLE),
    evidence("dense_two", lambda a: a.two_best_dense(), _ARTICLE),
    evidence("cosine_best", lambda a: a.best_cosines, _MEANING),
    evidence("cosine_mean", lambda a: a.cosines, _MEANING),
    evidence("article_bm25", lambda a: a.bm25, _ARTICLE),
    evidence("article_bm25_toneless", lambda a: a.bm25_toneless, _ARTICLE),
    Feature("article_length", lambda a: np.log1p(np.add.reduceat(a.lengths, a.groups.starts)), _ARTICLE_AND_CONFIDENCE),
    Feature(QUESTION_LENGTH, lambda a: a.same_for_all(a.question_length), _CONFIDENCE),
    Feature(TELLING, lambda a: a.same_for_all(a.statement_likeness), _CONFIDENCE),
    Feature(TONELESS, lambda a: a.same_for_all(a.toneless), _CONFIDENCE),
)


# --- passages that were read -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReadingInputs:
    """Holds the inputs of the reading features; all arrays have shape (passages,), and 0 for what was not read."""

    shares: Scores
    """Probability of each passage's article by what was found, before reading."""
    shares_within: Scores
    """Probability of each passage within its article, before reading."""
    answerable: Scores
    """Log-odds that each passage answers."""
    answer_scores: Scores
    """Log-odds of each passage's likeliest answer against none."""
    is_read: Scores
    """1 for the passages that were read, else 0."""


MIN_SHARE = 1e-4
"""Least share that reading features tell apart."""

_READING = frozenset({Model.READING})


def _log_share(shares: Scores) -> Scores:
    return np.log(np.maximum(shares, MIN_SHARE))


READING_FEATURES: FeatureTable[ReadingInputs, Scores] = (
    evidence("share_log", lambda r: _log_share(r.shares), _READING),
    evidence("share_within_log", lambda r: _log_share(r.shares_within), _READING),
    evidence("answerable", lambda r: r.answerable, _READING),
    evidence("answer_score", lambda r: r.answer_scores, _READING),
    Feature("is_read", lambda r: r.is_read, _READING),
)


def article_cosines(vectors: Vectors, groups: ArticleGroups, vector: Vector) -> Scores:
    """Computes the cosine of each article's mean passage vector to a question; shape (articles,).

    Args:
        vectors: the vectors of all passages, shape (passages, dim).
        groups: the passages of each article.
        vector: the vector of the question, shape (dim,).
    """
    means = np.add.reduceat(vectors, groups.starts) / groups.sizes[:, None]
    norms = np.linalg.norm(means, axis=1)
    return np.asarray(np.einsum("ij,j->i", means, vector) / np.where(norms, norms, 1.0))


def statement_likeness(question: Question, settings: SearchSettings) -> float:
    """Estimates how far a question is a statement, such as a headline, 0 to 1.

    A text without a question mark or question word gives 1; for others the value rises with the length. A question in
    English gives 1, so that meaning counts for more: its words are no evidence in Vietnamese text.
    """
    if not question.asks or question.language == "en":
        return 1.0
    return float(np.interp(question.syllables, settings.statement_syllables, (0.0, 1.0)))


def question_length(question: Question) -> float:
    """Returns ln(1 + n) of the number n of a question's toneless terms."""
    return math.log1p(len(question.terms["plain"]))
