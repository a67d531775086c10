"""Shows progress bars on stderr for work that takes longer than a second."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Self

import click
from tqdm import tqdm

from retrieval.indexing import Stage

SHOWN_AFTER_S = 1.0
"""Seconds after which a bar appears."""

REDRAWN_EVERY_S, LOGGED_EVERY_S = 0.2, 10.0
"""Seconds between two updates of a bar: on a terminal, and in a log file."""


def _bar(label: str, total: int | None, unit: str) -> tqdm:
    interval = REDRAWN_EVERY_S if sys.stderr.isatty() else LOGGED_EVERY_S
    return tqdm(total=total, desc=label, unit=unit, delay=SHOWN_AFTER_S, mininterval=interval, dynamic_ncols=True)


class SyncProgress:
    """Shows a bar for each stage of a sync, with rate and time left.

    The functions that sync call it as their `progress`.
    """

    def __init__(self) -> None:
        self._stage: Stage | None = None
        self._bar: tqdm | None = None

    def __enter__(self) -> Self:
        """Returns itself."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Closes the bar, which stays on the screen."""
        self._close()

    def __call__(self, stage: Stage, done: int, total: int | None) -> None:
        """Shows how many articles of a stage are done, of `total`, or of an unknown number if None."""
        if stage != self._stage:
            self._close()
            self._stage, self._bar = stage, _bar(stage, total, " articles")
        if self._bar is not None:
            self._bar.update(done - self._bar.n)

    def note(self, line: str) -> None:
        """Prints a line after closing the bar, which would be torn by it."""
        self._close()
        click.echo(line, err=True)

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
        self._bar, self._stage = None, None


@contextmanager
def counting_bar(label: str, total: int | None, unit: str = "questions") -> Iterator[Callable[[], None]]:
    """Shows a bar, and gives the function to call after each item."""
    with _bar(label, total, f" {unit}") as bar:

        def advance() -> None:
            bar.update()

        yield advance
