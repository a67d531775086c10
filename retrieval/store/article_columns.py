"""What filters look at: the date and the source of every article that has passages, as columns in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from retrieval.datatypes import Filter
from retrieval.store.queries import ArticleRow

_NO_SOURCE = -1
_BEFORE_ALL, _AFTER_ALL = -(2**31), 2**31 - 1
"""Last and first day of an undated article: no bound admits them."""


@dataclass(frozen=True, slots=True)
class _Columns:
    """A row an article, by ascending number: its number, the ids of its passages, its days and its source.

    The ids are those from `first_id` up to, without, `end_id`. `first_day` and `last_day` are ordinals of the article's
    date, `source` is a position in a list of sources.
    """

    number: NDArray[np.int64]
    first_id: NDArray[np.int64]
    end_id: NDArray[np.int64]
    first_day: NDArray[np.int32]
    last_day: NDArray[np.int32]
    source: NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class ArticleColumns:
    """Dates and sources of articles; a value, of which changes return another one."""

    _columns: _Columns
    _sources: tuple[str, ...]

    @classmethod
    def empty(cls) -> ArticleColumns:
        """Returns the columns of no article."""
        long, short = np.empty(0, np.int64), np.empty(0, np.int32)
        return cls(_Columns(long, long, long, short, short, short), ())

    @property
    def last_number(self) -> int:
        """The highest article number; 0 where there is no article."""
        return int(self._columns.number[-1]) if len(self._columns.number) else 0

    def without(self, ranges: Sequence[range]) -> ArticleColumns:
        """Returns the columns without the articles that have these ranges of passage ids."""
        if not ranges:
            return self
        kept = ~np.isin(self._columns.first_id, [ids.start for ids in ranges])
        return ArticleColumns(_Columns(*(column[kept] for column in self._arrays())), self._sources)

    def extended(self, rows: Sequence[ArticleRow]) -> ArticleColumns:
        """Returns the columns with further articles, all of higher numbers than `last_number`."""
        if not rows:
            return self
        sources = {source: position for position, source in enumerate(self._sources)}
        numbers, passage_ids, first_days, last_days, names = zip(*rows, strict=True)
        new = (
            numbers,
            [ids.start for ids in passage_ids],
            [ids.stop for ids in passage_ids],
            [_AFTER_ALL if day is None else day for day in first_days],
            [_BEFORE_ALL if day is None else day for day in last_days],
            [_NO_SOURCE if name is None else sources.setdefault(name, len(sources)) for name in names],
        )
        joined = (
            np.concatenate([column, np.array(values, column.dtype)])
            for column, values in zip(self._arrays(), new, strict=True)
        )
        return ArticleColumns(_Columns(*joined), tuple(sources))

    def admitted(self, where: Filter) -> NDArray[np.bool_] | None:
        """Returns whether the filter admits a passage, by its id; None where it admits no passage at all."""
        columns = self._columns
        chosen = np.ones(len(columns.number), np.bool_)
        if where.since:
            chosen &= columns.last_day >= where.since.toordinal()
        if where.until:
            chosen &= columns.first_day <= where.until.toordinal()
        if where.source:
            chosen &= columns.source == self._sources.index(where.source) if where.source in self._sources else False
        if not chosen.any():
            return None
        # Ranges of ids never overlap: one begins at +1 and ends at -1, and the running sum is 1 within them.
        steps = np.zeros(int(columns.end_id[-1]) + 1, np.int8)
        steps[columns.first_id[chosen]] += 1
        steps[columns.end_id[chosen]] -= 1
        return np.cumsum(steps, dtype=np.int8).astype(np.bool_)

    def _arrays(self) -> list[NDArray[Any]]:
        return [getattr(self._columns, field.name) for field in fields(_Columns)]
