"""Reads the question sets of BEIR folders: judged questions and their qrels."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from retrieval.errors import HoiBaoError, UsageError
from retrieval.evaluation.corpora import one_line
from retrieval.vietnamese import clean


@dataclass(frozen=True, slots=True)
class JudgedQuestion:
    """A question with its judgements: answer strings, and relevant articles with their grades."""

    id: str
    text: str
    answers: tuple[str, ...]
    """Strings of which a quote that answers contains at least one; empty where none is known."""
    relevant: Mapping[str, int]
    """Grade by article id; empty where the corpus does not answer the question."""
    today: dt.date | None = None
    """The day on which the question is asked; the system's if None."""
    wrong: tuple[str, ...] = ()
    """Strings that mislead where they are marked, such as the figure of last year."""
    fold_key: str | None = None
    """What assigns the question to a fold; the first relevant article, or else the id, if None."""


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """The judged questions of one `queries*.jsonl`.

    A question without qrels counts as unanswerable: the right reply is to abstain.
    """

    name: str
    questions: tuple[JudgedQuestion, ...]

    @property
    def answerable(self) -> bool:
        """Whether any question has a relevant article."""
        return any(question.relevant for question in self.questions)


def read_question_sets(folder: Path, names: Sequence[str] = ()) -> list[QuestionSet]:
    """Reads the question sets of a BEIR folder, each with its qrels.

    `queries.x.jsonl` is judged by `qrels.x.tsv` where that file exists, else by `qrels.tsv`.

    Args:
        folder: the BEIR folder.
        names: file names of the sets to read; every `queries*.jsonl` if empty.

    Raises:
        UsageError: a file is missing.
        HoiBaoError: a line cannot be read; the message names the file and the line.
    """
    files = [folder / name for name in names] or sorted(folder.glob("queries*.jsonl"), key=lambda path: len(path.name))
    if not files:
        raise UsageError(f"no queries.jsonl in {folder}: nothing to measure")
    return [_read_question_set(path) for path in dict.fromkeys(files)]


def _read_question_set(path: Path) -> QuestionSet:
    if not path.exists():
        raise UsageError(f"no such file: {path}")
    set_name = path.name.removeprefix("queries").removesuffix(".jsonl").strip(".")
    own_qrels = path.with_name(f"qrels.{set_name}.tsv")
    qrels = _read_qrels(own_qrels if set_name and own_qrels.exists() else path.with_name("qrels.tsv"))
    questions = [
        JudgedQuestion(
            id=one_line(str(fields["_id"])),
            text=clean(fields["text"]),
            answers=tuple(clean(answer) for answer in fields.get("answers") or ()),
            relevant=qrels.get(one_line(str(fields["_id"])), {}),
            today=dt.date.fromisoformat(fields["today"]) if fields.get("today") else None,
        )
        for fields in _read_queries(path)
    ]
    if not questions:
        raise HoiBaoError(f"{path} holds no question")
    return QuestionSet(path.name, tuple(questions))


def _read_queries(path: Path) -> Iterator[dict[str, Any]]:
    """Yields the checked JSON object of every line."""
    with path.open(encoding="utf-8", errors="replace") as file:
        for number, line in enumerate(file, 1):
            try:
                fields = json.loads(line)
                if not isinstance(fields["_id"], (str, int)) or not isinstance(fields["text"], str):
                    raise TypeError("_id and text must be strings")
                if not one_line(str(fields["_id"])):
                    raise TypeError("_id is empty")
                answers = fields.get("answers") or []
                if not isinstance(answers, list) or not all(isinstance(answer, str) for answer in answers):
                    raise TypeError("answers must be a list of strings")
                dt.date.fromisoformat(fields.get("today") or "2000-01-01")
            except (ValueError, KeyError, TypeError) as error:
                raise HoiBaoError(f"{path}:{number}: not a question ({error})") from None
            yield fields


def _read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """Returns the positive grades by question and article id; none without a file."""
    if not path.exists():
        return {}
    qrels: dict[str, dict[str, int]] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines()[1:], 2):
        if not line.strip():
            continue
        try:
            question_id, article_id, grade = line.split("\t")
            if int(grade) > 0:
                qrels.setdefault(one_line(question_id), {})[one_line(article_id)] = int(grade)
        except ValueError:
            raise HoiBaoError(f"{path}:{number}: not `query-id<TAB>corpus-id<TAB>score`") from None
    return qrels
