"""Progress on stderr for whatever takes longer than two seconds."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Self

import click
from tqdm import tqdm

from retrieval.indexing import Stage

SHOWN_AFTER_S = 1.0


def _bar(label: str, total: int | None, unit: str) -> tqdm:
    # In a log file a line every ten seconds is enough.
    interval = 0.2 if sys.stderr.isatty() else 10.0
    return tqdm(total=total, desc=label, unit=unit, delay=SHOWN_AFTER_S, mininterval=interval, dynamic_ncols=True)


class SyncProgress:
    """A bar for each stage of a sync, with its rate and the time left; callable as `indexer.Progress`."""

    def __init__(self) -> None:
        self._stage: Stage | None = None
        self._bar: tqdm | None = None

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Leave the last bar as it stands."""
        self._close()

    def __call__(self, stage: Stage, done: int, total: int | None) -> None:
        """Show that `done` of `total` articles are done in a stage."""
        if stage != self._stage:
            self._close()
            self._stage, self._bar = stage, _bar(stage, total, " articles")
        if self._bar is not None:
            self._bar.update(done - self._bar.n)

    def note(self, line: str) -> None:
        """Print a line without disturbing a bar."""
        self._close()
        click.echo(line, err=True)

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
        self._bar, self._stage = None, None


@contextmanager
def counter(label: str, total: int | None, unit: str = "questions") -> Iterator[Callable[[], None]]:
    """A bar whose step is called once an item."""
    with _bar(label, total, f" {unit}") as bar:

        def step() -> None:
            bar.update()

        yield step
