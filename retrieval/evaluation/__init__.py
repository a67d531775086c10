"""Evaluates retrieval and answers on judged questions.

In come a BEIR folder (corpus, questions, qrels) and an index; out come measures by question set and slice, TREC runs,
significance tests against a baseline run, and an HTML report. `hoibao eval` calls it; `retrieval.training` fits models
on its results.
"""

from __future__ import annotations

from retrieval.evaluation.execution import ProgressFactory, evaluate, evaluation_index
from retrieval.evaluation.measures import contains_answer, first_quote_answers, quote_measures, ranking_measures
from retrieval.evaluation.plots import require_matplotlib
from retrieval.evaluation.query_variations import with_typos, without_tones
from retrieval.evaluation.question_sets import JudgedQuestion, QuestionSet, corpus_file, read_question_sets
from retrieval.evaluation.report import report_page
from retrieval.evaluation.results import QuestionResult, QuestionSetResult, ask_question, rank_passages
from retrieval.evaluation.runs import TrecRun, ranks_any, read_run, write_run
from retrieval.evaluation.significance import Difference, compare_runs
from retrieval.evaluation.slices import slice_results
from retrieval.evaluation.tables import (
    difference_json_lines,
    difference_table,
    figure_table,
    measure_json_lines,
    measure_table,
    slice_table,
)
from retrieval.evaluation.worker_pool import ask_all

__all__ = [
    "Difference",
    "JudgedQuestion",
    "ProgressFactory",
    "QuestionResult",
    "QuestionSet",
    "QuestionSetResult",
    "TrecRun",
    "ask_all",
    "ask_question",
    "compare_runs",
    "contains_answer",
    "corpus_file",
    "difference_json_lines",
    "difference_table",
    "evaluate",
    "evaluation_index",
    "figure_table",
    "first_quote_answers",
    "measure_json_lines",
    "measure_table",
    "quote_measures",
    "rank_passages",
    "ranking_measures",
    "ranks_any",
    "read_question_sets",
    "read_run",
    "report_page",
    "require_matplotlib",
    "slice_results",
    "slice_table",
    "with_typos",
    "without_tones",
    "write_run",
]
