"""Options that commands share, and opening the index that they name.

Every command imports the code that it runs inside its function: `--help`, completion and usage errors must not wait for
FAISS to load.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from retrieval.config import DEFAULT_READER, ReaderChoice
from retrieval.datatypes import Filter
from retrieval.errors import HoiBaoError, UsageError
from retrieval.vietnamese import clean, parse_bound

if TYPE_CHECKING:
    from retrieval.service import QuestionAnswering

_Command = TypeVar("_Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Options:
    """The global options of the command line."""

    index: Path
    model: str | None
    index_is_given: bool
    """Whether the index was named, by option or environment variable, rather than left at its default."""
    reader: ReaderChoice = DEFAULT_READER
    """Which reader reads the best passages, or none."""


def _date_callback(*, end: bool) -> Callable[[click.Context, click.Parameter, str | None], dt.date | None]:
    def convert(_: click.Context, __: click.Parameter, value: str | None) -> dt.date | None:
        return parse_bound(value, end=end) if value is not None else None

    return convert


def filter_options(command: _Command) -> _Command:
    """Adds the options --since, --until and --source to a command."""
    for option in (
        click.option("--source", metavar="S", help="Only articles of this source."),
        click.option(
            "--until", metavar="D", callback=_date_callback(end=True), help="Only articles of this day or earlier."
        ),
        click.option(
            "--since",
            metavar="D",
            callback=_date_callback(end=False),
            help="Only articles of this day or later: 2023-10-20, 20/10/2023, 2023-10 or 2023.",
        ),
    ):
        command = option(command)
    return command


json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, one object a line.")


def print_status(line: str) -> None:
    """Prints a line on stderr, about work that takes time."""
    click.echo(line, err=True)


def parse_filter(since: dt.date | None, until: dt.date | None, source: str | None) -> Filter:
    """Returns the filter that the options describe.

    Raises:
        UsageError: no article can pass the filter.
    """
    if since and until and since > until:
        raise UsageError(f"--since {since} is later than --until {until}: nothing can be found")
    return Filter(since, until, clean(source).strip() or None if source else None)


@contextlib.contextmanager
def open_index(options: Options) -> Iterator[QuestionAnswering]:
    """Opens the index that the options name, and closes it afterwards."""
    from retrieval.service import QuestionAnswering

    with QuestionAnswering.open(options.index, model=options.model, report=print_status, reader=options.reader) as qa:
        yield qa


@contextlib.contextmanager
def resumable(index: Path) -> Iterator[None]:
    """Turns Ctrl-C into an error that says how to resume.

    Raises:
        HoiBaoError: the work was interrupted.
    """
    try:
        yield
    except KeyboardInterrupt:
        raise HoiBaoError(
            f"stopped; {index}/ is whole and holds what was done so far: run the same command to go on"
        ) from None
