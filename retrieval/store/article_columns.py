"""Article columns: holds every article's date and source in memory, for filters of dense search."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.datatypes import Filter
from retrieval.store import queries

_NO_SOURCE = -1
_BEFORE_ALL, _AFTER_ALL = -(2**31), 2**31 - 1
"""Last and first day of an undated article, which no date bound of a filter admits."""

_SPAN = [("number", np.int64), ("first_id", np.int64), ("last_id", np.int64)]
"""Columns of an article's number, and the ids of its first and last passage."""
_DATE = [("first_day", np.int32), ("last_day", np.int32), ("source", np.int32)]
"""Columns of the proleptic Gregorian ordinals of an article's first and last day, and its position in the sources."""


@dataclass(frozen=True, slots=True)
class ArticleColumns:
    """Holds dates and sources of the articles with passages, by ascending number; immutable."""

    _rows: NDArray[Any]
    """A structured array of `_SPAN` and `_DATE`."""
    _sources: tuple[str, ...]

    @classmethod
    def empty(cls) -> ArticleColumns:
        """Returns columns without articles."""
        return cls(np.empty(0, _SPAN + _DATE), ())

    def without(self, ranges: Sequence[range]) -> ArticleColumns:
        """Returns the columns without the articles whose passage ids are these ranges."""
        if not ranges:
            return self
        kept = ~np.isin(self._rows["first_id"], [ids.start for ids in ranges])
        return ArticleColumns(self._rows[kept], self._sources)

    def extended(self, db: sqlite3.Connection) -> ArticleColumns:
        """Returns the columns with the articles that were added to the truth since."""
        last = int(self._rows["number"][-1]) if len(self._rows) else 0
        sources = {source: position for position, source in enumerate(self._sources)}
        # From cursors straight into arrays: lists of rows would leave megabytes of freed memory behind.
        spans = np.fromiter(queries.article_spans_after(db, last), _SPAN)
        dates = np.fromiter(
            (
                (
                    number,
                    _AFTER_ALL if first is None else first,
                    _BEFORE_ALL if last is None else last,
                    _NO_SOURCE if source is None else sources.setdefault(source, len(sources)),
                )
                for number, first, last, source in queries.article_dates_after(db, last)
            ),
            [("number", np.int64), *_DATE],
        )
        # An article that is in one of the two was added or deleted between the queries.
        _, of_spans, of_dates = np.intersect1d(
            spans["number"], dates["number"], assume_unique=True, return_indices=True
        )
        rows = np.empty(len(of_spans), _SPAN + _DATE)
        for columns, chosen in ((spans, of_spans), (dates, of_dates)):
            for name in columns.dtype.names or ():
                rows[name] = columns[name][chosen]
        return ArticleColumns(np.concatenate([self._rows, rows]), tuple(sources))

    def admitted(self, where: Filter) -> NDArray[np.bool_] | None:
        """Returns whether a filter admits each passage, by passage id; None if it admits none."""
        rows = self._rows
        chosen = np.ones(len(rows), np.bool_)
        if where.since:
            chosen &= rows["last_day"] >= where.since.toordinal()
        if where.until:
            chosen &= rows["first_day"] <= where.until.toordinal()
        if where.source:
            chosen &= rows["source"] == self._sources.index(where.source) if where.source in self._sources else False
        if not chosen.any():
            return None
        # Ranges of ids never overlap: with +1 at the start and -1 after the end, the running sum is 1 inside a range.
        steps = np.zeros(int(rows["last_id"][-1]) + 2, np.int8)
        steps[rows["first_id"][chosen]] += 1
        steps[rows["last_id"][chosen] + 1] -= 1
        return np.cumsum(steps, dtype=np.int8).astype(np.bool_)
