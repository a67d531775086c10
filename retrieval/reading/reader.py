"""The reader: reads a question and passages together, and says whether and where each passage answers."""

from __future__ import annotations

import contextlib
import math
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from retrieval.datatypes import Span
from retrieval.encoder import BundledParts, open_session
from retrieval.errors import ModelError
from retrieval.reading.input import Part, ReaderInput, lay_out
from retrieval.runtime import run_in_spare_thread

if TYPE_CHECKING:
    from pathlib import Path

MAX_ANSWER_TOKENS = 60
"""Longest answer that is looked for."""

_FIRST, _LAST, _CONTRADICTED = range(3)
"""Columns of the token scores."""


@dataclass(frozen=True, slots=True)
class PassageText:
    """Holds a passage as the reader sees it."""

    headline: str
    """The article's title with its day, as `headline` writes it."""
    text: str


@dataclass(frozen=True, slots=True)
class Reading:
    """Tells whether and where a passage answers a question; scores are log-odds before calibration."""

    answerable: float
    """Log-odds that the passage answers."""
    answer: Span
    """The likeliest answer, in offsets of the passage; whole words."""
    answer_score: float
    """Log-odds of that answer against none: the mean of its first and last token's logits, less that of `<s>`."""
    starts: NDArray[np.int32]
    """Offset of each word in the passage, shape (words,)."""
    first: NDArray[np.float64]
    """Probability that the answer begins with each word, given that there is one, shape (words,)."""
    last: NDArray[np.float64]
    """Probability that the answer ends with each word, given that there is one, shape (words,)."""
    contradicted: float
    """Log-odds that the passage's article contradicts some word of the question: those of the most contradicted one."""
    contradicted_words: tuple[Span, ...]
    """The words of the question that are rather contradicted than not, in its offsets; neighbours joined."""

    def mass(self, span: Span) -> float:
        """Returns the probability that the answer lies in a span of the passage, given that there is one, 0 to 1."""
        inside = (self.starts >= span.start) & (self.starts < span.end)
        return float((self.first[inside].sum() + self.last[inside].sum()) / 2)


class Reader:
    """Runs the reader's graph with onnxruntime; safe to use from several threads at once."""

    def __init__(self, graph: Path, parts: BundledParts, budget_s: float | None = None) -> None:
        """Loads the graph.

        Args:
            graph: the graph, as `prepare_reader` returns it.
            parts: the tokenizer and the token embeddings of the bundled model.
            budget_s: seconds after which no further passage of a question is begun; None for no limit.

        Raises:
            ModelError: the graph cannot be loaded.
        """
        try:
            self._session = open_session(graph, threads=1)
        except Exception as error:  # onnxruntime raises errors of many types
            reason = " ".join(str(error).split())[:200]
            raise ModelError(f"cannot load the reader from {graph.parent}: {reason}; remove it") from error
        self._parts = parts
        self._budget_s = budget_s

    def read(self, question: str, passages: Sequence[PassageText]) -> list[Reading | None]:
        """Reads passages for a question, in their order, each alone: padding would cost more than a batch saves.

        A spare thread reads beside the caller's. The first passage is read in any case.

        Returns:
            For each passage its reading; None for those that the time did not suffice for.
        """
        inputs = [lay_out(question, one.headline, one.text, self._parts.tokenize_word) for one in passages]
        waiting = deque(range(len(inputs)))
        readings: list[Reading | None] = [None] * len(inputs)
        until = math.inf if self._budget_s is None else time.monotonic() + self._budget_s

        def read_waiting() -> None:
            with contextlib.suppress(IndexError):  # none is left
                while (place := waiting.popleft()) == 0 or time.monotonic() < until:
                    readings[place] = self._read(inputs[place])

        others = run_in_spare_thread(read_waiting)
        read_waiting()
        others()
        return readings

    def _read(self, one: ReaderInput) -> Reading:
        inputs = {
            "inputs_embeds": self._parts.embeddings.look_up(one.ids)[None],
            "attention_mask": np.ones((1, len(one.ids)), np.int64),
        }
        token_scores, answerable = self._session.run(["token_scores", "answerable"], inputs)
        return _reading(one, token_scores[0], float(answerable[0]))


def _reading(one: ReaderInput, scores: NDArray[np.float32], answerable: float) -> Reading:
    """Reads the scores of one input, shape (tokens, 3)."""
    passage = one.tokens_of(Part.PASSAGE)
    question = one.tokens_of(Part.QUESTION)
    contradicted = scores[question, _CONTRADICTED]
    worst = float(contradicted.max(initial=-np.inf)) if len(question) else -20.0
    words = _joined(one, question[contradicted > 0])
    if not len(passage):
        nothing = np.zeros(0)
        return Reading(answerable, Span(0, 0), -20.0, one.starts[passage], nothing, nothing, worst, words)
    first, last = scores[passage, _FIRST], scores[passage, _LAST]
    start, end, best = _best_span(first, last)
    null = float(scores[0, _FIRST] + scores[0, _LAST]) / 2
    starts, owners = np.unique(one.starts[passage], return_inverse=True)
    return Reading(
        answerable=answerable,
        answer=Span(int(one.starts[passage[start]]), int(one.ends[passage[end]])),
        answer_score=best / 2 - null,
        starts=starts,
        first=np.bincount(owners, _softmax(first), len(starts)).astype(np.float64),
        last=np.bincount(owners, _softmax(last), len(starts)).astype(np.float64),
        contradicted=worst,
        contradicted_words=words,
    )


def _best_span(first: NDArray[np.float32], last: NDArray[np.float32]) -> tuple[int, int, float]:
    """Finds the first and the last token of the span with the highest sum of scores; returns them with that."""
    sums = first[:, None] + last[None, :]
    length = np.arange(len(last))[None, :] - np.arange(len(first))[:, None]
    sums = np.where((length >= 0) & (length < MAX_ANSWER_TOKENS), sums, -np.inf)
    start, end = np.unravel_index(int(np.argmax(sums)), sums.shape)
    return int(start), int(end), float(sums[start, end])


def _softmax(scores: NDArray[np.float32]) -> NDArray[np.float64]:
    powers = np.exp(scores.astype(np.float64) - scores.max())
    return np.asarray(powers / powers.sum())


def _joined(one: ReaderInput, tokens: NDArray[np.int64]) -> tuple[Span, ...]:
    """Returns the spans of tokens' words; those of neighbouring words are joined."""
    spans: list[Span] = []
    for token in tokens.tolist():
        span = Span(int(one.starts[token]), int(one.ends[token]))
        if spans and span.start <= spans[-1].end + 1:
            spans[-1] = Span(spans[-1].start, span.end)
        else:
            spans.append(span)
    return tuple(spans)
