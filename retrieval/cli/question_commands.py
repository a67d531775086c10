"""Commands that ask an index: ask, search, chat."""

from __future__ import annotations

import contextlib
import datetime as dt
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from retrieval.cli.options import Options, filter_options, json_option, open_index, parse_filter

if TYPE_CHECKING:
    from retrieval.search import Mode


@click.command("ask")
@click.argument("question")
@filter_options
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
    from retrieval.cli.answer_output import answer_json, answer_lines

    where = parse_filter(since, until, source)
    text = sys.stdin.read() if question == "-" else question
    with open_index(options) as qa:
        answer = qa.ask(text, where=where)
        corpus = qa.holdings() if answer.act.is_about else None
    for line in [answer_json(answer)] if as_json else answer_lines(answer, corpus):
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
@filter_options
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
    from retrieval.cli.answer_output import hit_json, hit_lines

    where = parse_filter(since, until, source)
    with open_index(options) as qa:
        results = qa.search(text, k, mode=mode, where=where)
    if not results:
        click.echo("no passage found", err=True)
    for rank, result in enumerate(results, 1):
        lines = [hit_json(rank, result.hit, result.article)] if as_json else hit_lines(rank, result.hit, result.article)
        for line in lines:
            click.echo(line)


@click.command("chat")
@filter_options
@json_option
@click.pass_obj
def chat_command(
    options: Options, since: dt.date | None, until: dt.date | None, source: str | None, as_json: bool
) -> None:
    """Answer questions line by line, from the terminal or a pipe.

    In a terminal a question may lean on the one before; the lines of a pipe stand alone.

    \b
    Examples:
      hoibao chat
      hoibao chat < questions.txt
    """
    from retrieval.cli.answer_output import answer_json, answer_lines

    where = parse_filter(since, until, source)
    with open_index(options) as qa:
        qa.read_ahead()
        is_conversation, before = sys.stdin.isatty(), None
        if is_conversation:
            click.echo("Hỏi báo điều gì cũng được, mỗi dòng một câu; để trống rồi Enter (hoặc Ctrl-D) để thoát.")
        for number, question in enumerate(_read_questions()):
            answer = qa.ask(question, where=where, after=before)
            before = (answer.turn or before) if is_conversation else None  # the lines of a pipe stand alone
            if number and not as_json:
                click.echo()
            corpus = qa.holdings() if answer.act.is_about else None
            for line in [answer_json(answer)] if as_json else answer_lines(answer, corpus):
                click.echo(line)
            sys.stdout.flush()


def _read_questions() -> Iterator[str]:
    """Yields questions from standard input, one a line.

    A terminal shows a prompt and stops at an empty line; empty lines of a pipe are skipped.
    """
    if not sys.stdin.isatty():
        yield from (line for line in sys.stdin if line.strip())
        return
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401  importing it gives `input` line editing and history
    while True:
        try:
            line = input("\nHỏi: ")
        except EOFError:
            click.echo()
            return
        if not line.strip():
            return
        yield line
