"""Asks question sets of an index: in parallel for quality, one by one for latency."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from itertools import islice
from pathlib import Path

from retrieval.config import DEFAULT_READER, ReaderChoice
from retrieval.evaluation.measures import latency_measures, measure
from retrieval.evaluation.question_sets import JudgedQuestion, QuestionSet
from retrieval.evaluation.results import QuestionSetResult, ask_question
from retrieval.evaluation.worker_pool import ask_all
from retrieval.service import QuestionAnswering

TIMED_QUESTIONS = 60
"""Size of the sample of a question set that latencies are measured on."""

ProgressFactory = Callable[[str, int], AbstractContextManager[Callable[[], None]]]
"""Opens a progress display, given a label and a total.

The context manager gives a function to call after each item.
"""


def evaluate(
    index: Path,
    model: str | None,
    question_sets: Sequence[QuestionSet],
    progress: ProgressFactory,
    reader: ReaderChoice = DEFAULT_READER,
) -> list[QuestionSetResult]:
    """Asks every question of the sets and measures the results.

    Latencies are those of a sample, asked one by one after the rest, while nothing else runs.

    Args:
        index: the folder of the index.
        model: the encoder, as `QuestionAnswering.open` takes it.
        question_sets: the sets, of one question at least.
        progress: shows how many questions are done.
        reader: which reader reads the best passages, or none.
    """
    questions = [question for question_set in question_sets for question in question_set.questions]
    with progress("asking", len(questions)) as advance:
        remaining = iter(ask_all(index, model, questions, ask_question, advance, reader=reader))
    results = [tuple(islice(remaining, len(question_set.questions))) for question_set in question_sets]
    samples = [_latency_sample(question_set) for question_set in question_sets]
    with (
        QuestionAnswering.open(index, model=model, reader=reader) as qa,
        progress("timing", sum(map(len, samples))) as advance,
    ):
        ask_question(qa, questions[0])  # the first question warms caches up
        seconds = [[_timed(qa, question, advance) for question in sample] for sample in samples]
    return [
        QuestionSetResult(question_set.name, own_results, measure(own_results) | latency_measures(own_seconds))
        for question_set, own_results, own_seconds in zip(question_sets, results, seconds, strict=True)
    ]


def _timed(qa: QuestionAnswering, question: JudgedQuestion, advance: Callable[[], None]) -> float:
    advance()
    return ask_question(qa, question).seconds


def _latency_sample(question_set: QuestionSet) -> Sequence[JudgedQuestion]:
    step = max(1, len(question_set.questions) // TIMED_QUESTIONS)
    return question_set.questions[::step][:TIMED_QUESTIONS]
