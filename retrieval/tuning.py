"""Fitting ranking, marking and abstaining to judged questions, with cross-validation; `fitted` reads the result."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import optimize
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, roc_auc_score
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from retrieval import fitted as file
from retrieval.answering import CONFIDENCE_FEATURES
from retrieval.asking import ask_all
from retrieval.config import ALL
from retrieval.datatypes import Hit
from retrieval.errors import HoiBaoError
from retrieval.evaluation import (
    Counted,
    Outcome,
    holds,
    outcome,
    quote_measures,
    quotes_an_answer,
    ranking_measures,
    tells_right_from_wrong,
)
from retrieval.fitted import Fitted, Linear, RankingModel
from retrieval.judgements import Judged, QuestionSet
from retrieval.marking import SENTENCE_FEATURES
from retrieval.ranking import ARTICLE_FEATURES, EITHER_WAY, LONG, PASSAGE_FEATURES, SHARE
from retrieval.service import QuestionAnswering

FOLDS = 5

REFUSED = 0.9
"""Least share of the unanswerable questions, out of fold, that the threshold refuses."""

WRONG = 0.05
"""Greatest share of wrong first quotes among the answerable questions, out of fold, that the threshold answers."""

STRENGTH, CONFIDENCE_STRENGTH = 0.1, 0.01
"""Variance of the weights' Gaussian prior, in rankings and in the confidence, for features of unit deviation."""

LEVELLING = 1 / 4
"""Power of the ratio of the studies' sizes by which the questions of a smaller one weigh more: at 0 every question
counts alike, and a few of another kind count for nothing; at 1 every study does, and a few questions rule."""


@dataclass(frozen=True, slots=True)
class Study:
    """An index to ask, and the question sets that belong to it."""

    index: Path
    sets: tuple[QuestionSet, ...]

    @property
    def size(self) -> int:
        """How many questions there are; at least 1, so that it divides."""
        return max(1, sum(len(questions.questions) for questions in self.sets))

    @property
    def tells_unanswerable(self) -> bool:
        """Whether abstaining can be learned from it."""
        return not all(questions.answerable for questions in self.sets)


@dataclass(frozen=True, slots=True)
class Contest:
    """What competes for a question, a row each, in the order of the fused list, and which of it is right."""

    rows: NDArray[np.float32]
    right: NDArray[np.bool_]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Example:
    """A question with its articles, and with the passages of its right articles."""

    toned: bool
    long: float
    fold: int
    weight: float
    articles: Contest
    passages: Contest


@dataclass(frozen=True, slots=True)
class Report:
    """The models, and how well they do out of fold: measures by set, and figures of abstaining."""

    fitted: Fitted
    measures: Mapping[str, Mapping[str, float]]
    figures: Mapping[str, float]
    kept: tuple[str, ...]
    """What was left as it ships, as the questions do not tell of it."""


class TooFewError(HoiBaoError):
    """There is too little to fit on."""


def tune(studies: Sequence[Study], counted: Counted) -> Report:
    """Fit all models that the questions tell of; the others stay as they ship.

    Answer strings tell of passages and of marking, unanswerable questions of abstaining.

    Every question is asked twice: once for the features of what competes to answer it, once with the ranking that was
    fitted without the questions of its fold, for its first quote and the evidence of it. Twins of one question, and
    questions of one article, are in one fold.

    Args:
        studies: judged questions; abstaining is learned from those that hold unanswerable ones.
        counted: given a name and a number of questions, gives the function to call as each is done.

    Raises:
        TooFewError: too few questions that some articles answer, or of those that abstaining is learned from.
    """
    before = Fitted.load()
    examples: list[Example] = []
    largest = max(study.size for study in studies)
    for study in studies:
        ask = partial(example, before, (largest / study.size) ** LEVELLING)
        for questions in study.sets:
            with counted(questions.name, len(questions.questions)) as step:
                examples += ask_all(study.index, None, questions.questions, ask, step)
    folds = [_rankings([one for one in examples if one.fold != fold], before) for fold in range(FOLDS)]
    retried: list[tuple[Study, QuestionSet, list[Outcome]]] = []
    for study in studies:
        for questions in study.sets:
            with counted(f"{questions.name}, out of fold", len(questions.questions)) as step:
                asked = ask_all(study.index, None, questions.questions, partial(_again, folds), step)
            retried.append((study, questions, asked))
    outcomes = [one for _, _, asked in retried for one in asked]
    fitted = _rankings(examples, before)
    marked: Mapping[tuple[str, str], bool] = {}
    with suppress(TooFewError):
        sentence, marked = _fit_sentence(outcomes)
        fitted = replace(fitted, sentence=sentence)
    figures: Mapping[str, float] = {}
    if evidence := [one for study, _, asked in retried if study.tells_unanswerable for one in asked]:
        confidence, threshold, figures = fit_confidence(evidence)
        fitted = replace(fitted, confidence=confidence, threshold=threshold)
    measures = {
        questions.name: {**ranking_measures(asked), **quote_measures(asked), **_marked(asked, marked)}
        for _, questions, asked in retried
        if questions.answerable
    }
    return Report(fitted, measures, figures, _kept(fitted, before))


def _kept(fitted: Fitted, before: Fitted) -> tuple[str, ...]:
    same = {
        "ranking passages": fitted.toned.passage is before.toned.passage,
        "ranking passages without tones": fitted.toneless.passage is before.toneless.passage,
        "marking": fitted.sentence is before.sentence,
        "abstaining": fitted.confidence is before.confidence,
    }
    return tuple(name for name, is_same in same.items() if is_same)


def fold_of(question: Judged) -> int:
    """The same for all questions of one article."""
    return zlib.crc32(min(question.relevant, default=question.id).encode()) % FOLDS


def example(fitted: Fitted, weight: float, qa: QuestionAnswering, question: Judged) -> Example:
    """Ask, and keep the features of what competes; the question is to count for so many."""
    hits, _ = qa.consider(question.text, k=ALL, today=question.today, fitted=fitted)
    hits = [hit for hit in hits if SHARE in hit.signals]
    first: dict[str, Hit] = {}
    for hit in hits:
        first.setdefault(hit.passage.article_id, hit)
    own = [hit for hit in hits if hit.passage.article_id in question.relevant]
    return Example(
        toned=not (hits and hits[0].signals["toneless"]),
        long=hits[0].signals[LONG] if hits else 0.0,
        fold=fold_of(question),
        weight=weight,
        articles=_contest(ARTICLE_FEATURES, list(first.values()), [key in question.relevant for key in first]),
        passages=_contest(PASSAGE_FEATURES, own, [holds(_text(qa, hit), question.answers) for hit in own]),
    )


def _contest(names: Sequence[str], hits: Sequence[Hit], right: Sequence[bool]) -> Contest:
    rows = np.array([[hit.signals[name] for name in names] for hit in hits], np.float32).reshape(-1, len(names))
    return Contest(rows, np.array(right, bool))


def _text(qa: QuestionAnswering, hit: Hit) -> str:
    article = qa.article(hit.passage.article_id)
    return article.body[hit.passage.start : hit.passage.end] if article else ""


def _again(folds: Sequence[Fitted], qa: QuestionAnswering, question: Judged) -> Outcome:
    return outcome(qa, question, folds[fold_of(question)])


def _rankings(examples: Sequence[Example], before: Fitted) -> Fitted:
    """The models with the ranking fitted anew."""
    toned, plain = (
        _ranking([one for one in examples if one.toned is toned], before.ranking(toned=toned))
        for toned in (True, False)
    )
    return replace(before, toned=toned, toneless=plain)


def _ranking(examples: Sequence[Example], before: RankingModel) -> RankingModel:
    twice = [
        Contest(np.hstack([one.articles.rows, one.long * one.articles.rows]), one.articles.right, one.weight)
        for one in examples
    ]
    evidence = {*ARTICLE_FEATURES, *PASSAGE_FEATURES} - EITHER_WAY
    article = fit_listwise([*ARTICLE_FEATURES, *(LONG + name for name in ARTICLE_FEATURES)], twice, evidence).weights
    passage = before.passage
    with suppress(TooFewError):
        passages = [replace(one.passages, weight=one.weight) for one in examples]
        passage = fit_listwise(PASSAGE_FEATURES, passages, evidence)
    return RankingModel(
        Linear({name: article[name] for name in ARTICLE_FEATURES}),
        passage,
        Linear({name: article[LONG + name] for name in ARTICLE_FEATURES}),
    )


def fit_listwise(names: Sequence[str], contests: Sequence[Contest], evidence: Set[str] = frozenset()) -> Linear:
    """A linear score whose softmax over what competes tells how probably each is right.

    The likelihood that something right is chosen (McFadden's conditional logit, 1974; ListNet's top-one probability,
    Cao et al. 2007), with an L2 penalty on the weights of features of unit deviation.

    Args:
        names: of the features, in the order of the rows' columns.
        contests: those in which nothing or everything is right are left out.
        evidence: the features that may not weigh against: what is like another one must not be balanced by it, or the
            weights mean little on other questions.

    Raises:
        TooFewError: too few are left to fit on.
    """
    open_ones = [contest for contest in contests if 0 < contest.right.sum() < len(contest.right)]
    if len(open_ones) < FOLDS:
        raise TooFewError(
            "too few questions to fit on: at least five that are answered by some articles and not by others"
        )
    sizes = [len(contest.rows) for contest in open_ones]
    starts = np.cumsum([0, *sizes[:-1]])
    owner = np.repeat(np.arange(len(sizes)), sizes)
    rows = np.concatenate([contest.rows for contest in open_ones]).astype(np.float64)
    right = np.concatenate([contest.right for contest in open_ones])
    counts = np.array([contest.weight for contest in open_ones])
    centred = rows - (np.add.reduceat(rows, starts) / np.array(sizes)[:, None])[owner]
    deviation = np.sqrt(np.average(centred**2, axis=0, weights=counts[owner])) + 1e-6
    rows /= deviation

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        scores = rows @ weights
        powers = np.exp(scores - np.maximum.reduceat(scores, starts)[owner])
        chosen = powers / np.add.reduceat(powers, starts)[owner]
        hit = np.maximum(np.add.reduceat(chosen * right, starts), 1e-300)
        value = float(-counts @ np.log(hit) + weights @ weights / (2 * STRENGTH))
        return value, rows.T @ (counts[owner] * (chosen - chosen * right / hit[owner])) + weights / STRENGTH

    bounds = [(0.0 if name in evidence else None, None) for name in names]
    fitted = optimize.minimize(
        loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", bounds=bounds, options={"maxiter": 1000}
    )
    return Linear(dict(zip(names, (fitted.x / deviation).tolist(), strict=True)))


def _fit_sentence(outcomes: Sequence[Outcome]) -> tuple[Linear, dict[tuple[str, str], bool]]:
    """The model that marks; and, for each question, whether it marks an answer when fitted without its fold."""
    contests = [_sentences(one) for one in outcomes]
    marks: dict[tuple[str, str], bool] = {}
    for fold in range(FOLDS):
        kept = [contest for contest, one in zip(contests, outcomes, strict=True) if fold_of(one.question) != fold]
        model = fit_listwise(SENTENCE_FEATURES, kept)
        weights = np.array([model.weights[name] for name in SENTENCE_FEATURES])
        for contest, one in zip(contests, outcomes, strict=True):
            if fold_of(one.question) == fold and len(contest.rows):
                best = int(np.argmax(contest.rows @ weights))
                marks[one.question.id, one.question.text] = bool(contest.right[best])
    return fit_listwise(SENTENCE_FEATURES, contests), marks


def _sentences(one: Outcome) -> Contest:
    found = one.considered.sentences
    rows = np.array([[features[name] for name in SENTENCE_FEATURES] for _, features in found], np.float32)
    right = [
        bool(one.question.relevant)
        and one.considered.quotes[0].article_id in one.question.relevant
        and holds(text, one.question.answers)
        for text, _ in found
    ]
    return Contest(rows.reshape(-1, len(SENTENCE_FEATURES)), np.array(right, bool))


def _marked(outcomes: Sequence[Outcome], marks: Mapping[tuple[str, str], bool]) -> dict[str, float]:
    known = [one for one in outcomes if one.question.answers and one.question.relevant]
    if not (known and marks):
        return {}
    hits = [marks.get((one.question.id, one.question.text), False) for one in known]
    return {"marked sentence": 100 * sum(hits) / len(hits)}


def fit_confidence(outcomes: Sequence[Outcome]) -> tuple[Linear, float, dict[str, float]]:
    """The probability that the first quote answers, the threshold for it, and their figures out of fold."""
    judged = [one for one in tells_right_from_wrong(outcomes) if one.considered.features]
    rows = np.array([[one.considered.features[name] for name in CONFIDENCE_FEATURES] for one in judged])
    right = np.array([quotes_an_answer(one) for one in judged], bool)
    answerable = np.array([bool(one.question.relevant) for one in judged], bool)
    folds = np.array([fold_of(one.question) for one in judged])
    if min(right.sum(), (~answerable).sum()) < FOLDS:
        raise TooFewError("too few questions to fit on: at least five answerable and five unanswerable ones are needed")
    held_out = np.zeros(len(judged))
    for fold in np.unique(folds):
        model = _regression().fit(rows[folds != fold], right[folds != fold])
        held_out[folds == fold] = model.predict_proba(rows[folds == fold])[:, 1]
    threshold = safe_threshold(held_out, right, answerable)
    model = _regression().fit(rows, right)
    return _raw(model[0], model[1]), threshold, _figures(held_out, right, answerable, threshold)


def _regression() -> Pipeline:
    return make_pipeline(StandardScaler(), LogisticRegression(C=CONFIDENCE_STRENGTH, max_iter=1000))


def safe_threshold(probability: NDArray[np.float64], right: NDArray[np.bool_], answerable: NDArray[np.bool_]) -> float:
    """The lowest threshold, in four decimals, that refuses `REFUSED` of the unanswerable and keeps to `WRONG`; or 1."""
    for threshold in np.unique(np.ceil(10_000 * probability) / 10_000):
        given = probability >= threshold
        refused = 1 - given[~answerable].mean()
        wrong = (~right)[given & answerable].mean() if (given & answerable).any() else 1.0
        if refused >= REFUSED and wrong <= WRONG:
            return float(threshold)
    return 1.0


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
        "wrong first quotes among the answerable that are answered, %": 100
        * float((~right)[given & answerable].mean()),
    }


def _raw(scaler: StandardScaler, regression: LogisticRegression) -> Linear:
    """Intercept and weights for features as they are, the scaling folded in."""
    weights = regression.coef_[0] / scaler.scale_
    intercept = float(regression.intercept_[0] - weights @ scaler.mean_)
    return Linear(dict(zip(CONFIDENCE_FEATURES, weights.tolist(), strict=True)), intercept)


def content(report: Report, command: str) -> str:
    """The file: the models, the command that wrote it, and how well they do out of fold."""
    fields = {
        "version": file.VERSION,
        "written_by": command,
        "out_of_fold": {
            **{name: round(value, 3) for name, value in report.figures.items()},
            **{name: {key: round(value, 2) for key, value in one.items()} for name, one in report.measures.items()},
        },
        **report.fitted.sections(),
    }
    return json.dumps(fields, indent=2, ensure_ascii=False) + "\n"
