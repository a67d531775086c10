"""Reads the question files that the reader is trained on."""

from __future__ import annotations

import gzip
import json
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from retrieval.errors import HoiBaoError, UsageError


class Label(StrEnum):
    """Names how an article relates to a training question."""

    ANSWER = "answer"
    """It answers; the question has the answer, word for word."""
    FALSE = "false"
    """It answers another question, that differs in one thing."""
    NEAR = "near"
    """It is on the same people or event, and does not answer."""


@dataclass(frozen=True, slots=True)
class TrainingQuestion:
    """Holds a question with an article, and how that relates to it."""

    id: str
    text: str
    label: Label
    article_id: str | None = None
    """The article; None for a question that brings its passage along."""
    passage: str | None = None
    """The passage that a question without an article brings along."""
    answer: str | None = None
    """The answer, word for word in the article; None unless it answers."""
    sentence: str | None = None
    """A sentence of the article that holds the answer, if known."""
    twin_of: str | None = None
    """The id of the question that the article answers, for a false twin."""
    changed: str | None = None
    """The words of a false twin that its article contradicts."""

    @property
    def group(self) -> str:
        """Names what the question shares with others of its article; a group is never split between folds."""
        return self.article_id or self.passage or self.id


def read_training_questions(paths: Iterable[Path]) -> list[TrainingQuestion]:
    """Reads question files: JSON lines, plain or gzipped.

    Each line has `text`, and `article` (an article's id) or `context` (a passage). `label` is `answer` (the default),
    `false` or `near`; an answer comes with `answer` and, if known, its `sentence`; a false twin with `of` and `changed`
    (what the article says, what the question says).

    Raises:
        UsageError: a file is missing.
        HoiBaoError: a line is no training question; the message names the file and the line. Or two have the same id.
    """
    questions = [question for path in paths for question in _read_file(path)]
    if not questions:
        raise HoiBaoError("the files hold no question to train on")
    counts = Counter(question.id for question in questions)
    [(most_common, times)] = counts.most_common(1)
    if times > 1:
        raise HoiBaoError(f"{times} questions have the same `_id`, {most_common}: each needs one of its own")
    return questions


def _read_file(path: Path) -> Iterator[TrainingQuestion]:
    if not path.is_file():
        raise UsageError(f"no such file: {path}")
    try:
        content = path.read_bytes()
        lines = (gzip.decompress(content) if path.suffix == ".gz" else content).decode().splitlines()
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise HoiBaoError(f"{path}: cannot be read ({error})") from None
    for number, line in enumerate(lines, 1):
        try:
            fields = json.loads(line)
            if not isinstance(fields, dict):
                raise ValueError("it is no object")
            yield _question(fields, f"{path.name}:{number}")
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise HoiBaoError(f"{path}:{number}: not a training question ({error})") from None


def _question(fields: dict[str, Any], default_id: str) -> TrainingQuestion:
    label = Label(fields.get("label", "answer"))
    article, passage = _string(fields, "article"), _string(fields, "context")
    if (article is None) == (passage is None):
        raise ValueError("it needs either `article` or `context`")
    text, answer = _string(fields, "text"), _string(fields, "answer")
    if not (text and text.strip()):
        raise ValueError("it has no `text`")
    if label is Label.ANSWER and not (answer and answer.strip()):
        raise ValueError("it has no `answer`")
    return TrainingQuestion(
        id=str(fields.get("_id", default_id)),
        text=text,
        label=label,
        article_id=article,
        passage=passage,
        answer=answer,
        sentence=_string(fields, "sentence"),
        twin_of=_string(fields, "of"),
        changed=str(fields["changed"][1]) if fields.get("changed") else None,
    )


def _string(fields: dict[str, Any], name: str) -> str | None:
    value = fields.get(name)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"`{name}` is no text")
    return value
