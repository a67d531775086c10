"""Finds the passages that search ranks high for training questions, and keeps them in a file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import IO

from retrieval.config import NO_READER
from retrieval.evaluation import ProgressFactory, ask_all
from retrieval.store import replace_file
from retrieval.training.reading_questions import TrainingQuestion
from retrieval.training.reading_rows import Found, FoundPassages, find_passages

QUESTIONS_AT_ONCE = 2_000
"""Questions after which the file is written."""


def mine_passages(
    index: Path, model: str | None, questions: Sequence[TrainingQuestion], path: Path, progress: ProgressFactory
) -> dict[str, FoundPassages]:
    """Returns the passages found for each question that names an article, by question id.

    Those that the file holds for the same questions are not searched for again. No reader is used.

    Args:
        index: the folder of the index.
        model: the encoder, as `QuestionAnswering.open` takes it.
        questions: the questions; those that bring their passage along are not asked.
        path: the file.
        progress: shows how many questions are asked.
    """
    asked = [question for question in questions if question.article_id]
    key = _key_of(asked)
    found = _read_found(path, key)
    left = [question for question in asked if question.id not in found]
    if not left:
        return found
    with progress("searching", len(left)) as advance:
        for start in range(0, len(left), QUESTIONS_AT_ONCE):
            batch = left[start : start + QUESTIONS_AT_ONCE]
            results = ask_all(index, model, batch, find_passages, advance, reader=NO_READER)
            found |= {question.id: result for question, result in zip(batch, results, strict=True)}
            replace_file(path, partial(_write_found, key, found))
    return found


def _key_of(questions: Sequence[TrainingQuestion]) -> str:
    asked = [(question.id, question.text, question.article_id) for question in questions]
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()


def _read_found(path: Path, key: str) -> dict[str, FoundPassages]:
    """Returns what the file holds for the key; nothing if it is absent, damaged, or of other questions."""
    try:
        content = json.loads(path.read_bytes())
        if content["questions"] != key:
            return {}
        return {
            question_id: FoundPassages(_passages(found["own"]), _passages(found["foreign"]))
            for question_id, found in content["found"].items()
        }
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _passages(found: Sequence[Sequence[str | int]]) -> tuple[Found, ...]:
    return tuple((str(article_id), int(start), int(end)) for article_id, start, end in found)


def _write_found(key: str, found: dict[str, FoundPassages], file: IO[bytes]) -> None:
    content = {"questions": key, "found": {question_id: asdict(one) for question_id, one in found.items()}}
    file.write(json.dumps(content).encode())
