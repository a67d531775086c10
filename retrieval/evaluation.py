"""Measuring: judged questions in BEIR folders, rankings of articles, quotes that hold the answer, abstentions.

Ranking measures are those of ir_measures; articles rank by their best passage.
"""

from __future__ import annotations

import hashlib
import json
import statistics
import time
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import ir_measures
import platformdirs
from ir_measures import RR, R, nDCG

from retrieval.answering import Considered
from retrieval.asking import ask_all
from retrieval.chunking import CHUNKER
from retrieval.datatypes import Hit
from retrieval.errors import HoiBaoError, UsageError
from retrieval.fitted import Fitted
from retrieval.service import QuestionAnswering

DEPTH = 100
"""Passages ranked for a question."""

TIMED = 100
"""Questions of a set whose latency is measured."""

CORPUS_NAMES = ("corpus.jsonl", "corpus.jsonl.gz")

_RANKING = {"R@1": R @ 1, "R@5": R @ 5, "R@10": R @ 10, "MRR@10": RR @ 10, "nDCG@10": nDCG @ 10}


@dataclass(frozen=True, slots=True)
class Judged:
    """A question with what is known of its answer: strings that stand in it, and relevant articles with grades."""

    id: str
    text: str
    answers: tuple[str, ...]
    relevant: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """The questions of one `queries*.jsonl`. Without any judgement the right reply to all is to abstain."""

    name: str
    questions: tuple[Judged, ...]

    @property
    def answerable(self) -> bool:
        """Whether any question has a right article."""
        return any(question.relevant for question in self.questions)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one question: articles with scores, best first; the quotes; whether they would be given."""

    question: Judged
    ranking: tuple[tuple[str, float], ...]
    considered: Considered
    answered: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class Result:
    """A question set's outcomes and its measures by name, in percent, or in milliseconds where the name says so."""

    name: str
    outcomes: tuple[Outcome, ...]
    measures: Mapping[str, float]


# --- reading ---------------------------------------------------------------------------------------------------------


def corpus_of(folder: Path) -> Path:
    """The corpus file of a BEIR folder.

    Raises:
        UsageError: there is none.
    """
    for name in CORPUS_NAMES:
        if (folder / name).exists():
            return folder / name
    raise UsageError(f"no {' or '.join(CORPUS_NAMES)} in {folder}: not a BEIR folder")


def read_sets(folder: Path, names: Sequence[str] = ()) -> list[QuestionSet]:
    """The question sets of a BEIR folder: those named, or all; `queries.x.jsonl` goes with `qrels.x.tsv` if there.

    Raises:
        UsageError: a file is missing.
        HoiBaoError: a line of one makes no sense; says which.
    """
    files = [folder / name for name in names] or sorted(folder.glob("queries*.jsonl"), key=lambda path: len(path.name))
    if not files:
        raise UsageError(f"no queries.jsonl in {folder}: nothing to measure")
    return [_read_set(path) for path in files]


def _read_set(path: Path) -> QuestionSet:
    if not path.exists():
        raise UsageError(f"no such file: {path}")
    slice_name = path.name.removeprefix("queries").removesuffix(".jsonl").strip(".")
    own = path.with_name(f"qrels.{slice_name}.tsv")
    qrels = _read_qrels(own if slice_name and own.exists() else path.with_name("qrels.tsv"))
    questions = [
        Judged(str(row["_id"]), row["text"], tuple(row.get("answers") or ()), qrels.get(str(row["_id"]), {}))
        for row in _rows(path)
    ]
    if not questions:
        raise HoiBaoError(f"{path} holds no question")
    return QuestionSet(path.name, tuple(questions))


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8", errors="replace") as file:
        for number, line in enumerate(file, 1):
            try:
                row = json.loads(line)
                if not isinstance(row["_id"], (str, int)) or not isinstance(row["text"], str):
                    raise TypeError("_id and text must be strings")
                answers = row.get("answers") or []
                if not isinstance(answers, list) or not all(isinstance(answer, str) for answer in answers):
                    raise TypeError("answers must be a list of strings")
            except (ValueError, KeyError, TypeError) as error:
                raise HoiBaoError(f"{path}:{number}: not a question ({error})") from None
            yield row


def _read_qrels(path: Path) -> dict[str, dict[str, int]]:
    if not path.exists():
        return {}
    found: dict[str, dict[str, int]] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines()[1:], 2):
        if not line.strip():
            continue
        try:
            query_id, article_id, grade = line.split("\t")
            if int(grade) > 0:
                found.setdefault(query_id, {})[article_id] = int(grade)
        except ValueError:
            raise HoiBaoError(f"{path}:{number}: not `query-id<TAB>corpus-id<TAB>score`") from None
    return found


# --- running ---------------------------------------------------------------------------------------------------------


def run(index: Path, model: str | None, questions: QuestionSet, step: Callable[[], None] = lambda: None) -> Result:
    """Ask every question of a set, and measure what came.

    Latencies are those of a sample, asked one by one as readers do, with nothing beside.

    Args:
        index: the folder to ask.
        model: as `QuestionAnswering.open` takes it.
        questions: the set.
        step: called after each question.
    """
    outcomes = ask_all(index, model, questions.questions, outcome, step)
    every = max(1, len(outcomes) // TIMED)
    with QuestionAnswering.open(index, model=model) as qa:
        outcome(qa, questions.questions[0])  # the first one warms up
        seconds = [outcome(qa, question).seconds for question in questions.questions[::every][:TIMED]]
    return Result(questions.name, tuple(outcomes), measure(outcomes) | latencies(seconds))


def outcome(qa: QuestionAnswering, question: Judged, fitted: Fitted | None = None) -> Outcome:
    """Ask a question."""
    start = time.perf_counter()
    hits, considered = qa.consider(question.text, k=DEPTH, fitted=fitted)
    seconds = time.perf_counter() - start
    return Outcome(question, rank_articles(hits), considered, qa.decide(considered).answered, seconds)


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
    return ranking_measures(outcomes) | quote_measures(outcomes) | {"answered": answered}


def ranking_measures(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """How the right articles rank, over the questions that have any."""
    judged = [outcome for outcome in outcomes if outcome.question.relevant]
    if not judged:
        return {}
    qrels = {outcome.question.id: dict(outcome.question.relevant) for outcome in judged}
    ranked = {outcome.question.id: dict(outcome.ranking) for outcome in judged}
    values = ir_measures.calc_aggregate(_RANKING.values(), qrels, ranked)
    return {name: 100 * float(values[formula]) for name, formula in _RANKING.items()}


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


def first_quote(considered: Considered) -> str:
    """Text of the first quote."""
    return considered.quotes[0].text if considered.quotes else ""


def any_quote(considered: Considered) -> str:
    """Texts of all quotes, a line break between."""
    return "\n".join(quote.text for quote in considered.quotes)


def marked_sentence(considered: Considered) -> str:
    """The sentence that the first quote marks."""
    if not considered.quotes:
        return ""
    quote = considered.quotes[0]
    return quote.text[quote.answer_span.start - quote.start : quote.answer_span.end - quote.start]


def holds_answer(outcome: Outcome, part: Callable[[Considered], str]) -> bool:
    """Whether a part of what was quoted holds one of the answer strings, case and spacing apart."""
    return holds(part(outcome.considered), outcome.question.answers)


def holds(text: str, answers: Sequence[str]) -> bool:
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
            file.write(f"{outcome.question.id} Q0 {article_id} {rank} {score:.6f} hoibao\n")


MEASURES = (
    "R@1",
    "R@5",
    "R@10",
    "MRR@10",
    "nDCG@10",
    "first quote",
    "any quote",
    "marked sentence",
    "answered",
    "p50 ms",
    "p95 ms",
)
"""All measures, in the order in which they are printed; an unanswerable set has but the last three."""


def rows(results: Sequence[Result]) -> list[list[str]]:
    """A table: a header, then a row for each measure, a column for each set."""
    head, *body = figures({result.name: result.measures for result in results})
    return [head, ["questions", *(str(len(result.outcomes)) for result in results)], *body]


def figures(measures: Mapping[str, Mapping[str, float]]) -> list[list[str]]:
    """A header with the names of sets, then a row for each measure that any of them has."""
    body = [
        [name, *(f"{one[name]:.1f}" if name in one else "-" for one in measures.values())]
        for name in MEASURES
        if any(name in one for one in measures.values())
    ]
    return [["%", *measures], *body]


def json_lines(results: Sequence[Result]) -> Iterator[str]:
    """One object for each set."""
    for result in results:
        measures = {name: round(value, 2) for name, value in result.measures.items()}
        yield json.dumps({"queries": result.name, "questions": len(result.outcomes), **measures})


def index_of(folder: Path, model: str | None) -> Path:
    """Where the index of an evaluation folder is kept, in the user's cache: one for each folder, model and chunker."""
    key = hashlib.sha256(f"{folder.resolve()}\n{model or ''}\n{CHUNKER}".encode()).hexdigest()[:8]
    return platformdirs.user_cache_path("hoibao") / "eval" / f"{folder.resolve().name}-{key}"
