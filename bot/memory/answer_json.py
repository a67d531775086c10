"""An answer as JSON and back: all that is needed to show it again, however the index has changed since."""

from __future__ import annotations

import msgspec

from retrieval import Answer


class UnreadableAnswerError(ValueError):
    """What was stored is not an answer as this version knows it."""


def to_json(answer: Answer) -> str:
    """The answer as one line of JSON."""
    return msgspec.json.encode(answer).decode()


def from_json(text: str) -> Answer:
    """The answer that `to_json` has written; fields that came later have their defaults.

    Raises:
        UnreadableAnswerError: the text is something else.
    """
    try:
        return msgspec.json.decode(text, type=Answer)
    except msgspec.DecodeError as error:
        raise UnreadableAnswerError(str(error)) from None
