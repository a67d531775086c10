"""Answers and headings as JSON. A stored answer can be shown again, however the index has changed."""

from __future__ import annotations

import msgspec

from bot.cards import Heading
from retrieval import Answer


class UnreadableAnswerError(ValueError):
    """The stored text is not an answer of this version."""


def to_json(answer: Answer) -> str:
    """Writes an answer as one line of JSON."""
    return msgspec.json.encode(answer).decode()


def from_json(text: str) -> Answer:
    """Reads an answer that `to_json` has written; newer fields get their defaults.

    Raises:
        UnreadableAnswerError: the text is no such answer.
    """
    try:
        return msgspec.json.decode(text, type=Answer)
    except msgspec.DecodeError as error:
        raise UnreadableAnswerError(str(error)) from None


def heading_to_json(heading: Heading | None) -> str | None:
    """Writes a heading as one line of JSON; None for none."""
    return msgspec.json.encode(heading).decode() if heading else None


def heading_from_json(text: str) -> Heading:
    """Reads a heading that `heading_to_json` has written.

    Raises:
        UnreadableAnswerError: the text is no such heading.
    """
    try:
        return msgspec.json.decode(text, type=Heading)
    except msgspec.DecodeError as error:
        raise UnreadableAnswerError(str(error)) from None
