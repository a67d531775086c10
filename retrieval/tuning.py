"""Fitting when to abstain, from the outcomes of judged questions, as the small file that `confidence` reads."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, roc_auc_score
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from retrieval import confidence
from retrieval.errors import HoiBaoError, SourceError
from retrieval.evaluation import Outcome, QuestionSet, first_quote, holds_answer
from retrieval.evidence import FEATURES, count_rarity
from retrieval.readers import read
from retrieval.text import toneless

FOLDS = 5

REFUSED = 0.8
"""Share of the unanswerable questions, out of fold, that the threshold refuses."""


LEAST = 5
"""Articles that must hold a syllable for it to stand in the rarity table."""


def rarity_table(corpus: Path) -> bytes:
    """The content of `evidence.TABLE`, counted over the articles of a file or folder; the same each time.

    Raises:
        UsageError: there is no such file or folder.
        SourceError: an article cannot be read.
    """
    return gzip.compress(count_rarity(_texts(corpus), least=LEAST).encode(), mtime=0)


def _texts(corpus: Path) -> Iterator[str]:
    for item in read([corpus]):
        if isinstance(item, SourceError):
            raise item
        yield f"{item.article.title}\n{item.article.body}"


@dataclass(frozen=True, slots=True)
class Fitted:
    """The file's content, and how well it does out of fold: shares in percent, AUROC and Brier score."""

    content: str
    figures: dict[str, float]


def without_tones(questions: QuestionSet) -> QuestionSet:
    """The same questions as somebody types them who leaves out all marks."""
    plain = tuple(replace(question, text=toneless(question.text)) for question in questions.questions)
    return QuestionSet(f"{questions.name} without tones", plain)


def fit(outcomes: Sequence[Outcome], command: str) -> Fitted:
    """A logistic regression from the evidence for a first quote to whether it answers, and a threshold.

    Twins of one question, and questions of one article, stay in one fold of the cross-validation. The threshold is the
    lowest that refuses `REFUSED` of the unanswerable, by probabilities out of fold.

    Args:
        outcomes: of answerable and of unanswerable questions.
        command: what was typed, to be kept in the file.

    Raises:
        HoiBaoError: too few questions of either kind to cross-validate.
    """
    asked = [outcome for outcome in outcomes if outcome.considered.features]
    rows = np.array([[one.considered.features[name] for name in FEATURES] for one in asked], dtype=np.float64)
    right = np.array([quotes_an_answer(outcome) for outcome in asked], dtype=bool)
    answerable = np.array([bool(outcome.question.relevant) for outcome in asked], dtype=bool)
    groups = [_group(outcome) for outcome in asked]
    if min(right.sum(), (~answerable).sum(), len(set(groups))) < FOLDS:
        raise HoiBaoError("too few questions to fit on: at least five answerable and five unanswerable ones are needed")
    model = make_pipeline(StandardScaler(), LogisticRegression())
    folds = GroupKFold(FOLDS)
    held_out = cross_val_predict(model, rows, right, groups=groups, cv=folds, method="predict_proba")[:, 1]
    threshold = float(np.quantile(held_out[~answerable], REFUSED))
    figures = _figures(held_out, right, answerable, threshold)
    model.fit(rows, right)
    return Fitted(_content(*_raw(model[0], model[1]), threshold, figures, command, len(asked)), figures)


def quotes_an_answer(outcome: Outcome) -> bool:
    """Whether the first quote holds an answer string; where none is known, whether it is of a right article."""
    if not outcome.considered.quotes or not outcome.question.relevant:
        return False
    if outcome.question.answers:
        return holds_answer(outcome, first_quote)
    return outcome.considered.quotes[0].article_id in outcome.question.relevant


def _group(outcome: Outcome) -> str:
    return min(outcome.question.relevant, default=outcome.question.id)


def _figures(
    probability: NDArray[np.float64], right: NDArray[np.bool_], answerable: NDArray[np.bool_], threshold: float
) -> dict[str, float]:
    given = probability >= threshold
    return {
        "AUROC, answerable against unanswerable": float(roc_auc_score(answerable, probability)),
        "AUROC, first quote answers against not": float(roc_auc_score(right, probability)),
        "Brier score": float(brier_score_loss(right, probability)),
        "answerable that are answered, %": 100 * float(given[answerable].mean()),
        "unanswerable that are refused, %": 100 * float((~given)[~answerable].mean()),
        "right among the answered, %": 100 * float(right[given].mean()),
    }


def _raw(scaler: StandardScaler, regression: LogisticRegression) -> tuple[float, dict[str, float]]:
    """Intercept and weights for features as they are, the scaling folded in."""
    weights = regression.coef_[0] / scaler.scale_
    intercept = float(regression.intercept_[0] - weights @ scaler.mean_)
    return intercept, {name: float(weight) for name, weight in zip(FEATURES, weights, strict=True)}


def _content(
    intercept: float, weights: dict[str, float], threshold: float, figures: dict[str, float], command: str, count: int
) -> str:
    fields = {
        "version": confidence.VERSION,
        "written_by": command,
        "questions": count,
        "out_of_fold": {name: round(value, 3) for name, value in figures.items()},
        "threshold": round(threshold, 4),
        "intercept": round(intercept, 4),
        "weights": {name: round(weight, 4) for name, weight in weights.items()},
    }
    return json.dumps(fields, indent=2, ensure_ascii=False) + "\n"
