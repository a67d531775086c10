"""Feedback as BEIR queries and qrels, for `hoibao eval` and `hoibao tune`.

An article with more good than bad votes for a question has grade 1, one with more bad votes grade 0. Questions whose
articles all have grade 0 are written to a file of their own: an evaluation takes a question without a relevant article
to have no answer in the corpus, and bad votes do not say that.
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
    """The numbers of exported questions, and of votes left out."""

    questions: int
    """Questions with a good article."""
    disliked: int
    """Questions whose articles are all bad."""
    undecided: int
    """Questions left out, since every article has as many good votes as bad ones."""
    withheld: int
    """Votes left out, since the question is not stored without consent."""


def export_feedback(state: State, folder: Path) -> ExportCounts:
    """Writes the feedback into a folder. Makes the folder if need be, and replaces an earlier export.

    Raises:
        OSError: the folder cannot be written.
    """
    votes, withheld = _tally_votes(state)
    decided = {asked: {key: n for key, n in articles.items() if n} for asked, articles in votes.items()}
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
    """A question with the day on which it was asked, which it may be about."""

    text: str
    today: dt.date

    @property
    def id(self) -> str:
        """Identifier that says nothing about the person who asked."""
        return "f" + hashlib.sha256(f"{self.today} {self.text}".encode()).hexdigest()[:ID_DIGITS]

    def json(self, **more: object) -> str:
        """Returns a line of BEIR's queries."""
        return json.dumps({"_id": self.id, "text": self.text, "today": str(self.today), **more}, ensure_ascii=False)


def _tally_votes(state: State) -> tuple[Mapping[_DatedQuestion, Mapping[str, int]], int]:
    """Counts good minus bad votes by question and article, and votes without a question."""
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
