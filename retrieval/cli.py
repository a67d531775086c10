"""The command line: reads arguments, calls the service, prints; errors become one line on stderr at this border."""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import os
import sys
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click
from click.shell_completion import get_completion_class

from retrieval import __version__
from retrieval.config import DEFAULT_INDEX
from retrieval.datatypes import Filter
from retrieval.dates import parse_bound
from retrieval.errors import HoiBaoError, UsageError

if TYPE_CHECKING:
    from retrieval.searcher import Mode
    from retrieval.service import QuestionAnswering

# The commands import what they run when they run: `--help`, completion and usage errors must not wait for FAISS.

PLUGINS = "hoibao.commands"
"""Entry-point group of further commands; the bot adds itself there, since this package knows nothing of it."""

INTERRUPTED = 130

_Command = TypeVar("_Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Options:
    """The global options, for every command."""

    index: Path
    model: str | None
    verbose: bool
    index_is_given: bool


class _Commands(click.Group):
    """Built-in commands and, looked up only when needed, those of plug-ins."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, built-in ones first."""
        return [*self.commands, *(point.name for point in metadata.entry_points(group=PLUGINS))]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command by name."""
        if cmd_name in self.commands:
            return self.commands[cmd_name]
        points = metadata.entry_points(group=PLUGINS, name=cmd_name)
        return next((point.load() for point in points), None)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--index",
    type=click.Path(path_type=Path, file_okay=False),
    default=DEFAULT_INDEX,
    show_default=True,
    envvar="HOIBAO_INDEX",
    show_envvar=True,
    help="Folder of the index.",
)
@click.option(
    "--model",
    help="Embedding model: a hub id or a folder; `bundled` is the one that comes along."
    "  [default: the one that the index was built with]",
)
@click.option("-v", "--verbose", is_flag=True, help="Say more on stderr, with tracebacks.")
@click.version_option(__version__, prog_name="hoibao")
@click.pass_context
def cli(ctx: click.Context, index: Path, model: str | None, verbose: bool) -> None:
    """HỏiBáo: ask a corpus of Vietnamese news articles; answers are quoted word for word, with their source.

    \b
    Start with:
      hoibao sync seeds/
      hoibao ask "Bộ trưởng Tô Lâm yêu cầu gì về phòng chống tội phạm?"
    """
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING, format="%(levelname)s %(name)s: %(message)s"
    )
    given = ctx.get_parameter_source("index") is not click.core.ParameterSource.DEFAULT
    ctx.obj = Options(index, model, verbose, given)


# --- what the commands share -----------------------------------------------------------------------------------------


def _bound(end: bool) -> Callable[[click.Context, click.Parameter, str | None], dt.date | None]:
    def convert(_: click.Context, __: click.Parameter, value: str | None) -> dt.date | None:
        return parse_bound(value, end=end) if value is not None else None

    return convert


def _filtered(command: _Command) -> _Command:
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


_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, one object a line.")


def _report(line: str) -> None:
    click.echo(line, err=True)


def _filter(since: dt.date | None, until: dt.date | None, source: str | None) -> Filter:
    if since and until and since > until:
        raise UsageError(f"--since {since} is later than --until {until}: nothing can be found")
    return Filter(since, until, source)


@contextlib.contextmanager
def _opened(options: Options) -> Iterator[QuestionAnswering]:
    from retrieval.service import QuestionAnswering

    with QuestionAnswering.open(options.index, model=options.model, report=_report) as qa:
        yield qa


# --- building --------------------------------------------------------------------------------------------------------


@cli.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.pass_obj
def sync(options: Options, paths: tuple[Path, ...]) -> None:
    """Make the index hold exactly the articles in PATHS: files or folders.

    Adds, updates and deletes; what has not changed costs nothing. Without PATHS, those of the last sync are read
    again; a first sync reads seeds/. Reads .txt, .jsonl, .jsonl.gz and .html.

    \b
    Example:
      hoibao sync ~/news/2024 ~/news/archive.jsonl.gz
    """
    from retrieval import service
    from retrieval.progress import SyncProgress

    with SyncProgress() as progress, _resumable(options.index):
        result = service.sync(options.index, paths, model=options.model, report=progress.note, progress=progress)
    for error in result.errors:
        click.echo(f"skipped {error}", err=True)
    skipped = f", {len(result.errors)} skipped" if result.errors else ""
    click.echo(
        f"{options.index}/: {result.added} added, {result.changed} changed, {result.deleted} deleted,"
        f" {result.unchanged} unchanged{skipped}; {result.passages} passages encoded",
        err=True,
    )
    if result.errors:
        raise click.exceptions.Exit(1)


@cli.command()
@click.pass_obj
def rebuild(options: Options) -> None:
    """Build the index anew from its own articles, beside the old one, then switch.

    Needed to change the model, and after an upgrade that cuts articles differently. Vectors are taken over where they
    can be. The old index answers until the new one is whole.

    \b
    Example:
      hoibao --model BAAI/bge-m3 rebuild
    """
    from retrieval import service
    from retrieval.progress import SyncProgress

    with SyncProgress() as progress, _resumable(options.index):
        result = service.rebuild(options.index, model=options.model, report=progress.note, progress=progress)
    click.echo(f"{options.index}/ rebuilt; {result.passages} passages encoded", err=True)


@contextlib.contextmanager
def _resumable(index: Path) -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt:
        raise HoiBaoError(
            f"stopped; {index}/ is whole and holds what was done so far: run the same command to go on"
        ) from None


@cli.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID...")
@click.pass_obj
def delete(options: Options, ids: tuple[str, ...]) -> None:
    """Remove articles from the index by their ids.

    A later sync that still finds them in its files brings them back.

    \b
    Example:
      hoibao delete 000_7bf578808520267a
    """
    from retrieval import service

    service.delete(options.index, ids)
    click.echo(f"{options.index}/: {len(set(ids))} deleted", err=True)


# --- asking ----------------------------------------------------------------------------------------------------------


@cli.command()
@click.argument("question")
@_filtered
@_json
@click.pass_obj
def ask(
    options: Options, question: str, since: dt.date | None, until: dt.date | None, source: str | None, as_json: bool
) -> None:
    """Answer QUESTION with verbatim quotes, or say that there is no answer. `-` reads it from standard input.

    \b
    Examples:
      hoibao ask "Bộ trưởng Tô Lâm yêu cầu gì về phòng chống tội phạm?"
      hoibao ask "Ai làm việc với tỉnh Bắc Giang?" --since 10/2023 --json
    """
    from retrieval.display import answer_json, answer_lines

    where = _filter(since, until, source)
    text = sys.stdin.read() if question == "-" else question
    with _opened(options) as qa:
        answer = qa.ask(text, where=where)
    for line in [answer_json(answer)] if as_json else answer_lines(answer):
        click.echo(line)


@cli.command()
@click.argument("text", metavar="QUERY")
@click.option("-k", default=10, show_default=True, type=click.IntRange(1, 1000), help="Number of passages.")
@click.option(
    "--mode",
    type=click.Choice(["hybrid", "dense", "lexical"]),
    default="hybrid",
    show_default=True,
    help="Which signals rank.",
)
@_filtered
@_json
@click.pass_obj
def search(
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
    from retrieval.display import hit_json, hit_lines

    where = _filter(since, until, source)
    with _opened(options) as qa:
        found = qa.search(text, k, mode=mode, where=where)
    if not found:
        click.echo("no passage found", err=True)
    for rank, one in enumerate(found, 1):
        lines = [hit_json(rank, one.hit, one.article)] if as_json else hit_lines(rank, one.hit, one.article)
        for line in lines:
            click.echo(line)


@cli.command()
@_filtered
@_json
@click.pass_obj
def chat(options: Options, since: dt.date | None, until: dt.date | None, source: str | None, as_json: bool) -> None:
    """Answer questions line by line, from the terminal or a pipe.

    \b
    Examples:
      hoibao chat
      hoibao chat < questions.txt
    """
    from retrieval.display import answer_json, answer_lines

    where = _filter(since, until, source)
    with _opened(options) as qa:
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


# --- measuring -------------------------------------------------------------------------------------------------------


@cli.command("eval")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--queries",
    multiple=True,
    metavar="FILE",
    help="Only this file of FOLDER; may be given again.  [default: every queries*.jsonl]",
)
@click.option(
    "--run-out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the rankings as a TREC run; of more sets than one, to a file each.",
)
@_json
@click.pass_obj
def evaluate(options: Options, folder: Path, queries: tuple[str, ...], run_out: Path | None, as_json: bool) -> None:
    """Measure retrieval and answers on a BEIR-style FOLDER: corpus.jsonl[.gz], queries*.jsonl, qrels*.tsv.

    The corpus is synced first into an index of its own, which is kept; with --index, that index is measured as it is.

    \b
    Example:
      hoibao eval path/to/newsqa --run-out run.trec
    """
    from retrieval import evaluation
    from retrieval.display import table
    from retrieval.progress import counter

    sets = evaluation.read_sets(folder, queries)
    own = options if options.index_is_given else _synced_for_eval(options, folder)
    results = []
    with _opened(own) as qa:
        for questions in sets:
            with counter(questions.name, len(questions.questions)) as step:
                results.append(evaluation.run(qa, questions, step))
    for result in results:
        if run_out:
            path = run_out if len(results) == 1 else run_out.with_name(f"{result.name}.{run_out.name}")
            with path.open("w", encoding="utf-8") as file:
                evaluation.write_run(result, file)
    for line in evaluation.json_lines(results) if as_json else table(evaluation.rows(results)):
        click.echo(line)


def _synced_for_eval(options: Options, folder: Path) -> Options:
    from dataclasses import replace

    from retrieval import evaluation, service
    from retrieval.progress import SyncProgress

    index = evaluation.index_of(folder, options.model)
    with SyncProgress() as progress, _resumable(index):
        service.sync(
            index, [evaluation.corpus_of(folder)], model=options.model, report=progress.note, progress=progress
        )
    return replace(options, index=index)


@cli.command()
@click.argument("folders", nargs=-1, required=True, type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where to write the fitted file.  [default: over the one that the package reads]",
)
@click.pass_obj
def tune(options: Options, folders: tuple[Path, ...], out: Path | None) -> None:
    """Fit from judged questions when to abstain, and write it to the small file that `ask` reads.

    FOLDERS are BEIR-style, with queries.unanswerable.jsonl among them; figures printed are out of fold.

    \b
    Example:
      hoibao tune path/to/newsqa
    """
    from retrieval import tuning

    for folder in folders:
        own = options if options.index_is_given else _synced_for_eval(options, folder)
        with _opened(own) as qa:
            for line in tuning.tune(qa, folder, out):
                click.echo(line)


# --- looking after ---------------------------------------------------------------------------------------------------


@cli.command()
@_json
@click.pass_obj
def info(options: Options, as_json: bool) -> None:
    """Print what the index holds: articles, passages, dates, sources, model, sizes, last sync.

    \b
    Example:
      hoibao info
    """
    from retrieval import service
    from retrieval.display import info_json, info_lines

    found = service.info(options.index)
    for line in [info_json(found)] if as_json else info_lines(found):
        click.echo(line)


@cli.command()
@click.pass_obj
def doctor(options: Options) -> None:
    """Check that the truth (corpus.db) and its caches agree, and mend the caches.

    \b
    Example:
      hoibao doctor
    """
    from retrieval import service

    before, after = service.doctor(options.index)
    for problem in before:
        click.echo(f"found: {problem}")
    if after:
        raise HoiBaoError(f"could not be mended: {'; '.join(after)}; restore corpus.db from a backup, or sync anew")
    click.echo("caches were built anew; all agrees now" if before else "all agrees")


@cli.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion(shell: str) -> None:
    """Print a script that completes `hoibao` in your shell.

    \b
    Example:
      eval "$(hoibao completion bash)"
    """
    kind = get_completion_class(shell)
    if kind is None:
        raise UsageError(f"no completion for {shell}")
    click.echo(kind(cli, {}, "hoibao", "_HOIBAO_COMPLETE").source())


# --- the border ------------------------------------------------------------------------------------------------------


def main() -> NoReturn:
    """Run the command line; every failure is one line on stderr and an exit status, never a traceback."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        # A C locale must neither break Vietnamese nor stop at a byte that is no UTF-8.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    sys.exit(_run(sys.argv[1:]))


def _run(args: list[str]) -> int:
    try:
        status = cli.main(args, prog_name="hoibao", standalone_mode=False)
        sys.stdout.flush()
        return status if isinstance(status, int) else 0
    except BrokenPipeError:
        # Whoever reads the pipe has seen enough; Python would complain once more when it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except Exception as error:  # the border: whatever it is, the person gets a line to act on
        return _explain(error, args)


def _explain(error: Exception, args: list[str]) -> int:
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        click.echo(error.format_message(), err=True)
        return error.exit_code
    if {"-v", "--verbose"} & set(args):
        traceback.print_exception(error)
    if isinstance(error, click.UsageError):
        command = error.ctx.command_path if error.ctx else "hoibao"
        click.echo(f"hoibao: {error.format_message()} (see `{command} --help`)", err=True)
        return error.exit_code
    if isinstance(error, HoiBaoError):
        click.echo(f"hoibao: {error}", err=True)
        return 2 if isinstance(error, UsageError) else 1
    first = next(iter(str(error).splitlines()), "")
    click.echo(f"hoibao: unexpected {type(error).__name__}: {first} (-v shows where)", err=True)
    return 1
