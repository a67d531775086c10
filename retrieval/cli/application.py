"""The command line: reads arguments, calls the service, prints; errors become one line on stderr at this border."""

from __future__ import annotations

import contextlib
import errno
import gc
import logging
import os
import sqlite3
import sys
import traceback
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import NoReturn

import click
from click.shell_completion import get_completion_class

from retrieval import __version__
from retrieval.cli import asking, building, measuring
from retrieval.cli.shared import Options
from retrieval.config import DEFAULT_INDEX
from retrieval.errors import HoiBaoError, UsageError
from retrieval.timing import measured

PLUGINS = "hoibao.commands"
"""Entry-point group of further commands; the bot adds itself there, since this package knows nothing of it."""

INTERRUPTED = 130


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
    logging.getLogger("faiss").setLevel(logging.WARNING)  # at INFO it tells which build it has tried to load
    given = ctx.get_parameter_source("index") is not click.core.ParameterSource.DEFAULT
    ctx.obj = Options(index, model, given)
    if verbose:
        ctx.with_resource(_stages_told())


for command in (
    building.sync_command,
    building.add_command,
    building.rebuild_command,
    building.delete_command,
    asking.ask_command,
    asking.search_command,
    asking.chat_command,
    measuring.eval_command,
    measuring.tune_command,
    building.info_command,
    building.doctor_command,
):
    cli.add_command(command)


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


@contextlib.contextmanager
def _stages_told() -> Iterator[None]:
    """Tell how long each stage took of what the command did."""
    with measured() as seconds:
        yield
    for name, taken in seconds.items():
        logging.getLogger(__name__).info("%s took %.3f s", name, taken)


# --- the border ------------------------------------------------------------------------------------------------------


def main() -> NoReturn:
    """Run the command line; every failure is one line on stderr and an exit status, never a traceback."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        # A C locale must neither break Vietnamese nor stop at a byte that is no UTF-8.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    gc.set_threshold(50_000)  # starting allocates much and frees little: to look for garbage is most of it in vain
    status = _run(sys.argv[1:])
    with contextlib.suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    # All is closed and flushed: taking model and tokenizer apart piece by piece would keep the person waiting.
    os._exit(status)


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
    if _is_of_a_full_disk(error):
        click.echo("hoibao: the disk is full: nothing that was committed is lost; make room and run it again", err=True)
        return 1
    first = next(iter(str(error).splitlines()), "")
    click.echo(f"hoibao: unexpected {type(error).__name__}: {first} (-v shows where)", err=True)
    return 1


def _is_of_a_full_disk(error: Exception) -> bool:
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)
