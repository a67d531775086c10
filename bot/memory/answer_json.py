"""Answers as JSON. A stored answer can be shown again, however the index has changed."""

from __future__ import annotations

import msgspec

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
