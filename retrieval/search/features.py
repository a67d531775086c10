"""The features of the reranking models: each is declared once, beside the expression that computes it."""

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
    """The fitted models that features are of."""

    PASSAGE = auto()
    """Which passage of an article answers."""
    ARTICLE = auto()
    """Which article answers."""
    STATEMENT = auto()
    """What counts for more the more a question states, and the less it asks."""
    SENTENCE = auto()
    """Which sentence of a quote answers."""
    CONFIDENCE = auto()
    """Whether the first quote answers."""


@dataclass(frozen=True, slots=True)
class Feature(Generic[_Inputs, _Value]):
    """A number, or one for each of some texts, that models weigh."""

    name: str
    compute: Callable[[_Inputs], _Value]
    models: frozenset[Model]
    speaks_for_only: bool = False
    """Whether a fit may disregard it, but not count it against: true of all that is evidence."""
    best_in_article: bool = False
    """Whether an article has the highest value of its passages, as the feature `best_…`."""


FeatureTable = Sequence[Feature[_Inputs, _Value]]


def evidence(
    name: str, compute: Callable[[_Inputs], _Value], models: frozenset[Model], *, best_in_article: bool = False
) -> Feature[_Inputs, _Value]:
    """Declares a feature that may only speak for a candidate."""
    return Feature(name, compute, models, speaks_for_only=True, best_in_article=best_in_article)


def feature_names(table: FeatureTable[_Inputs, _Value], model: Model) -> tuple[str, ...]:
    """Lists the features of a table that a model weighs, in order."""
    return tuple(feature.name for feature in table if model in feature.models)


def compute_features(table: FeatureTable[_Inputs, _Value], inputs: _Inputs) -> dict[str, _Value]:
    """Computes all features of a table, by name."""
    return {feature.name: feature.compute(inputs) for feature in table}


# --- passages --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PassageInputs:
    """What the features of passages are computed from; all arrays of shape (passages,)."""

    dense: Scores
    """Cosines, scaled between the least and the greatest of the candidates; likewise the next two."""
    bm25: Scores
    bm25_toneless: Scores
    own: Coverage
    """Of the passages by themselves."""
    titled: Coverage
    """Of the passages with the title of their article."""
    near: Coverage
    """Of the passages with title and both neighbours."""
    lengths: NDArray[np.int64]
    """In tokens."""
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
    """What the features of articles are computed from; arrays are of shape (articles,) unless it says otherwise."""

    passages: dict[str, Scores]
    """The features of their passages, each of shape (passages,)."""
    groups: ArticleGroups
    title: Coverage
    lead: Coverage
    """Of title and first passages."""
    whole: Coverage
    """Of title and all passages."""
    lengths: NDArray[np.int64]
    """Of their passages in tokens, shape (passages,)."""
    cosines: Scores
    """Of the mean vectors of their passages to the question."""
    best_cosines: Scores
    dense_scale: MinMaxScale
    bm25: Scores
    """Scaled between the least and the greatest of the candidates; likewise the next."""
    bm25_toneless: Scores
    question_length: float
    statement_likeness: float
    toneless: float

    def two_best_dense(self) -> Scores:
        """Averages the two highest scaled cosines of each article's passages."""
        dense, groups = self.passages["nearness"], self.groups
        last = groups.starts + groups.sizes - 1
        ascending = dense[np.lexsort((dense, groups.owners))]
        return np.asarray((ascending[last] + ascending[np.maximum(last - 1, groups.starts)]) / 2)

    def same_for_all(self, value: float) -> Scores:
        """Gives each article the same value."""
        return np.full(len(self.groups.starts), value)


_ARTICLE = frozenset({Model.ARTICLE})
_ARTICLE_AND_CONFIDENCE = frozenset({Model.ARTICLE, Model.CONFIDENCE})
_CONFIDENCE = frozenset({Model.CONFIDENCE})
_MEANING = frozenset({Model.ARTICLE, Model.STATEMENT, Model.CONFIDENCE})

_COMPARED = frozenset({"nearness", "bm25", "bm25_toneless"})
"""Features of passages that tell only in comparison with other candidates, and so nothing of the confidence."""


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


def article_cosines(vectors: Vectors, groups: ArticleGroups, vector: Vector) -> Scores:
    """Computes the cosine of each article's mean passage vector to a question, shape (articles,).

    Args:
        vectors: of all passages, shape (passages, dim).
        groups: the passages of each article.
        vector: of the question, shape (dim,).
    """
    means = np.add.reduceat(vectors, groups.starts) / groups.sizes[:, None]
    norms = np.linalg.norm(means, axis=1)
    return np.asarray(np.einsum("ij,j->i", means, vector) / np.where(norms, norms, 1.0))


def statement_likeness(question: Question, settings: SearchSettings) -> float:
    """Tells how far a question states rather than asks, 0 to 1: 1 where nothing asks, else by its length.

    A question in English, whose words tell nothing here, counts as a statement: it is looked for by meaning.
    """
    if not question.asks or question.language == "en":
        return 1.0
    return float(np.interp(question.syllables, settings.statement_syllables, (0.0, 1.0)))


def question_length(question: Question) -> float:
    """Gives the logarithm of the number of a question's terms."""
    return math.log1p(len(question.terms["plain"]))
