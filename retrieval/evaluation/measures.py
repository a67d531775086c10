"""Measures question results: rankings, quotes that answer, coverage and latency.

Ranking measures are those of ir_measures.
"""

from __future__ import annotations

import statistics
import unicodedata
from collections.abc import Callable, Sequence

import ir_measures
from ir_measures import RR, R, nDCG

from retrieval.datatypes import Quote
from retrieval.evaluation.question_sets import JudgedQuestion
from retrieval.evaluation.results import SIGNAL_DEPTH, QuestionResult
from retrieval.search import SIGNALS

_RANKING_MEASURES = {"R@1": R @ 1, "R@5": R @ 5, "R@10": R @ 10, "MRR@10": RR @ 10, "nDCG@10": nDCG @ 10}
_SIGNAL_MEASURE = nDCG @ SIGNAL_DEPTH

SIGNAL_MEASURES = {signal: f"nDCG@{SIGNAL_DEPTH} {signal}" for signal in SIGNALS}
"""Name of the measure of a ranking by one signal alone, by signal."""


def measure(results: Sequence[QuestionResult]) -> dict[str, float]:
    """Returns every measure that the judgements allow, in percent, latencies apart."""
    coverage = _percentage([result.answered for result in results])
    return ranking_measures(results) | signal_measures(results) | quote_measures(results) | {"answered": coverage}


def ranking_measures(results: Sequence[QuestionResult]) -> dict[str, float]:
    """Returns recall, MRR and nDCG of the article rankings, over the questions with qrels."""
    judged = [result for result in results if result.question.relevant]
    if not judged:
        return {}
    qrels = {result.question.id: dict(result.question.relevant) for result in judged}
    run = {result.question.id: dict(result.ranking) for result in judged}
    values = ir_measures.calc_aggregate(_RANKING_MEASURES.values(), qrels, run)
    return {name: 100 * float(values[formula]) for name, formula in _RANKING_MEASURES.items()}


def signal_measures(results: Sequence[QuestionResult]) -> dict[str, float]:
    """Returns nDCG@10 of the ranking by each signal alone, a lower bound for fusion."""
    judged = [result for result in results if result.question.relevant and result.rankings_by_signal]
    if not judged:
        return {}
    qrels = {result.question.id: dict(result.question.relevant) for result in judged}
    measures = {}
    for signal, name in SIGNAL_MEASURES.items():
        run = {result.question.id: dict(result.rankings_by_signal[signal]) for result in judged}
        measures[name] = 100 * float(ir_measures.calc_aggregate([_SIGNAL_MEASURE], qrels, run)[_SIGNAL_MEASURE])
    return measures


def quote_measures(results: Sequence[QuestionResult]) -> dict[str, float]:
    """Returns how often the quotes contain an answer string, in percent.

    Questions without answer strings or without qrels are left out.
    """
    judged = [result for result in results if result.question.relevant and result.question.answers]
    if not judged:
        return {}
    return {
        "first quote": _percentage([holds_answer(result, first_quote) for result in judged]),
        "any quote": _percentage([holds_answer(result, all_quotes) for result in judged]),
        "marked sentence": _percentage([marks_answer(answer_sentence(result), result.question) for result in judged]),
    }


def latency_measures(seconds: Sequence[float]) -> dict[str, float]:
    """Returns the median and the 95th percentile, in milliseconds."""
    return {
        "p50 ms": 1000 * statistics.median(seconds),
        "p95 ms": 1000 * sorted(seconds)[int(0.95 * (len(seconds) - 1))],
    }


def _percentage(flags: Sequence[bool]) -> float:
    return 100 * sum(flags) / len(flags)


# --- does a quote answer ---------------------------------------------------------------------------------------------


def first_quote(result: QuestionResult) -> str:
    """Returns the text of the first quote, or an empty string."""
    return result.quotes[0].text if result.quotes else ""


def all_quotes(result: QuestionResult) -> str:
    """Returns the texts of all quotes, joined by line breaks."""
    return "\n".join(quote.text for quote in result.quotes)


def answer_sentence(result: QuestionResult) -> str:
    """Returns the answer sentence that the first quote marks, or an empty string."""
    return marked_text(result.quotes[0]) if result.quotes else ""


def marked_text(quote: Quote) -> str:
    """Returns the answer sentence that a quote marks."""
    return quote.text[quote.answer_span.start - quote.start : quote.answer_span.end - quote.start]


def marks_answer(marked: str, question: JudgedQuestion) -> bool:
    """Tells whether a marked sentence contains an answer string, and no string that misleads."""
    return contains_answer(marked, question.answers) and not contains_answer(marked, question.wrong)


def holds_answer(result: QuestionResult, extract: Callable[[QuestionResult], str]) -> bool:
    """Tells whether an extract of the quotes contains one of the question's answer strings."""
    return contains_answer(extract(result), result.question.answers)


def first_quote_answers(result: QuestionResult) -> bool:
    """Tells whether the first quote contains an answer string.

    Where no answer string is known, a quote of a relevant article answers.
    """
    if not result.quotes or not result.question.relevant:
        return False
    if result.question.answers:
        return holds_answer(result, first_quote)
    return result.quotes[0].article_id in result.question.relevant


def with_answer_judgements(results: Sequence[QuestionResult]) -> list[QuestionResult]:
    """Returns the results whose judgements tell whether the first quote answers.

    These are the questions with answer strings and the unanswerable ones; all, where no question has answer strings.
    """
    judged = [result for result in results if result.question.answers or not result.question.relevant]
    return judged if any(result.question.answers for result in judged) else list(results)


def contains_answer(text: str, answers: Sequence[str]) -> bool:
    """Tells whether a text contains one of the answer strings, case and spacing ignored."""
    comparable = _comparable(text)
    return any(_comparable(answer) in comparable for answer in answers)


def _comparable(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())
