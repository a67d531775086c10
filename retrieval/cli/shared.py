"""What the commands share: the global options, filters, and how an index is opened.

Commands import what they run when they run: `--help`, completion and usage errors must not wait for FAISS.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from retrieval.datatypes import Filter
from retrieval.errors import HoiBaoError, UsageError
from retrieval.vietnamese import clean, parse_bound

if TYPE_CHECKING:
    from retrieval.service import QuestionAnswering

_Command = TypeVar("_Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Options:
    """The global options, for every command."""

    index: Path
    model: str | None
    index_is_given: bool


def _bound(end: bool) -> Callable[[click.Context, click.Parameter, str | None], dt.date | None]:
    def convert(_: click.Context, __: click.Parameter, value: str | None) -> dt.date | None:
        return parse_bound(value, end=end) if value is not None else None

    return convert


def filtered(command: _Command) -> _Command:
    """Give a command the options that say which articles may be found."""
    for option in (
        click.option("--source", metavar="S", help="Only articles of this source."),
        click.option("--until", metavar="D", callback=_bound(end=True), help="Only articles of this day or earlier."),
        click.option(
            "--since",
            metavar="D",
            callback=_bound(end=False),
            help="Only articles of this day or later: 2023-10-20, 20/10/2023, 2023-10 or 2023.",
        ),
    ):
        command = option(command)
    return command


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, one object a line.")


def report(line: str) -> None:
    """Tell on stderr what takes its time."""
    click.echo(line, err=True)


def filter_of(since: dt.date | None, until: dt.date | None, source: str | None) -> Filter:
    """The filter of these options; raises UsageError where nothing could pass it."""
    if since and until and since > until:
        raise UsageError(f"--since {since} is later than --until {until}: nothing can be found")
    return Filter(since, until, clean(source).strip() or None if source else None)


@contextlib.contextmanager
def opened(options: Options) -> Iterator[QuestionAnswering]:
    """The index of the options, opened to be asked."""
    from retrieval.service import QuestionAnswering

    with QuestionAnswering.open(options.index, model=options.model, report=report) as qa:
        yield qa


@contextlib.contextmanager
def resumable(index: Path) -> Iterator[None]:
    """Turn Ctrl-C into a message that says how to go on."""
    try:
        yield
    except KeyboardInterrupt:
        raise HoiBaoError(
            f"stopped; {index}/ is whole and holds what was done so far: run the same command to go on"
        ) from None
