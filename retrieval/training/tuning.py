"""Fits ranking, answer sentence and confidence on judged corpora by cross-validation, for `fitted.json`."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, islice

from retrieval.config import DEFAULT_READER, NO_READER, ReaderChoice
from retrieval.evaluation import (
    ProgressFactory,
    QuestionResult,
    ask_question,
    quote_measures,
    ranking_measures,
)
from retrieval.search import FITTED_VERSION, WITH_READER, WITHOUT_READER, FittedModels, fitted_file
from retrieval.service import QuestionAnswering
from retrieval.training.answer_sentence_fitting import MarkedCorrectly, answer_sentence_measures, fit_answer_sentence
from retrieval.training.calibration import ConfidenceExample, abstention_measures, fit_confidence
from retrieval.training.folds import FOLDS, fold_of
from retrieval.training.judged_corpora import JudgedCorpus, Readings, ReadQuestion, SetGroup
from retrieval.training.reading_fitting import ReadingExample, fit_reading, reading_example
from retrieval.training.reranker_fitting import RerankingExample, fit_rerankers, reranking_example
from retrieval.training.solvers import TooFewError

HELD_OUT_LABEL = "fitted on the others"
"""Label of the measures of a question set by models that were fitted without it.

These tell how well the models do on questions of another kind.
"""

SIZE_BALANCE_EXPONENT = 1 / 4
"""Power of the ratio of corpus sizes that weights the questions of smaller corpora.

At 0 every question weighs alike, and a few questions of another kind count for nothing; at 1 every corpus weighs alike,
and a few questions dominate.
"""


@dataclass(frozen=True, slots=True)
class HeldOutResults:
    """The examples of a question set, asked with models fitted without their folds."""

    name: str
    group: SetGroup
    trains_ranking: bool
    """Whether the ranking and the answer sentence are fitted on the set."""
    examples: Sequence[ConfidenceExample]

    @property
    def question_results(self) -> list[QuestionResult]:
        """The results of asking the corpus as it is, with no article hidden."""
        return [example.result for example in self.examples if not example.hidden]


@dataclass(frozen=True, slots=True)
class TuningReport:
    """The fitted models with their out-of-fold measures."""

    models: FittedModels
    measures: Mapping[str, Mapping[str, float]]
    """Measures by the name of the question set."""
    figures: Mapping[str, float]
    """Measures of the confidence and its threshold; empty where it was not fitted."""
    unchanged: tuple[str, ...]
    """Names of the models that stay as they ship, for want of questions to fit on."""


def tune(
    corpora: Sequence[JudgedCorpus], progress: ProgressFactory, reader: ReaderChoice = DEFAULT_READER
) -> TuningReport:
    """Fits every model for which there are enough questions; the others stay as they ship.

    Passage and answer-sentence models need answer strings. The confidence is fitted on all questions, each also asked
    as if the corpus lacked its relevant articles. The threshold is chosen on the questions with answer strings and the
    unanswerable questions, of corpora that have unanswerable questions; where there are too few such questions, on all.

    Every question is asked up to five times: for the features of its candidates; to read the best passages; twice with
    rerankers fitted without its fold, with its relevant articles and without; and, where there are several question
    sets, with models fitted without its set and the variations of the set. The models of answering are those with a
    reader, or, if the reader is off, those without.

    Args:
        corpora: the judged questions.
        progress: shows how many questions of a set are done.
        reader: the reader, or none.

    Raises:
        TooFewError: too few questions have both relevant and other candidates.
    """
    shipped = FittedModels.load(reading=not reader.is_off)
    examples_by_group = _reranking_examples(corpora, shipped, progress)
    examples = list(chain.from_iterable(examples_by_group.values()))
    models = fit_rerankers(examples, shipped)
    models_by_fold = [
        fit_rerankers([example for example in examples if example.fold != fold], shipped) for fold in range(FOLDS)
    ]
    read_examples, readings = _reading_examples(corpora, models_by_fold, progress, reader)
    models, models_by_fold = _fit_reading(models, models_by_fold, read_examples)
    held_out = _held_out_results(corpora, models_by_fold, progress, reader, readings)
    marked: MarkedCorrectly = {}
    with suppress(TooFewError):
        sentence, marked = fit_answer_sentence(
            [result for own in held_out if own.trains_ranking for result in own.question_results]
        )
        models = replace(models, sentence=sentence)
    measures = {
        own.name: _retrieval_measures(own.question_results) | answer_sentence_measures(own.question_results, marked)
        for own in held_out
    }
    figures: Mapping[str, float] = {}
    with suppress(TooFewError):
        calibration = fit_confidence([example for own in held_out for example in own.examples])
        models, figures = calibration.apply_to(models), calibration.figures
        remaining = iter(calibration.answered)
        for own in held_out:
            measures[own.name] |= abstention_measures(own.examples, list(islice(remaining, len(own.examples))))
    fitted_on = _FittingData(examples_by_group, read_examples, held_out, shipped)
    measures |= _leave_one_out_measures(corpora, fitted_on, progress, reader, readings)
    return TuningReport(models, measures, figures, _unchanged(models, shipped))


@dataclass(frozen=True, slots=True)
class _FittingData:
    """What models are fitted on again without one group of question sets."""

    reranking: Mapping[SetGroup, Sequence[RerankingExample]]
    reading: Mapping[SetGroup, Sequence[ReadingExample]]
    held_out: Sequence[HeldOutResults]
    shipped: FittedModels


def _reranking_examples(
    corpora: Sequence[JudgedCorpus], shipped: FittedModels, progress: ProgressFactory
) -> dict[SetGroup, list[RerankingExample]]:
    examples: defaultdict[SetGroup, list[RerankingExample]] = defaultdict(list)
    for corpus in corpora:
        if corpus.confidence_only:
            continue
        ask = partial(reranking_example, shipped, _weight(corpus, corpora))
        for question_set in corpus.question_sets:
            examples[corpus.group(question_set)] += corpus.ask_set(question_set, ask, progress, reader=NO_READER)
    return examples


def _weight(corpus: JudgedCorpus, corpora: Sequence[JudgedCorpus]) -> float:
    """Returns how many questions a question of a corpus counts for."""
    largest = max((one.size for one in corpora if not one.confidence_only), default=1)
    return float((largest / corpus.size) ** SIZE_BALANCE_EXPONENT)


def _reading_examples(
    corpora: Sequence[JudgedCorpus],
    models_by_fold: Sequence[FittedModels],
    progress: ProgressFactory,
    reader: ReaderChoice,
) -> tuple[dict[SetGroup, list[ReadingExample]], Readings]:
    """Reads for every question; returns the examples of the ranking corpora, and all readings."""
    examples: defaultdict[SetGroup, list[ReadingExample]] = defaultdict(list)
    readings: Readings = {}
    for corpus in corpora if not reader.is_off else ():
        ask = partial(reading_example, models_by_fold, _weight(corpus, corpora))
        for question_set in corpus.question_sets:
            own = corpus.ask_set(question_set, ask, progress, ", reading", reader=reader)
            readings |= {example.key: example.readings for example in own}
            if not corpus.confidence_only:
                examples[corpus.group(question_set)] += own
    return examples, readings


def _fit_reading(
    models: FittedModels, models_by_fold: Sequence[FittedModels], examples: Mapping[SetGroup, Sequence[ReadingExample]]
) -> tuple[FittedModels, list[FittedModels]]:
    """Returns the models, and those by fold, with the model of readings fitted; as they were without readings."""
    every = list(chain.from_iterable(examples.values()))
    if not every:
        return models, list(models_by_fold)
    return replace(models, reading=fit_reading(every)), [
        replace(own, reading=fit_reading([example for example in every if example.fold != fold]))
        for fold, own in enumerate(models_by_fold)
    ]


def _held_out_results(
    corpora: Sequence[JudgedCorpus],
    models_by_fold: Sequence[FittedModels],
    progress: ProgressFactory,
    reader: ReaderChoice,
    readings: Readings,
) -> list[HeldOutResults]:
    results = []
    for corpus in corpora:
        ask = partial(_confidence_examples, models_by_fold, corpus.has_unanswerable, _weight(corpus, corpora))
        for question_set in corpus.question_sets:
            asked = corpus.ask_set(question_set, ask, progress, ", out of fold", reader=reader, readings=readings)
            examples = chain.from_iterable(asked)
            results.append(
                HeldOutResults(
                    question_set.name, corpus.group(question_set), not corpus.confidence_only, tuple(examples)
                )
            )
    return results


def _confidence_examples(
    models_by_fold: Sequence[FittedModels],
    chooses_threshold: bool,
    weight: float,
    qa: QuestionAnswering,
    asked: ReadQuestion,
) -> list[ConfidenceExample]:
    """Asks a question with models that were fitted without its fold.

    It is asked of the whole corpus and, where that holds relevant articles, with these hidden.
    """
    question = asked.question
    models = models_by_fold[fold_of(question)]
    chooses_threshold = chooses_threshold and bool(question.answers or not question.relevant)
    examples = [
        ConfidenceExample(
            ask_question(qa, question, models, readings=asked.readings),
            hidden=False,
            chooses_threshold=chooses_threshold,
            weight=weight,
        )
    ]
    if any(qa.article(article_id) for article_id in question.relevant):
        result = ask_question(qa, question, models, without=tuple(question.relevant), readings=asked.readings)
        examples.append(ConfidenceExample(result, hidden=True, chooses_threshold=False, weight=weight))
    return examples


def _retrieval_measures(results: Sequence[QuestionResult]) -> dict[str, float]:
    return ranking_measures(results) | quote_measures(results)


def _leave_one_out_measures(
    corpora: Sequence[JudgedCorpus],
    data: _FittingData,
    progress: ProgressFactory,
    reader: ReaderChoice,
    readings: Readings,
) -> dict[str, dict[str, float]]:
    """Measures the sets of each group with models that were fitted on the other groups.

    A group is left out where the others are too few. The confidence features of the others come from rerankers that had
    seen the group; where the others are too few to choose the threshold on as in `tune`, it is chosen on all of them.
    """
    measures = {}
    answerable = (own for own in data.held_out if any(example.answerable for example in own.examples))
    for group in dict.fromkeys(own.group for own in answerable):
        with suppress(TooFewError):
            models = _models_without(group, data)
            ask = partial(_ask_read, models)
            for corpus in corpora:
                for question_set in corpus.question_sets:
                    if corpus.group(question_set) == group:
                        results = corpus.ask_set(
                            question_set, ask, progress, f", {HELD_OUT_LABEL}", reader=reader, readings=readings
                        )
                        name = f"{question_set.name}, {HELD_OUT_LABEL}"
                        measures[name] = _measures_with(models, data.shipped, results)
    return measures


def _ask_read(models: FittedModels, qa: QuestionAnswering, asked: ReadQuestion) -> QuestionResult:
    return ask_question(qa, asked.question, models, readings=asked.readings)


def _models_without(group: SetGroup, data: _FittingData) -> FittedModels:
    """Fits rerankers and, where there are enough questions, the confidence on the other groups."""
    examples = [one for other, own_examples in data.reranking.items() if other != group for one in own_examples]
    models = fit_rerankers(examples, data.shipped)
    models, _ = _fit_reading(models, (), {other: own for other, own in data.reading.items() if other != group})
    with suppress(TooFewError):
        calibration = fit_confidence([one for own in data.held_out if own.group != group for one in own.examples])
        models = calibration.apply_to(models)
    return models


def _measures_with(models: FittedModels, shipped: FittedModels, results: Sequence[QuestionResult]) -> dict[str, float]:
    measures = _retrieval_measures(results)
    measures.pop("marked sentence", None)  # the answer-sentence model that ships was fitted on this set too
    if models.confidence is not shipped.confidence:
        examples = [ConfidenceExample(result, hidden=False, chooses_threshold=False) for result in results]
        answered = [result.confidence >= models.threshold and not result.lacks_premise for result in results]
        measures |= abstention_measures(examples, answered)
    return measures


def _unchanged(models: FittedModels, shipped: FittedModels) -> tuple[str, ...]:
    is_shipped = {
        "ranking passages": models.toned.passage is shipped.toned.passage,
        "ranking passages without tones": models.toneless.passage is shipped.toneless.passage,
        "marking": models.sentence is shipped.sentence,
        "abstaining": models.confidence is shipped.confidence,
    }
    return tuple(name for name, same in is_shipped.items() if same)


def fitted_file_content(report: TuningReport, command: str) -> str:
    """Returns the content of the fitted file: models, command and out-of-fold measures.

    The models of answering with a reader, or without, that were not fitted stay as they ship.
    """
    shipped = json.loads(fitted_file())
    fields = {
        "version": FITTED_VERSION,
        "written_by": command,
        "out_of_fold": {
            **{name: round(value, 3) for name, value in report.figures.items()},
            **{
                set_name: {name: round(value, 2) for name, value in measures.items()}
                for set_name, measures in report.measures.items()
            },
        },
        **{name: shipped[name] for name in (WITH_READER, WITHOUT_READER)},
        **report.models.sections(),
    }
    return json.dumps(fields, indent=2, ensure_ascii=False) + "\n"
