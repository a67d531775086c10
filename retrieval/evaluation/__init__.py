"""Door."""

from __future__ import annotations

from retrieval.evaluation.measures import (
    Counted,
    Outcome,
    Result,
    figure_table,
    holds_any_answer,
    index_of,
    measure_json_lines,
    measure_table,
    outcome,
    quote_measures,
    quotes_an_answer,
    ranking_measures,
    run,
    slice_table,
    sliced,
    write_run,
)
from retrieval.evaluation.parallel import ask_all
from retrieval.evaluation.question_sets import (
    FOLDS,
    Judged,
    QuestionSet,
    corpus_of,
    fold_of,
    read_sets,
    with_typos,
    without_tones,
)
from retrieval.evaluation.report import check, page
from retrieval.evaluation.significance import (
    TrecRun,
    compare_runs,
    covers,
    difference_json_lines,
    difference_table,
    read_run,
)

__all__ = [
    "FOLDS",
    "Counted",
    "Judged",
    "Outcome",
    "QuestionSet",
    "Result",
    "TrecRun",
    "ask_all",
    "check",
    "compare_runs",
    "corpus_of",
    "covers",
    "difference_json_lines",
    "difference_table",
    "figure_table",
    "fold_of",
    "holds_any_answer",
    "index_of",
    "measure_json_lines",
    "measure_table",
    "outcome",
    "page",
    "quote_measures",
    "quotes_an_answer",
    "ranking_measures",
    "read_run",
    "read_sets",
    "run",
    "slice_table",
    "sliced",
    "with_typos",
    "without_tones",
    "write_run",
]
