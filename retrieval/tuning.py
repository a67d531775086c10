"""Fitting ranking, marking and abstaining to judged questions, with cross-validation; `fitted` reads the result."""

from __future__ import annotations

import json
import zlib
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np

from retrieval import fitted as file
from retrieval.answering import CONFIDENCE_FEATURES
from retrieval.asking import ask_all
from retrieval.config import ALL
from retrieval.datatypes import Hit
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
from retrieval.fitting import (
    LEAST,
    Contest,
    TooFewError,
    abstention_figures,
    fit_listwise,
    fit_probability,
    safe_threshold,
)
from retrieval.judgements import Judged, QuestionSet
from retrieval.marking import SENTENCE_FEATURES
from retrieval.ranking import ARTICLE_FEATURES, EITHER_WAY, PASSAGE_FEATURES, SHARE, TELLING, TELLING_FEATURES
from retrieval.service import QuestionAnswering

_Result = TypeVar("_Result")

FOLDS = 5

LEFT_OUT = "fitted on the others"
"""Behind the name of a set: how ranking does on it that was fitted without it, as on questions of another kind."""

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
class Example:
    """A question with its articles, and with the passages of its right articles."""

    toned: bool
    telling: float
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


def tune(studies: Sequence[Study], counted: Counted) -> Report:
    """Fit all models that the questions tell of; the others stay as they ship.

    Answer strings tell of passages and of marking, unanswerable questions of abstaining.

    Every question is asked thrice: for the features of what competes to answer it; with the ranking that was fitted
    without the questions of its fold, for its first quote and the evidence of it; and, where there are several sets,
    with the ranking that was fitted without its set and the set's twin, to tell how it does on questions of another
    kind. Twins of one question, and questions of one article, are in one fold.

    Args:
        studies: judged questions; abstaining is learned from those that hold unanswerable ones.
        counted: given a name and a number of questions, gives the function to call as each is done.

    Raises:
        TooFewError: too few questions that some articles answer, or of those that abstaining is learned from.
    """
    before = Fitted.load()
    by_family: defaultdict[_Family, list[Example]] = defaultdict(list)
    largest = max(study.size for study in studies)
    for study in studies:
        ask = partial(example, before, (largest / study.size) ** LEVELLING)
        for questions in study.sets:
            by_family[_family(study, questions)] += _asked(study, questions, "", ask, counted)
    examples = [one for own in by_family.values() for one in own]
    fitted = _rankings(examples, before)
    again = partial(_again, [_rankings([one for one in examples if one.fold != fold], before) for fold in range(FOLDS)])
    retried: list[tuple[Study, QuestionSet, list[Outcome]]] = [
        (study, questions, _asked(study, questions, ", out of fold", again, counted))
        for study in studies
        for questions in study.sets
    ]
    outcomes = [one for _, _, asked in retried for one in asked]
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
    return Report(fitted, measures | _left_out(studies, by_family, before, counted), figures, _kept(fitted, before))


_Family = tuple[Path, str]
"""A question set with its twin: the index, and the id of the first question, which twins have in common."""


def _family(study: Study, questions: QuestionSet) -> _Family:
    return study.index, questions.questions[0].id


def _asked(
    study: Study,
    questions: QuestionSet,
    how: str,
    ask: Callable[[QuestionAnswering, Judged], _Result],
    counted: Counted,
) -> list[_Result]:
    with counted(f"{questions.name}{how}", len(questions.questions)) as step:
        return ask_all(study.index, None, questions.questions, ask, step)


def _left_out(
    studies: Sequence[Study], by_family: Mapping[_Family, Sequence[Example]], before: Fitted, counted: Counted
) -> dict[str, dict[str, float]]:
    """Measures of each set when ranking is fitted on the other sets alone, as far as these are enough to fit on."""
    measures = {}
    for family in by_family:
        with suppress(TooFewError):
            fitted = _rankings([one for other, own in by_family.items() if other != family for one in own], before)
            ask = partial(outcome, fitted=fitted)
            own_sets = ((study, questions) for study in studies for questions in study.sets)
            for study, questions in own_sets:
                if questions.answerable and _family(study, questions) == family:
                    asked = _asked(study, questions, f", {LEFT_OUT}", ask, counted)
                    measures[f"{questions.name}, {LEFT_OUT}"] = ranking_measures(asked) | quote_measures(asked)
    return measures


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
        telling=hits[0].signals[TELLING] if hits else 0.0,
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
    columns = [ARTICLE_FEATURES.index(name) for name in TELLING_FEATURES]
    articles = [
        Contest(
            np.hstack([one.articles.rows, one.telling * one.articles.rows[:, columns]]), one.articles.right, one.weight
        )
        for one in examples
    ]
    where_telling = [f"{TELLING} {name}" for name in TELLING_FEATURES]
    evidence = {*ARTICLE_FEATURES, *where_telling, *PASSAGE_FEATURES} - EITHER_WAY
    article = fit_listwise([*ARTICLE_FEATURES, *where_telling], articles, evidence).weights
    passage = before.passage
    with suppress(TooFewError):
        passages = [replace(one.passages, weight=one.weight) for one in examples]
        passage = fit_listwise(PASSAGE_FEATURES, passages, evidence)
    return RankingModel(
        Linear({name: article[name] for name in ARTICLE_FEATURES}),
        passage,
        Linear({name: article[told] for name, told in zip(TELLING_FEATURES, where_telling, strict=True)}),
    )


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
    if min(right.sum(), (~answerable).sum()) < LEAST:
        raise TooFewError("too few questions to fit on: at least five answerable and five unanswerable ones are needed")
    confidence, held_out = fit_probability(CONFIDENCE_FEATURES, rows, right, folds)
    threshold = safe_threshold(held_out, right, answerable)
    return confidence, threshold, abstention_figures(held_out, right, answerable, threshold)


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
