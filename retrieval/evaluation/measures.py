"""Measuring: judged questions in BEIR folders, rankings of articles, quotes that hold the answer, abstentions.

Ranking measures are those of ir_measures; articles rank by their best passage.
"""

from __future__ import annotations

import hashlib
import json
import statistics
import time
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO

import ir_measures
import platformdirs
from ir_measures import RR, R, nDCG

from retrieval.answering import Assessment
from retrieval.config import UNLIMITED
from retrieval.corpus import CHUNKER
from retrieval.datatypes import Hit, Period
from retrieval.evaluation.parallel import ask_all
from retrieval.evaluation.question_sets import SLICES, Judged, QuestionSet
from retrieval.search import SIGNALS, FittedModels
from retrieval.service import QuestionAnswering

DEPTH = 100
"""Passages ranked for a question."""

TOP = 10
"""Articles that count for nDCG@10."""

TIMED = 60
"""Questions of a set whose latency is measured."""

_RANKING = {"R@1": R @ 1, "R@5": R @ 5, "R@10": R @ 10, "MRR@10": RR @ 10, "nDCG@10": nDCG @ 10}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one question: articles with scores, best first; the quotes; whether they would be given."""

    question: Judged
    ranking: tuple[tuple[str, float], ...]
    assessment: Assessment
    answered: bool
    seconds: float
    period: Period | None = None
    """The period that was read from the question."""
    found: Hit | None = None
    """The best hit."""
    right: Hit | None = None
    """The best hit of a right article, when there is one among the candidates."""
    alone: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    """The best articles by each signal alone, with their scores."""


@dataclass(frozen=True, slots=True)
class Result:
    """A question set's outcomes and its measures by name, in percent, or in milliseconds where the name says so."""

    name: str
    outcomes: tuple[Outcome, ...]
    measures: Mapping[str, float]


# --- running ---------------------------------------------------------------------------------------------------------


Counted = Callable[[str, int], AbstractContextManager[Callable[[], None]]]
"""Given what is done and how many times, gives the function to call each time."""


def run(index: Path, model: str | None, sets: Sequence[QuestionSet], counted: Counted) -> list[Result]:
    """Ask every question of some sets, and measure what came.

    Latencies are those of a sample, asked one by one as readers do, with nothing beside.

    Args:
        index: the folder to ask.
        model: as `QuestionAnswering.open` takes it.
        sets: the sets.
        counted: shows how far it is.
    """
    every = [one for questions in sets for one in questions.questions]
    with counted("asking", len(every)) as step:
        asked = iter(ask_all(index, model, every, outcome, step))
    outcomes = [tuple(islice(asked, len(questions.questions))) for questions in sets]
    samples = [_sample(questions) for questions in sets]
    with QuestionAnswering.open(index, model=model) as qa, counted("timing", sum(map(len, samples))) as step:
        outcome(qa, every[0])  # the first one warms up
        seconds = [[_seconds(qa, one, step) for one in sample] for sample in samples]
    return [
        Result(questions.name, found, measure(found) | latencies(taken))
        for questions, found, taken in zip(sets, outcomes, seconds, strict=True)
    ]


def _seconds(qa: QuestionAnswering, question: Judged, step: Callable[[], None]) -> float:
    step()
    return outcome(qa, question).seconds


def _sample(questions: QuestionSet) -> Sequence[Judged]:
    every = max(1, len(questions.questions) // TIMED)
    return questions.questions[::every][:TIMED]


def outcome(
    qa: QuestionAnswering, question: Judged, fitted: FittedModels | None = None, without: Collection[str] = ()
) -> Outcome:
    """Ask a question; `fitted` and `without` are `models` and `without` of `QuestionAnswering.assess`."""
    start = time.perf_counter()
    assessed = qa.assess(question.text, k=UNLIMITED, today=question.today, models=fitted, without=without)
    hits = assessed.ranking.hits
    seconds = time.perf_counter() - start
    return Outcome(
        question=question,
        ranking=rank_articles(hits[:DEPTH]),
        assessment=assessed.assessment,
        seconds=seconds,
        answered=assessed.is_confident,
        period=assessed.question.period,
        found=hits[0] if hits else None,
        right=next((hit for hit in hits if hit.passage.article_id in question.relevant), None),
        alone={name: _best_by(name, hits) for name in SIGNALS},
    )


def _best_by(signal: str, hits: Sequence[Hit]) -> dict[str, float]:
    ordered = sorted(hits, key=lambda hit: (-hit.signals[signal], hit.passage.id))
    best: dict[str, float] = {}
    for hit in ordered:
        best.setdefault(hit.passage.article_id, hit.signals[signal])
        if len(best) == TOP:
            break
    return best


def latencies(seconds: Sequence[float]) -> dict[str, float]:
    """Median and 95th percentile, in milliseconds."""
    return {
        "p50 ms": 1000 * statistics.median(seconds),
        "p95 ms": 1000 * sorted(seconds)[int(0.95 * (len(seconds) - 1))],
    }


def rank_articles(hits: Sequence[Hit]) -> tuple[tuple[str, float], ...]:
    """Articles by the score of their best passage, best first."""
    best: dict[str, float] = {}
    for hit in hits:
        best.setdefault(hit.passage.article_id, hit.score)
    return tuple(best.items())


def measure(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """All measures that the judgements allow, in percent."""
    answered = _percent([outcome.answered for outcome in outcomes])
    measures = ranking_measures(outcomes) | signal_measures(outcomes) | quote_measures(outcomes)
    return measures | {"answered": answered}


def ranking_measures(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """How the right articles rank, over the questions that have any."""
    judged = [outcome for outcome in outcomes if outcome.question.relevant]
    if not judged:
        return {}
    qrels = {outcome.question.id: dict(outcome.question.relevant) for outcome in judged}
    ranked = {outcome.question.id: dict(outcome.ranking) for outcome in judged}
    values = ir_measures.calc_aggregate(_RANKING.values(), qrels, ranked)
    return {name: 100 * float(values[formula]) for name, formula in _RANKING.items()}


def signal_measures(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """How the right articles rank by each signal alone: what a fusion must not fall below."""
    judged = [outcome for outcome in outcomes if outcome.question.relevant and outcome.alone]
    qrels = {outcome.question.id: dict(outcome.question.relevant) for outcome in judged}
    measures = {}
    for signal in SIGNALS if judged else ():
        ranked = {outcome.question.id: dict(outcome.alone[signal]) for outcome in judged}
        measures[_alone(signal)] = 100 * float(ir_measures.calc_aggregate([nDCG @ TOP], qrels, ranked)[nDCG @ TOP])
    return measures


def _alone(signal: str) -> str:
    return f"nDCG@10 {signal}"


def quote_measures(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """How often what is quoted holds an answer, over the questions whose answers are known."""
    known = [outcome for outcome in outcomes if outcome.question.relevant and outcome.question.answers]
    if not known:
        return {}
    return {
        "first quote": _percent([holds_answer(one, first_quote) for one in known]),
        "any quote": _percent([holds_answer(one, any_quote) for one in known]),
        "marked sentence": _percent([holds_answer(one, marked_sentence) for one in known]),
    }


def _percent(flags: Sequence[bool]) -> float:
    return 100 * sum(flags) / len(flags)


def first_quote(assessment: Assessment) -> str:
    """Text of the first quote."""
    return assessment.quotes[0].text if assessment.quotes else ""


def any_quote(assessment: Assessment) -> str:
    """Texts of all quotes, a line break between."""
    return "\n".join(quote.text for quote in assessment.quotes)


def marked_sentence(assessment: Assessment) -> str:
    """The sentence that the first quote marks."""
    if not assessment.quotes:
        return ""
    quote = assessment.quotes[0]
    return quote.text[quote.answer_span.start - quote.start : quote.answer_span.end - quote.start]


def holds_answer(outcome: Outcome, part: Callable[[Assessment], str]) -> bool:
    """Whether a part of what was quoted holds one of the answer strings, case and spacing apart."""
    return holds_any_answer(part(outcome.assessment), outcome.question.answers)


def quotes_an_answer(outcome: Outcome) -> bool:
    """Whether the first quote holds an answer string; where none is known, whether it is of a right article."""
    if not outcome.assessment.quotes or not outcome.question.relevant:
        return False
    if outcome.question.answers:
        return holds_answer(outcome, first_quote)
    return outcome.assessment.quotes[0].article_id in outcome.question.relevant


def tells_right_from_wrong(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Those that tell whether a first quote answers: with answers or unanswerable; all, where no answers are known."""
    told = [one for one in outcomes if one.question.answers or not one.question.relevant]
    return told if any(one.question.answers for one in told) else list(outcomes)


def holds_any_answer(text: str, answers: Sequence[str]) -> bool:
    """Whether a text holds one of the answer strings, case and spacing apart."""
    comparable = _comparable(text)
    return any(_comparable(answer) in comparable for answer in answers)


def _comparable(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


# --- writing ---------------------------------------------------------------------------------------------------------


def write_run(result: Result, file: IO[str]) -> None:
    """Write the rankings as a TREC run: `query-id Q0 article-id rank score tag`."""
    for outcome in result.outcomes:
        for rank, (article_id, score) in enumerate(outcome.ranking, 1):
            file.write(f"{trec_id(outcome.question.id)} Q0 {trec_id(article_id)} {rank} {score:.12g} hoibao\n")


def trec_id(name: str) -> str:
    """An id without the spaces that a TREC run cannot hold; `urllib.parse.unquote` reads it."""
    return name.replace("%", "%25").replace(" ", "%20")


MEASURES = (
    "R@1",
    "R@5",
    "R@10",
    "MRR@10",
    "nDCG@10",
    *map(_alone, SIGNALS),
    "first quote",
    "any quote",
    "marked sentence",
    "answered",
    "wrong",
    "refused",
    "p50 ms",
    "p95 ms",
)
"""All measures, in the order in which they are printed; an unanswerable set has but `answered` and the latencies.

`wrong` is of the answerable that are answered; `refused` of the questions when their right articles are passed over.
"""


def measure_table(results: Sequence[Result]) -> list[list[str]]:
    """A table: a header, then a row for each measure, a column for each set."""
    head, *body = figure_table({result.name: result.measures for result in results})
    return [head, ["questions", *(str(len(result.outcomes)) for result in results)], *body]


def figure_table(measures: Mapping[str, Mapping[str, float]]) -> list[list[str]]:
    """A header with the names of sets, then a row for each measure that any of them has."""
    body = [
        [name, *(f"{one[name]:.1f}" if name in one else "-" for one in measures.values())]
        for name in MEASURES
        if any(name in one for one in measures.values())
    ]
    return [["%", *measures], *body]


SLICED = ("R@1", "nDCG@10", "first quote", "answered")
"""Measures of slices."""


def slice_table(results: Sequence[Result]) -> list[list[str]]:
    """A table: a header, then a row for each kind of question in each set that holds some of that kind, not all."""
    table = [["%", "questions", *SLICED]]
    for result in results:
        for name, part in sliced(result).items():
            measures = measure(part)
            values = [f"{measures[one]:.1f}" if one in measures else "-" for one in SLICED]
            table.append([f"{result.name} {name}", str(len(part)), *values])
    return table


def sliced(result: Result) -> dict[str, list[Outcome]]:
    """The outcomes of each kind of question, kinds that all or none are of left out."""
    parts = {
        name: [one for one in result.outcomes if holds_for(one.question.text)] for name, holds_for in SLICES.items()
    }
    return {name: part for name, part in parts.items() if 0 < len(part) < len(result.outcomes)}


def measure_json_lines(results: Sequence[Result]) -> Iterator[str]:
    """One object for each set, and for each kind of question in it."""
    for result in results:
        measures = {name: round(value, 2) for name, value in result.measures.items()}
        yield json.dumps({"queries": result.name, "questions": len(result.outcomes), **measures})
        for name, part in sliced(result).items():
            measures = {key: round(value, 2) for key, value in measure(part).items()}
            yield json.dumps({"queries": result.name, "slice": name, "questions": len(part), **measures})


def index_of(folder: Path, model: str | None) -> Path:
    """Where the index of an evaluation folder is kept, in the user's cache: one for each folder, model and chunker."""
    key = hashlib.sha256(f"{folder.resolve()}\n{model or ''}\n{CHUNKER}".encode()).hexdigest()[:8]
    return platformdirs.user_cache_path("hoibao") / "eval" / f"{folder.resolve().name}-{key}"
