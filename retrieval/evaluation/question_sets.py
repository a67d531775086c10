"""Judged questions: BEIR folders of a corpus, questions and what is known of their answers."""

from __future__ import annotations

import datetime as dt
import json
import random
import re
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from retrieval.errors import HoiBaoError, UsageError
from retrieval.vietnamese import clean, fold, has_tones, syllable_spans, syllables, telex, toneless, vni

CORPUS_NAMES = ("corpus.jsonl", "corpus.jsonl.gz")


@dataclass(frozen=True, slots=True)
class Judged:
    """A question with what is known of its answer: strings that stand in it, and relevant articles with grades."""

    id: str
    text: str
    answers: tuple[str, ...]
    relevant: Mapping[str, int]
    today: dt.date | None = None
    """The day on which it is asked; the system's if None."""


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """The questions of one `queries*.jsonl`. Without any judgement the right reply to all is to abstain."""

    name: str
    questions: tuple[Judged, ...]

    @property
    def answerable(self) -> bool:
        """Whether any question has a right article."""
        return any(question.relevant for question in self.questions)


def corpus_of(folder: Path) -> Path:
    """The corpus file of a BEIR folder.

    Raises:
        UsageError: there is none.
    """
    for name in CORPUS_NAMES:
        if (folder / name).exists():
            return folder / name
    raise UsageError(f"no {' or '.join(CORPUS_NAMES)} in {folder}: not a BEIR folder")


def read_sets(folder: Path, names: Sequence[str] = ()) -> list[QuestionSet]:
    """The question sets of a BEIR folder: those named, or all; `queries.x.jsonl` goes with `qrels.x.tsv` if there.

    Raises:
        UsageError: a file is missing.
        HoiBaoError: a line of one makes no sense; says which.
    """
    files = [folder / name for name in names] or sorted(folder.glob("queries*.jsonl"), key=lambda path: len(path.name))
    if not files:
        raise UsageError(f"no queries.jsonl in {folder}: nothing to measure")
    return [_read_set(path) for path in dict.fromkeys(files)]


def _read_set(path: Path) -> QuestionSet:
    if not path.exists():
        raise UsageError(f"no such file: {path}")
    slice_name = path.name.removeprefix("queries").removesuffix(".jsonl").strip(".")
    own = path.with_name(f"qrels.{slice_name}.tsv")
    qrels = _read_qrels(own if slice_name and own.exists() else path.with_name("qrels.tsv"))
    questions = [
        Judged(
            id=_one_line(str(row["_id"])),
            text=clean(row["text"]),
            answers=tuple(clean(answer) for answer in row.get("answers") or ()),
            relevant=qrels.get(_one_line(str(row["_id"])), {}),
            today=dt.date.fromisoformat(row["today"]) if row.get("today") else None,
        )
        for row in _rows(path)
    ]
    if not questions:
        raise HoiBaoError(f"{path} holds no question")
    return QuestionSet(path.name, tuple(questions))


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8", errors="replace") as file:
        for number, line in enumerate(file, 1):
            try:
                row = json.loads(line)
                if not isinstance(row["_id"], (str, int)) or not isinstance(row["text"], str):
                    raise TypeError("_id and text must be strings")
                if not _one_line(str(row["_id"])):
                    raise TypeError("_id is empty")
                answers = row.get("answers") or []
                if not isinstance(answers, list) or not all(isinstance(answer, str) for answer in answers):
                    raise TypeError("answers must be a list of strings")
                dt.date.fromisoformat(row.get("today") or "2000-01-01")
            except (ValueError, KeyError, TypeError) as error:
                raise HoiBaoError(f"{path}:{number}: not a question ({error})") from None
            yield row


def _read_qrels(path: Path) -> dict[str, dict[str, int]]:
    if not path.exists():
        return {}
    found: dict[str, dict[str, int]] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines()[1:], 2):
        if not line.strip():
            continue
        try:
            query_id, article_id, grade = line.split("\t")
            if int(grade) > 0:
                found.setdefault(_one_line(query_id), {})[_one_line(article_id)] = int(grade)
        except ValueError:
            raise HoiBaoError(f"{path}:{number}: not `query-id<TAB>corpus-id<TAB>score`") from None
    return found


def _one_line(text: str) -> str:
    """As ids are kept in an index."""
    return " ".join(clean(text).split())


FOLDS = 5
"""Parts of the questions for cross-validation."""


def fold_of(question: Judged) -> int:
    """Which fold a question is in: twins, and questions with the same first right article, are in one."""
    return zlib.crc32(min(question.relevant, default=question.id).encode()) % FOLDS


# --- the same questions typed otherwise ------------------------------------------------------------------------------


def without_tones(questions: QuestionSet) -> QuestionSet:
    """The same questions as somebody types them who leaves out all marks."""
    return _typed_otherwise(questions, "without tones", toneless)


def with_typos(questions: QuestionSet) -> QuestionSet:
    """The same questions with one slip of the keyboard each, always the same for the same text."""
    return _typed_otherwise(questions, "with typos", _with_a_typo)


def _typed_otherwise(questions: QuestionSet, how: str, change: Callable[[str], str]) -> QuestionSet:
    changed = tuple(replace(question, text=change(question.text)) for question in questions.questions)
    return QuestionSet(f"{questions.name} {how}", changed)


def _with_a_typo(text: str) -> str:
    """A syllable of three letters or more typed wrong: keys left undecoded, or a letter dropped, doubled or swapped."""
    rng = random.Random(text)
    spans = [span for syllable, span in syllable_spans(text) if len(syllable) >= 3 and syllable.isalpha()]
    if not spans:
        return text
    span = rng.choice(spans)
    typed = span.of(text)
    at = rng.randrange(len(typed) - 1)
    ways = (
        telex(typed),
        vni(typed),
        toneless(typed),
        typed[:at] + typed[at + 1 :],
        typed[: at + 1] + typed[at:],
        typed[:at] + typed[at + 1] + typed[at] + typed[at + 2 :],
    )
    return text[: span.start] + rng.choice([way for way in ways if way != typed] or [typed]) + text[span.end :]


# --- kinds of questions ----------------------------------------------------------------------------------------------

SHORT = 6
"""Syllables of a short question, at most."""

_DATE = re.compile(
    r"\b(?:ngay|thang|nam|quy|the ky) \d|\b\d{1,2}/\d|\b(?:19|20)\d\d\b"
    r"|\bhom (?:nay|qua|kia)\b|\b(?:tuan|thang|nam) (?:nay|truoc|qua|ngoai)\b"
)
_LATER_WORD = re.compile(r"(?<=\s)[^\W\d_]\w*")

SLICES: Mapping[str, Callable[[str], bool]] = {
    "with tones": has_tones,
    "without tones": lambda text: not has_tones(text),
    "short": lambda text: len(syllables(text)) <= SHORT,
    "with a date": lambda text: _DATE.search(toneless(fold(text))) is not None,
    "with a name": lambda text: any(word[0].isupper() for word in _LATER_WORD.findall(text)),
}
"""Kinds of questions that are measured apart, by their text."""
