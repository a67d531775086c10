"""Fits the model that ranks passages anew by what the reader says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.evaluation import contains_answer, rank_passages
from retrieval.search import READING_FEATURES, SHARE, FittedModels, LinearModel, Model, feature_names
from retrieval.service import QuestionAnswering
from retrieval.training.folds import fold_of
from retrieval.training.judged_corpora import PassageReadings, ReadQuestion
from retrieval.training.reranker_fitting import candidate_list, passage_text
from retrieval.training.solvers import CandidateList, fit_listwise

_FEATURES = feature_names(READING_FEATURES, Model.READING)
_EVIDENCE = frozenset(one.name for one in READING_FEATURES if one.speaks_for_only)


@dataclass(frozen=True, slots=True)
class ReadingExample:
    """A question with its read passages, among the other passages of the reranked articles."""

    key: tuple[str, str]
    """Id and text of the question."""
    fold: int
    passages: CandidateList
    readings: PassageReadings


def reading_example(
    models_by_fold: Sequence[FittedModels], weight: float, qa: QuestionAnswering, asked: ReadQuestion
) -> ReadingExample:
    """Asks a question with rerankers that were fitted without its fold, and keeps what the reader says.

    Args:
        models_by_fold: the models, by fold.
        weight: how many questions the example counts for.
        qa: the opened index, with a reader.
        asked: the question.
    """
    question = asked.question
    ranking = rank_passages(qa, question, models_by_fold[fold_of(question)])
    hits = [hit for hit in ranking.hits if SHARE in hit.signals]
    relevant = [
        hit.passage.article_id in question.relevant
        and (not question.answers or contains_answer(passage_text(qa, hit), question.answers))
        for hit in hits
    ]
    passages = candidate_list(_FEATURES, hits, relevant)
    return ReadingExample(
        (question.id, question.text),
        fold_of(question),
        CandidateList(passages.features, passages.relevant, weight),
        ranking.readings,
    )


def fit_reading(examples: Sequence[ReadingExample]) -> LinearModel:
    """Fits the model listwise over the passages of each question.

    Raises:
        TooFewError: too few questions have both a passage that answers and others.
    """
    return fit_listwise(_FEATURES, [one.passages for one in examples], _EVIDENCE)
