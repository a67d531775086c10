"""Commands that read an index: ask, search, chat."""

from __future__ import annotations

import contextlib
import datetime as dt
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from retrieval.cli.shared import Options, filter_of, filtered, json_option, opened

if TYPE_CHECKING:
    from retrieval.search import Mode


@click.command("ask")
@click.argument("question")
@filtered
@json_option
@click.pass_obj
def ask_command(
    options: Options, question: str, since: dt.date | None, until: dt.date | None, source: str | None, as_json: bool
) -> None:
    """Answer QUESTION with verbatim quotes, or say that there is no answer. `-` reads it from standard input.

    \b
    Examples:
      hoibao ask "Bộ trưởng Tô Lâm yêu cầu gì về phòng chống tội phạm?"
      hoibao ask "Ai làm việc với tỉnh Bắc Giang?" --since 10/2023 --json
    """
    from retrieval.cli.display import answer_json, answer_lines

    where = filter_of(since, until, source)
    text = sys.stdin.read() if question == "-" else question
    with opened(options) as qa:
        answer = qa.ask(text, where=where)
    for line in [answer_json(answer)] if as_json else answer_lines(answer):
        click.echo(line)


@click.command("search")
@click.argument("text", metavar="QUERY")
@click.option("-k", default=10, show_default=True, type=click.IntRange(1, 1000), help="Number of passages.")
@click.option(
    "--mode",
    type=click.Choice(["hybrid", "dense", "lexical"]),
    default="hybrid",
    show_default=True,
    help="Which signals rank.",
)
@filtered
@json_option
@click.pass_obj
def search_command(
    options: Options,
    text: str,
    k: int,
    mode: Mode,
    since: dt.date | None,
    until: dt.date | None,
    source: str | None,
    as_json: bool,
) -> None:
    """Print the passages that rank highest for QUERY, with their scores.

    \b
    Example:
      hoibao search "phòng chống tội phạm" -k 5 --mode lexical
    """
    from retrieval.cli.display import hit_json, hit_lines

    where = filter_of(since, until, source)
    with opened(options) as qa:
        found = qa.search(text, k, mode=mode, where=where)
    if not found:
        click.echo("no passage found", err=True)
    for rank, one in enumerate(found, 1):
        lines = [hit_json(rank, one.hit, one.article)] if as_json else hit_lines(rank, one.hit, one.article)
        for line in lines:
            click.echo(line)


@click.command("chat")
@filtered
@json_option
@click.pass_obj
def chat_command(
    options: Options, since: dt.date | None, until: dt.date | None, source: str | None, as_json: bool
) -> None:
    """Answer questions line by line, from the terminal or a pipe.

    \b
    Examples:
      hoibao chat
      hoibao chat < questions.txt
    """
    from retrieval.cli.display import answer_json, answer_lines

    where = filter_of(since, until, source)
    with opened(options) as qa:
        qa.read_ahead()
        if sys.stdin.isatty():
            click.echo("Hỏi báo điều gì cũng được, mỗi dòng một câu; để trống rồi Enter (hoặc Ctrl-D) để thoát.")
        for number, question in enumerate(_questions()):
            answer = qa.ask(question, where=where)
            if number and not as_json:
                click.echo()
            for line in [answer_json(answer)] if as_json else answer_lines(answer):
                click.echo(line)
            sys.stdout.flush()


def _questions() -> Iterator[str]:
    """Lines of standard input: at a terminal with a prompt and until an empty one, of a pipe all but empty ones."""
    if not sys.stdin.isatty():
        yield from (line for line in sys.stdin if line.strip())
        return
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401  gives `input` line editing and history
    while True:
        try:
            line = input("\nHỏi: ")
        except EOFError:
            click.echo()
            return
        if not line.strip():
            return
        yield line
