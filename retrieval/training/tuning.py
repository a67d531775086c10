"""Fitting ranking, marking and abstaining to judged questions, with cross-validation; `fitted` reads the result."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, islice
from pathlib import Path
from typing import TypeVar

import numpy as np

from retrieval.answering import SENTENCE_FEATURES
from retrieval.config import UNLIMITED
from retrieval.datatypes import Hit
from retrieval.evaluation import (
    FOLDS,
    Counted,
    Judged,
    Outcome,
    QuestionSet,
    ask_all,
    fold_of,
    holds_any_answer,
    outcome,
    quote_measures,
    ranking_measures,
)
from retrieval.search import (
    ARTICLE_FEATURES,
    FITTED_VERSION,
    PASSAGE_FEATURES,
    SHARE,
    TELLING,
    FittedModels,
    LinearModel,
    Model,
    RerankingModel,
    feature_names,
)
from retrieval.service import QuestionAnswering
from retrieval.training.calibration import Case, decided, fit_confidence
from retrieval.training.solvers import Contest, TooFewError, fit_listwise

_Result = TypeVar("_Result")

_ARTICLE, _STATEMENT = (feature_names(ARTICLE_FEATURES, model) for model in (Model.ARTICLE, Model.STATEMENT))
_PASSAGE = feature_names(PASSAGE_FEATURES, Model.PASSAGE)
_EVIDENCE = frozenset(one.name for one in ARTICLE_FEATURES if one.speaks_for_only) | frozenset(
    one.name for one in PASSAGE_FEATURES if one.speaks_for_only
)
_SENTENCE = feature_names(SENTENCE_FEATURES, Model.SENTENCE)

LEFT_OUT = "fitted on the others"
"""Behind the name of a set: with ranking and confidence fitted without it, as it does on questions of another kind."""

LEVELLING = 1 / 4
"""Power of the ratio of the studies' sizes by which the questions of a smaller one weigh more: at 0 every question
counts alike, and a few of another kind count for nothing; at 1 every study does, and a few questions rule."""

LEAST_WEIGHTS: Mapping[str, float] = {"article_bm25": 5.0}
"""Weights of an article's features, at the least, where questions are typed with tones. On news, BM25 and coverage can
stand in for each other; where all articles share their words, coverage tells less. Chosen on pages of a manual."""


_Family = tuple[Path, str]
"""What is left out together, sets with the same first question, such as twins: the index, and that question's id."""


@dataclass(frozen=True, slots=True)
class Study:
    """An index to ask, and the question sets that belong to it."""

    index: Path
    sets: tuple[QuestionSet, ...]
    for_abstaining_alone: bool = False
    """Whether ranking and marking are left as they are without it."""

    @property
    def size(self) -> int:
        """How many questions there are; at least 1, so that it divides."""
        return max(1, sum(len(questions.questions) for questions in self.sets))

    @property
    def chooses_threshold(self) -> bool:
        """Whether it holds unanswerable questions."""
        return any(not question.relevant for questions in self.sets for question in questions.questions)


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
class Tried:
    """The cases of a question set."""

    name: str
    family: _Family
    ranks: bool
    """Whether ranking and marking are fitted on it."""
    cases: Sequence[Case]

    @property
    def outcomes(self) -> list[Outcome]:
        """As the corpus is."""
        return [case.outcome for case in self.cases if not case.lacking]


@dataclass(frozen=True, slots=True)
class TuningReport:
    """The models, and how well they do out of fold: measures by set, and figures of abstaining."""

    fitted: FittedModels
    measures: Mapping[str, Mapping[str, float]]
    figures: Mapping[str, float]
    kept: tuple[str, ...]
    """What was left as it ships, as the questions do not tell of it."""


def tune(studies: Sequence[Study], counted: Counted) -> TuningReport:
    """Fit all models that the questions tell of; the others stay as they ship.

    Answer strings tell of passages and of marking. Every question tells of abstaining, as it is also asked as if the
    corpus lacked its right articles. The threshold is chosen for the questions with answer strings, and for the
    unanswerable ones, of studies that hold both; where there is none such, for all.

    Every question is asked up to four times: for the features of what competes to answer it; with the ranking that was
    fitted without the questions of its fold, for its first quote and the evidence of it, with its right articles and
    without; and, where there are several sets, with the ranking and the confidence that were fitted without its set and
    the set's twin, to tell how these do on questions of another kind.

    Args:
        studies: judged questions.
        counted: given a name and a number of questions, gives the function to call as each is done.

    Raises:
        TooFewError: too few questions that some articles answer.
    """
    before = FittedModels.load()
    by_family: defaultdict[_Family, list[Example]] = defaultdict(list)
    largest = max((study.size for study in studies if not study.for_abstaining_alone), default=1)
    for study in (one for one in studies if not one.for_abstaining_alone):
        ask = partial(example, before, (largest / study.size) ** LEVELLING)
        for questions in study.sets:
            by_family[_family(study, questions)] += _asked(study, questions, "", ask, counted)
    examples = [one for own in by_family.values() for one in own]
    fitted = _rankings(examples, before)
    folds = [_rankings([one for one in examples if one.fold != fold], before) for fold in range(FOLDS)]
    tried = []
    for study in studies:
        again = partial(_again, folds, study.chooses_threshold)
        for questions in study.sets:
            cases = chain.from_iterable(_asked(study, questions, ", out of fold", again, counted))
            tried.append(Tried(questions.name, _family(study, questions), not study.for_abstaining_alone, tuple(cases)))
    marked: Mapping[tuple[str, str], bool] = {}
    with suppress(TooFewError):
        sentence, marked = _fit_sentence([asked for one in tried if one.ranks for asked in one.outcomes])
        fitted = replace(fitted, sentence=sentence)
    figures: Mapping[str, float] = {}
    measures = {
        one.name: ranking_measures(one.outcomes) | quote_measures(one.outcomes) | _marked(one.outcomes, marked)
        for one in tried
    }
    with suppress(TooFewError):
        abstaining = fit_confidence([case for one in tried for case in one.cases])
        fitted = abstaining.on(fitted)
        figures, given = abstaining.figures, iter(abstaining.given)
        for one in tried:
            measures[one.name] |= decided(one.cases, list(islice(given, len(one.cases))))
    left_out = _left_out(studies, by_family, tried, before, counted)
    return TuningReport(fitted, measures | left_out, figures, _kept(fitted, before))


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
    studies: Sequence[Study],
    by_family: Mapping[_Family, Sequence[Example]],
    tried: Sequence[Tried],
    before: FittedModels,
    counted: Counted,
) -> dict[str, dict[str, float]]:
    """Measures of each set when ranking and confidence are fitted on the other sets, as far as these are enough.

    The evidence that the confidence is then fitted on was gathered with rankings that had seen the set; and where those
    sets do not tell the threshold, all of the others do.
    """
    measures = {}
    for family in dict.fromkeys(one.family for one in tried if any(case.answerable for case in one.cases)):
        with suppress(TooFewError):
            fitted = _rankings([one for other, own in by_family.items() if other != family for one in own], before)
            with suppress(TooFewError):
                fitted = fit_confidence([case for one in tried if one.family != family for case in one.cases]).on(
                    fitted
                )
            ask = partial(outcome, fitted=fitted)
            own_sets = ((study, questions) for study in studies for questions in study.sets)
            for study, questions in own_sets:
                if _family(study, questions) == family:
                    asked = _asked(study, questions, f", {LEFT_OUT}", ask, counted)
                    measured = ranking_measures(asked) | quote_measures(asked)
                    measured.pop("marked sentence", None)  # what marks was fitted on this set
                    if fitted.confidence is not before.confidence:
                        cases = [Case(one, lacking=False, decides=False) for one in asked]
                        measured |= decided(cases, [one.assessment.confidence >= fitted.threshold for one in asked])
                    measures[f"{questions.name}, {LEFT_OUT}"] = measured
    return measures


def _kept(fitted: FittedModels, before: FittedModels) -> tuple[str, ...]:
    same = {
        "ranking passages": fitted.toned.passage is before.toned.passage,
        "ranking passages without tones": fitted.toneless.passage is before.toneless.passage,
        "marking": fitted.sentence is before.sentence,
        "abstaining": fitted.confidence is before.confidence,
    }
    return tuple(name for name, is_same in same.items() if is_same)


def example(fitted: FittedModels, weight: float, qa: QuestionAnswering, question: Judged) -> Example:
    """Ask, and keep the features of what competes; the question is to count for so many."""
    ranking = qa.assess(question.text, k=UNLIMITED, today=question.today, models=fitted).ranking
    hits = [hit for hit in ranking.hits if SHARE in hit.signals]
    first: dict[str, Hit] = {}
    for hit in hits:
        first.setdefault(hit.passage.article_id, hit)
    own = [hit for hit in hits if hit.passage.article_id in question.relevant]
    return Example(
        toned=not (hits and hits[0].signals["toneless"]),
        telling=hits[0].signals[TELLING] if hits else 0.0,
        fold=fold_of(question),
        weight=weight,
        articles=_contest(_ARTICLE, list(first.values()), [key in question.relevant for key in first]),
        passages=_contest(_PASSAGE, own, [holds_any_answer(_text(qa, hit), question.answers) for hit in own]),
    )


def _contest(names: Sequence[str], hits: Sequence[Hit], right: Sequence[bool]) -> Contest:
    rows = np.array([[hit.signals[name] for name in names] for hit in hits], np.float32).reshape(-1, len(names))
    return Contest(rows, np.array(right, bool))


def _text(qa: QuestionAnswering, hit: Hit) -> str:
    article = qa.article(hit.passage.article_id)
    return article.body[hit.passage.start : hit.passage.end] if article else ""


def _again(folds: Sequence[FittedModels], decides: bool, qa: QuestionAnswering, question: Judged) -> list[Case]:
    """Ask with models fitted without the question's fold: as the corpus is, and as if it lacked what answers."""
    fitted = folds[fold_of(question)]
    decides = decides and bool(question.answers or not question.relevant)
    cases = [Case(outcome(qa, question, fitted), lacking=False, decides=decides)]
    if any(qa.article(key) for key in question.relevant):
        cases.append(Case(outcome(qa, question, fitted, without=tuple(question.relevant)), lacking=True, decides=False))
    return cases


def _rankings(examples: Sequence[Example], before: FittedModels) -> FittedModels:
    """The models with the ranking fitted anew."""
    toned, plain = (
        _ranking([one for one in examples if one.toned is toned], before.reranking(toned=toned), least)
        for toned, least in ((True, LEAST_WEIGHTS), (False, {}))
    )
    return replace(before, toned=toned, toneless=plain)


def _ranking(examples: Sequence[Example], before: RerankingModel, least: Mapping[str, float]) -> RerankingModel:
    columns = [_ARTICLE.index(name) for name in _STATEMENT]
    articles = [
        Contest(
            np.hstack([one.articles.rows, one.telling * one.articles.rows[:, columns]]), one.articles.right, one.weight
        )
        for one in examples
    ]
    where_telling = [f"{TELLING} {name}" for name in _STATEMENT]
    evidence = _EVIDENCE.union(where_telling)
    article = fit_listwise([*_ARTICLE, *where_telling], articles, evidence, least).weights
    passage = before.passage
    with suppress(TooFewError):
        passages = [replace(one.passages, weight=one.weight) for one in examples]
        passage = fit_listwise(_PASSAGE, passages, evidence)
    return RerankingModel(
        LinearModel({name: article[name] for name in _ARTICLE}),
        passage,
        LinearModel({name: article[told] for name, told in zip(_STATEMENT, where_telling, strict=True)}),
    )


def _fit_sentence(outcomes: Sequence[Outcome]) -> tuple[LinearModel, dict[tuple[str, str], bool]]:
    """The model that marks; and, for each question, whether it marks an answer when fitted without its fold."""
    contests = [_sentences(one) for one in outcomes]
    marks: dict[tuple[str, str], bool] = {}
    for fold in range(FOLDS):
        kept = [contest for contest, one in zip(contests, outcomes, strict=True) if fold_of(one.question) != fold]
        model = fit_listwise(_SENTENCE, kept)
        weights = np.array([model.weights[name] for name in _SENTENCE])
        for contest, one in zip(contests, outcomes, strict=True):
            if fold_of(one.question) == fold and len(contest.rows):
                best = int(np.argmax(contest.rows @ weights))
                marks[one.question.id, one.question.text] = bool(contest.right[best])
    return fit_listwise(_SENTENCE, contests), marks


def _sentences(one: Outcome) -> Contest:
    found = one.assessment.sentences
    rows = np.array([[features[name] for name in _SENTENCE] for _, features in found], np.float32)
    right = [
        bool(one.question.relevant)
        and one.assessment.quotes[0].article_id in one.question.relevant
        and holds_any_answer(text, one.question.answers)
        for text, _ in found
    ]
    return Contest(rows.reshape(-1, len(_SENTENCE)), np.array(right, bool))


def _marked(outcomes: Sequence[Outcome], marks: Mapping[tuple[str, str], bool]) -> dict[str, float]:
    known = [one for one in outcomes if one.question.answers and one.question.relevant]
    if not (known and marks):
        return {}
    hits = [marks.get((one.question.id, one.question.text), False) for one in known]
    return {"marked sentence": 100 * sum(hits) / len(hits)}


def content(report: TuningReport, command: str) -> str:
    """The file: the models, the command that wrote it, and how well they do out of fold."""
    fields = {
        "version": FITTED_VERSION,
        "written_by": command,
        "out_of_fold": {
            **{name: round(value, 3) for name, value in report.figures.items()},
            **{name: {key: round(value, 2) for key, value in one.items()} for name, one in report.measures.items()},
        },
        **report.fitted.sections(),
    }
    return json.dumps(fields, indent=2, ensure_ascii=False) + "\n"
