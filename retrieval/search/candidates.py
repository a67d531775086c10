"""Candidates: stores candidate passages and their signals as columns, sorts them and makes hits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from retrieval.datatypes import Hit, Passage

Scores = NDArray[np.float64]
"""One number for each passage or article, shape (n,)."""


@dataclass(frozen=True, slots=True)
class MinMaxScale:
    """Scales a signal to 0..1 by the minimum and maximum over a question's candidates.

    Other passages than these candidates may be scaled to values outside 0..1.
    """

    low: float
    high: float

    @classmethod
    def of(cls, scores: Scores) -> Self:
        """Makes a scale from the scores of the candidates, shape (n,), n > 0."""
        return cls(float(scores.min()), float(scores.max()))

    def __call__(self, scores: Scores) -> Scores:
        """Scales scores, shape (n,).

        If all candidates have equal scores, every score becomes 1 if these are above 0, else 0.
        """
        if self.high > self.low:
            return (scores - self.low) / (self.high - self.low)
        return np.full_like(scores, float(self.high > 0))


@dataclass(frozen=True, slots=True)
class Candidates:
    """Holds the candidate passages of a question as columns, with one row per passage."""

    passages: Sequence[Passage]
    ids: NDArray[np.int64]
    """Passage ids, shape (n,)."""
    numbers: NDArray[np.int64]
    """Article numbers, shape (n,)."""
    signals: Mapping[str, Scores]
    """All signals by name, before normalisation, each of shape (n,)."""

    @classmethod
    def of(cls, found: Mapping[int, tuple[Passage, int]], signals: Mapping[str, Sequence[float] | Scores]) -> Self:
        """Collects (passage, article number) by passage id, and signals in the same order."""
        return cls(
            [passage for passage, _ in found.values()],
            np.fromiter(found, np.int64, len(found)),
            np.array([number for _, number in found.values()], np.int64),
            {name: np.asarray(column, np.float64) for name, column in signals.items()},
        )

    def take(self, rows: Sequence[int]) -> Self:
        """Selects rows, in the given order."""
        signals = {name: column[rows] for name, column in self.signals.items()}
        return type(self)([self.passages[row] for row in rows], self.ids[rows], self.numbers[rows], signals)

    def joined(self, other: Self) -> Self:
        """Appends other candidates with the same signals."""
        return type(self)(
            [*self.passages, *other.passages],
            np.concatenate([self.ids, other.ids]),
            np.concatenate([self.numbers, other.numbers]),
            {name: np.concatenate([column, other.signals[name]]) for name, column in self.signals.items()},
        )

    def best_first(self, scores: Scores) -> NDArray[np.int64]:
        """Sorts rows by score, best first, ties by passage id; returns row numbers, shape (n,)."""
        return np.lexsort((self.ids, -scores))

    def articles(self, scores: Scores) -> list[int]:
        """Lists article numbers, in the order of each article's best passage."""
        return list(dict.fromkeys(self.numbers[self.best_first(scores)].tolist()))

    def hits(
        self,
        rows: NDArray[np.int64],
        scores: Scores,
        features: Mapping[str, Scores] = MappingProxyType({}),
        *,
        toned: bool,
    ) -> list[Hit]:
        """Makes hits of some rows, in the given order.

        Args:
            rows: row numbers, shape (hits,).
            scores: the scores of all passages, shape (n,).
            features: features of all passages, each of shape (n,), which a hit holds beside its signals.
            toned: whether `lexical_score` is the BM25 score with tones; else it is the one without.
        """
        columns = {**self.signals, **features}
        table = np.array([*columns.values()]).T
        places = {name: place for place, name in enumerate(columns)}
        dense = self.signals["dense"][rows].tolist()
        words = self.signals["passage_exact" if toned else "passage_plain"][rows].tolist()
        each = zip(rows.tolist(), scores[rows].tolist(), dense, words, strict=True)
        return [
            Hit(self.passages[row], score, meaning, lexical, _Row(places, table[row].copy()))  # lest it keep the table
            for row, score, meaning, lexical in each
        ]


class _Row(Mapping[str, float]):
    """Maps column names to the numbers of one row, without a dictionary for each hit.

    Of most hits, at most one or two numbers are read.
    """

    __slots__ = ("_places", "_values")

    def __init__(self, places: Mapping[str, int], values: Scores) -> None:
        self._places, self._values = places, values

    def __getitem__(self, name: str) -> float:
        return float(self._values.item(self._places[name]))

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)


@dataclass(frozen=True, slots=True)
class ArticleGroups:
    """Groups the neighbouring rows that are passages of one article."""

    starts: NDArray[np.int64]
    """The first row of each group, shape (groups,)."""
    sizes: NDArray[np.int64]
    """The number of rows of each group, shape (groups,)."""
    owners: NDArray[np.int64]
    """The group of each row, shape (rows,)."""

    @classmethod
    def of(cls, numbers: NDArray[np.int64]) -> Self:
        """Groups neighbouring rows with the same article number; there must be at least one row."""
        starts = np.flatnonzero(np.diff(numbers, prepend=numbers[0] - 1))
        sizes = np.diff(starts, append=len(numbers))
        return cls(starts, sizes, np.repeat(np.arange(len(starts)), sizes))

    @property
    def places(self) -> NDArray[np.int64]:
        """Returns the position of each row in its group, from 0; shape (rows,)."""
        return np.arange(len(self.owners)) - self.starts[self.owners]

    def neighbours(self, rows: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
        """Returns the rows before and after each row in its group, with zeros at the ends.

        Args:
            rows: one value or vector for each row, shape (rows, ...).

        Returns:
            (values of the row before, values of the row after), each of the same shape as `rows`.
        """
        before, after = np.zeros_like(rows), np.zeros_like(rows)
        before[1:], after[:-1] = rows[:-1], rows[1:]
        before[self.starts] = 0
        after[self.starts + self.sizes - 1] = 0
        return before, after

    def most(self, scores: Scores) -> Scores:
        """Returns the maximum score of each group, shape (groups,)."""
        return np.maximum.reduceat(scores, self.starts)

    def best(self, scores: Scores) -> NDArray[np.int64]:
        """Returns the row with the maximum score in each group, the first of equals; shape (groups,)."""
        return np.lexsort((-scores, self.owners))[self.starts]

    def softmax(self, scores: Scores) -> Scores:
        """Returns the softmax of the scores within each group, shape (rows,)."""
        powers = np.exp(scores - self.most(scores)[self.owners])
        return np.asarray(powers / np.add.reduceat(powers, self.starts)[self.owners])
