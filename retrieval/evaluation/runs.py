"""Writes and reads rankings as TREC run files.

A line is `query-id Q0 article-id rank score tag`.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import IO
from urllib.parse import unquote

from retrieval.errors import HoiBaoError, UsageError
from retrieval.evaluation.question_sets import QuestionSet
from retrieval.evaluation.results import QuestionSetResult

TrecRun = Mapping[str, Mapping[str, float]]
"""Scores by question id and article id."""

_COLUMNS = 6


def write_run(result: QuestionSetResult, file: IO[str]) -> None:
    """Writes the rankings of a question set as a TREC run, with percent-encoded ids."""
    for one in result.questions:
        for rank, (article_id, score) in enumerate(one.ranking, 1):
            file.write(f"{_quote_id(one.question.id)} Q0 {_quote_id(article_id)} {rank} {score:.12g} hoibao\n")


def _quote_id(text: str) -> str:
    """Percent-encodes the spaces of an id, which separate the columns of a run.

    `urllib.parse.unquote` decodes it.
    """
    return text.replace("%", "%25").replace(" ", "%20")


def read_run(path: Path) -> TrecRun:
    """Reads a TREC run; a question without a ranked article is missing.

    Raises:
        UsageError: there is no such file.
        HoiBaoError: a line cannot be read; the message names the file and the line.
    """
    if not path.is_file():
        raise UsageError(f"no such file: {path}")
    run: defaultdict[str, dict[str, float]] = defaultdict(dict)
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
        columns = line.split()
        try:
            if len(columns) != _COLUMNS or not math.isfinite(score := float(columns[4])):
                raise ValueError
            run[unquote(columns[0])][unquote(columns[2])] = score
        except ValueError:
            raise HoiBaoError(f"{path}:{number}: not `query-id Q0 article-id rank score tag`") from None
    return run


def ranks_any(run: TrecRun, question_set: QuestionSet) -> bool:
    """Tells whether a run ranks articles for any judged question of a set."""
    return any(question.id in run for question in question_set.questions if question.relevant)
