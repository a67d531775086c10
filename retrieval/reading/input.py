"""Reader input: lays out a question, an article's headline and a passage as one sequence of model tokens."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from retrieval.datatypes import PartialDate, Span

MOST_QUESTION_TOKENS, MOST_HEADLINE_TOKENS, MOST_PASSAGE_TOKENS = 64, 56, 256
"""Most tokens of each part; the end of a longer part is not read."""

_START, _END = 0, 2
"""Token ids of `<s>` and `</s>`."""
_WORD = re.compile(r"\S+")

TokenizeWord = Callable[[str], Sequence[int]]
"""Returns the token ids of a word; tokens of the bundled model never cross white space."""


class Part(IntEnum):
    """Names the parts of a reader input."""

    SEPARATOR = 0
    QUESTION = 1
    HEADLINE = 2
    PASSAGE = 3


@dataclass(frozen=True, slots=True)
class ReaderInput:
    """Holds the tokens of a question and a passage: `<s> question </s> </s> headline </s> passage </s>`."""

    ids: tuple[int, ...]
    """Token ids."""
    parts: NDArray[np.int8]
    """The part that each token belongs to, shape (tokens,)."""
    starts: NDArray[np.int32]
    """Offset in its part of the word that each token belongs to, shape (tokens,)."""
    ends: NDArray[np.int32]
    """End offset in its part of the word that each token belongs to, shape (tokens,)."""

    def tokens_of(self, part: Part) -> NDArray[np.int64]:
        """Returns the positions of a part's tokens, ascending."""
        return np.flatnonzero(self.parts == part)

    def token_span(self, part: Part, span: Span) -> tuple[int, int] | None:
        """Returns the first and the last token of the words that a span touches; None if it touches none."""
        inside = np.flatnonzero((self.parts == part) & (self.ends > span.start) & (self.starts < span.end))
        return (int(inside[0]), int(inside[-1])) if len(inside) else None


def headline(title: str, published: PartialDate | None) -> str:
    """Writes a title with its day, as the reader sees it in front of each passage."""
    return f"{title} ({published})" if published else title


def lay_out(question: str, heading: str, passage: str, tokenize_word: TokenizeWord) -> ReaderInput:
    """Lays out a question, a headline and a passage for the reader.

    Args:
        question: the question.
        heading: the article's headline, as `headline` writes it.
        passage: the passage.
        tokenize_word: the tokenizer.
    """
    ids: list[int] = []
    places: list[tuple[int, int, int]] = []  # part, start, end

    def add(part: Part, text: str, most: int) -> None:
        left = most
        for match in _WORD.finditer(text):
            tokens = tokenize_word(match[0])
            if len(tokens) > left:
                break
            left -= len(tokens)
            ids.extend(tokens)
            places.extend([(part, match.start(), match.end())] * len(tokens))

    def separate(token: int) -> None:
        ids.append(token)
        places.append((Part.SEPARATOR, 0, 0))

    separate(_START)
    add(Part.QUESTION, question, MOST_QUESTION_TOKENS)
    separate(_END)
    separate(_END)
    add(Part.HEADLINE, heading, MOST_HEADLINE_TOKENS)
    separate(_END)
    add(Part.PASSAGE, passage, MOST_PASSAGE_TOKENS)
    separate(_END)
    parts, starts, ends = zip(*places, strict=True)
    return ReaderInput(tuple(ids), np.array(parts, np.int8), np.array(starts, np.int32), np.array(ends, np.int32))
