"""Reads chat folders: messages as typed to the bot, pairs of true and false premises, dialogues, and rumours.

A message says what reply it expects. `docs/reference/corpus-formats.md` has the fields of each file.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from retrieval.datatypes import Filter, Verdict
from retrieval.errors import HoiBaoError, UsageError
from retrieval.evaluation.corpora import one_line
from retrieval.evaluation.question_sets import JudgedQuestion, QuestionSet
from retrieval.vietnamese import clean

MESSAGES_NAME, PAIRS_NAME, DIALOGUES_NAME = "queries.jsonl", "twins.jsonl", "dialogues.jsonl"
RUMOURS_NAME = "rumours.jsonl"
FILE_NAMES = (MESSAGES_NAME, PAIRS_NAME, DIALOGUES_NAME, RUMOURS_NAME)
"""File names of a chat folder; one at least is there."""

_Value = TypeVar("_Value")


class Expectation(StrEnum):
    """Names the replies that a message may expect."""

    ANSWER = "answer"
    ABSTAIN = "abstain"
    BROWSE = "browse"
    LIST = "list"
    SUMMARY = "summary"
    SMALLTALK = "smalltalk"
    ABOUT = "about"


@dataclass(frozen=True, slots=True)
class Expected:
    """Describes the right reply to a message."""

    reply: Expectation
    articles: tuple[str, ...] = ()
    """Ids of the articles that hold the answer, the best first."""
    answers: tuple[str, ...] = ()
    """Strings of which a quote that answers contains at least one."""
    wrong: tuple[str, ...] = ()
    """Strings that mislead where they are marked."""
    items: tuple[str, ...] = ()
    """The items of a list; the sentences of a summary."""
    where: Filter | None = None
    """The days and the source of the articles that a browsing person asks for; None if the file does not say."""


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """A message that is typed in a fresh chat."""

    id: str
    kind: str
    text: str
    today: dt.date | None
    expected: Expected


@dataclass(frozen=True, slots=True)
class PremisePair:
    """A question, and the same question with one thing changed, so that no article answers it."""

    id: str
    kind: str
    true: str
    """The question whose premise is true."""
    false: str
    """The question whose premise is false."""
    today: dt.date | None
    expected: Expected
    """The right reply to the true question; that to the false one is to abstain."""
    elsewhere: bool
    """Whether an article names the false thing, in another matter."""


@dataclass(frozen=True, slots=True)
class DialogueTurn:
    """A message of a dialogue."""

    text: str
    expected: Expected
    leans: bool
    """Whether it cannot be understood without the turns before."""
    meant: str
    """The message in full, as it could be typed in a fresh chat; empty where it is no question."""


@dataclass(frozen=True, slots=True)
class Dialogue:
    """Messages that are typed one after another in one chat."""

    id: str
    today: dt.date | None
    turns: tuple[DialogueTurn, ...]


@dataclass(frozen=True, slots=True)
class Rumour:
    """A forwarded message that articles report, deny, or do not know."""

    id: str
    text: str
    today: dt.date | None
    verdict: Verdict
    articles: tuple[str, ...]
    """Ids of the articles that report or deny it."""
    sentence: str
    """The sentence that reports or denies it; empty if no article knows of it."""


@dataclass(frozen=True, slots=True)
class ChatSets:
    """The content of a chat folder."""

    messages: tuple[ChatMessage, ...]
    pairs: tuple[PremisePair, ...]
    dialogues: tuple[Dialogue, ...]
    rumours: tuple[Rumour, ...] = ()


def is_chat_folder(folder: Path) -> bool:
    """Tells whether a folder has the layout of a chat folder: pairs, dialogues, or queries that say `expect`."""
    if any((folder / name).exists() for name in (PAIRS_NAME, DIALOGUES_NAME, RUMOURS_NAME)):
        return True
    path = folder / MESSAGES_NAME
    if not path.exists():
        return False
    with path.open(encoding="utf-8", errors="replace") as file:
        first = next((line for line in file if line.strip()), "")
    try:
        return "expect" in json.loads(first)
    except (ValueError, TypeError):
        return False


def read_chat_sets(folder: Path) -> ChatSets:
    """Reads a chat folder. What has no `today` is asked on the last day that the folder names.

    Raises:
        UsageError: the folder has none of the files.
        HoiBaoError: a line cannot be read; the message names the file and the line.
    """
    rows = {name: _read_rows(folder / name) for name in FILE_NAMES}
    if not any(rows.values()):
        raise UsageError(f"none of {', '.join(FILE_NAMES)} in {folder}: nothing to measure")
    last = max((day for own in rows.values() for row in own if (day := row.read(_day))), default=None)
    return ChatSets(
        tuple(row.read(partial(_message, last)) for row in rows[MESSAGES_NAME]),
        tuple(row.read(partial(_pair, last)) for row in rows[PAIRS_NAME]),
        tuple(row.read(partial(_dialogue, last)) for row in rows[DIALOGUES_NAME]),
        tuple(row.read(partial(_rumour, last)) for row in rows[RUMOURS_NAME]),
    )


# --- lines -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Row:
    """The JSON value of a line, with its place for error messages."""

    place: str
    fields: Any

    def read(self, make: Callable[[Any], _Value]) -> _Value:
        try:
            return make(self.fields)
        except (AttributeError, ValueError, KeyError, TypeError) as error:
            raise HoiBaoError(f"{self.place}: not as in a chat folder ({error})") from None


def _read_rows(path: Path) -> list[_Row]:
    if not path.exists():
        return []
    rows = []
    with path.open(encoding="utf-8", errors="replace") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                rows.append(_Row(f"{path}:{number}", _Row(f"{path}:{number}", line).read(json.loads)))
    return rows


def _message(last: dt.date | None, fields: Any) -> ChatMessage:  # noqa: ANN401  what JSON gives
    return ChatMessage(
        _id(fields), _text(fields["kind"]), _text(fields["text"]), _day(fields) or last, _expected(fields)
    )


def _pair(last: dt.date | None, fields: Any) -> PremisePair:  # noqa: ANN401  what JSON gives
    return PremisePair(
        id=_id(fields),
        kind=_text(fields["kind"]),
        true=_text(fields["true"]),
        false=_text(fields["false"]),
        today=_day(fields) or last,
        expected=_expected({"expect": Expectation.ANSWER, **fields}),
        elsewhere=bool(fields.get("elsewhere")),
    )


def _dialogue(last: dt.date | None, fields: Any) -> Dialogue:  # noqa: ANN401  what JSON gives
    turns = tuple(
        DialogueTurn(_text(turn["text"]), _expected(turn), bool(turn["leans"]), _text(turn.get("meant") or ""))
        for turn in fields["turns"]
    )
    return Dialogue(_id(fields), _day(fields) or last, turns)


def _rumour(last: dt.date | None, fields: Any) -> Rumour:  # noqa: ANN401  what JSON gives
    return Rumour(
        _id(fields),
        _text(fields["text"]),
        _day(fields) or last,
        Verdict(fields["expect"]),
        tuple(map(one_line, _texts(fields.get("articles")))),
        _text(fields.get("sentence") or ""),
    )


def _expected(fields: Any) -> Expected:  # noqa: ANN401  what JSON gives
    answers, wrong, items = (_texts(fields.get(name)) for name in ("answers", "wrong", "items"))
    return Expected(
        Expectation(fields["expect"]),
        tuple(map(one_line, _texts(fields.get("articles")))),
        answers=answers,
        wrong=wrong,
        items=items,
        where=_where(fields["filter"]) if "filter" in fields else None,
    )


def _where(fields: Any) -> Filter:  # noqa: ANN401  what JSON gives
    since, until = (fields.get("day") or fields.get(name) for name in ("since", "until"))
    return Filter(
        since=dt.date.fromisoformat(since) if since else None,
        until=dt.date.fromisoformat(until) if until else None,
        source=_text(fields["source"]) if fields.get("source") else None,
    )


def _id(fields: Any) -> str:  # noqa: ANN401  what JSON gives
    return one_line(_text(fields["_id"]))


def _day(fields: Any) -> dt.date | None:  # noqa: ANN401  what JSON gives
    return dt.date.fromisoformat(fields["today"]) if fields.get("today") else None


def _texts(value: Any) -> tuple[str, ...]:  # noqa: ANN401  what JSON gives
    if not isinstance(value or [], list):
        raise TypeError("not a list of strings")
    return tuple(map(_text, value or ()))


def _text(value: Any) -> str:  # noqa: ANN401  what JSON gives
    if not isinstance(value, str):
        raise TypeError(f"not a string but {json.dumps(value)[:40]}")
    return clean(value)


# --- judged questions ------------------------------------------------------------------------------------------------


def chat_question_sets(sets: ChatSets) -> list[QuestionSet]:
    """Returns the messages that expect an answer or an abstention, and the pairs, as judged questions.

    Both questions of a pair are in one fold.
    """
    judged = (Expectation.ANSWER, Expectation.ABSTAIN)
    messages = [
        _judged(one.id, one.text, one.today, one.expected) for one in sets.messages if one.expected.reply in judged
    ]
    pairs = [question for pair in sets.pairs for question in _judged_pair(pair)]
    named = (("queries", messages), ("twins", pairs))
    return [QuestionSet(name, tuple(questions)) for name, questions in named if questions]


def _judged_pair(pair: PremisePair) -> tuple[JudgedQuestion, JudgedQuestion]:
    fold_key = min(pair.expected.articles, default=pair.id)
    abstain = Expected(Expectation.ABSTAIN)
    return (
        _judged(f"{pair.id}-true", pair.true, pair.today, pair.expected, fold_key),
        _judged(f"{pair.id}-false", pair.false, pair.today, abstain, fold_key),
    )


def _judged(
    question_id: str, text: str, today: dt.date | None, expected: Expected, fold_key: str | None = None
) -> JudgedQuestion:
    return JudgedQuestion(
        question_id, text, expected.answers, dict.fromkeys(expected.articles, 1), today, expected.wrong, fold_key
    )
