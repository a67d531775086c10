"""Feedback as BEIR questions and judgements, for `hoibao eval` and `hoibao tune`.

A question comes with its articles: those with more good votes than bad ones have the grade 1, those with more bad ones
0. A question all of whose articles were bad is in a file of its own: that nobody liked what was found does not mean
that the corpus has no answer, which is how a question without judgements is measured.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.clock import VIETNAM
from bot.database import State
from bot.memory.feedback import Verdict

QUERIES, QRELS, DISLIKED = "queries.jsonl", "qrels.tsv", "disliked.jsonl"
ID_DIGITS = 12


@dataclass(frozen=True, slots=True)
class ExportCounts:
    """What was written."""

    questions: int
    """With an article that answers."""
    disliked: int
    """Without one."""
    undecided: int
    """With as many good votes as bad ones for each article; they are left out."""
    withheld: int
    """Votes left out because the question is not stored: the person has not agreed to that."""


def export_feedback(state: State, folder: Path) -> ExportCounts:
    """Write the feedback into a folder, which is made if need be; files of an earlier export are replaced.

    Raises:
        OSError: it cannot be written.
    """
    balance, withheld = _tally_votes(state)
    decided = {asked: {key: n for key, n in articles.items() if n} for asked, articles in balance.items()}
    good = {asked: articles for asked, articles in decided.items() if any(n > 0 for n in articles.values())}
    bad = {asked: articles for asked, articles in decided.items() if articles and asked not in good}
    grades = [
        f"{asked.id}\t{key}\t{int(n > 0)}" for asked, articles in good.items() for key, n in sorted(articles.items())
    ]
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / QUERIES, map(_DatedQuestion.json, good))
    _write(folder / QRELS, ["query-id\tcorpus-id\tscore", *grades])
    _write(folder / DISLIKED, [asked.json(articles=sorted(articles)) for asked, articles in bad.items()])
    return ExportCounts(len(good), len(bad), len(decided) - len(good) - len(bad), withheld)


@dataclass(frozen=True, slots=True)
class _DatedQuestion:
    """A question on a day, which it may speak of."""

    text: str
    today: dt.date

    @property
    def id(self) -> str:
        """A name that tells nothing of who asked."""
        return "f" + hashlib.sha256(f"{self.today} {self.text}".encode()).hexdigest()[:ID_DIGITS]

    def json(self, **more: object) -> str:
        """A line of BEIR's questions."""
        return json.dumps({"_id": self.id, "text": self.text, "today": str(self.today), **more}, ensure_ascii=False)


def _tally_votes(state: State) -> tuple[Mapping[_DatedQuestion, Mapping[str, int]], int]:
    """For each question and article the good votes less the bad ones; and how many votes are without a question."""
    votes: defaultdict[_DatedQuestion, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    withheld = 0
    rows = state.rows("SELECT question, at, article, verdict FROM feedback ORDER BY at, rowid")
    for question, at, article, verdict in rows:
        if question is None:
            withheld += 1
        else:
            day = dt.datetime.fromtimestamp(float(str(at)), VIETNAM).date()
            asked = _DatedQuestion(" ".join(str(question).split()), day)
            votes[asked][str(article)] += 1 if verdict == Verdict.GOOD else -1
    return votes, withheld


def _write(path: Path, lines: Iterable[str]) -> None:
    aside = path.with_name(f".{path.name}.new")
    aside.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    aside.replace(path)
