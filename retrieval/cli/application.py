"""Assembles the command line: global options, built-in commands and those of plug-ins."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import click
from click.shell_completion import get_completion_class

from retrieval import __version__
from retrieval.cli import evaluation_command, index_commands, question_commands, training_command, tuning_command
from retrieval.cli.options import Options
from retrieval.config import DEFAULT_INDEX, ReaderChoice
from retrieval.errors import UsageError
from retrieval.runtime import measure_stages

PLUGINS = "hoibao.commands"
"""Entry-point group of plug-in commands. The bot is one, since this package may not import it."""


class _Commands(click.Group):
    """Offers the built-in commands, and those of plug-ins, which are imported only when needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Returns the names of all commands, built-in ones first."""
        return [*self.commands, *(point.name for point in metadata.entry_points(group=PLUGINS))]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Returns a command by its name."""
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
@click.option(
    "--reader",
    type=click.Path(path_type=Path, dir_okay=False),
    envvar="HOIBAO_READER",
    show_envvar=True,
    help="A reader that `hoibao train reader` wrote.  [default: the one that comes along]",
)
@click.option(
    "--no-reader",
    is_flag=True,
    envvar="HOIBAO_NO_READER",
    show_envvar=True,
    help="Answer without reading the passages: in a sixth of the time, and more often wrong.",
)
@click.option(
    "--reading-time",
    type=click.FloatRange(min=0, min_open=True),
    envvar="HOIBAO_READING_TIME",
    show_envvar=True,
    metavar="SECONDS",
    help="Begin to read no further passage of a question after this time.  [default: read all ten]",
)
@click.option("-v", "--verbose", is_flag=True, help="Say more on stderr, with tracebacks.")
@click.version_option(__version__, prog_name="hoibao")
@click.pass_context
def cli(
    ctx: click.Context,
    index: Path,
    model: str | None,
    reader: Path | None,
    no_reader: bool,
    reading_time: float | None,
    verbose: bool,
) -> None:
    """HỏiBáo: ask a corpus of Vietnamese news articles; answers are quoted word for word, with their source.

    \b
    Start with:
      hoibao sync seeds/
      hoibao ask "Bộ trưởng Tô Lâm yêu cầu gì về phòng chống tội phạm?"
    """
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING, format="%(levelname)s %(name)s: %(message)s"
    )
    logging.getLogger("faiss").setLevel(logging.WARNING)  # at INFO it logs which of its builds it tries to load
    index_is_given = ctx.get_parameter_source("index") is not click.core.ParameterSource.DEFAULT
    if reader and no_reader:
        raise UsageError("--reader names a reader and --no-reader wants none: give one of them")
    ctx.obj = Options(index, model, index_is_given, ReaderChoice(reader, no_reader, reading_time))
    if verbose:
        ctx.with_resource(_logged_stage_times())


for command in (
    index_commands.sync_command,
    index_commands.add_command,
    index_commands.rebuild_command,
    index_commands.delete_command,
    question_commands.ask_command,
    question_commands.search_command,
    question_commands.chat_command,
    evaluation_command.eval_command,
    tuning_command.tune_command,
    training_command.train_group,
    index_commands.info_command,
    index_commands.doctor_command,
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
    completion_class = get_completion_class(shell)
    if completion_class is None:
        raise UsageError(f"no completion for {shell}")
    click.echo(completion_class(cli, {}, "hoibao", "_HOIBAO_COMPLETE").source())


@contextlib.contextmanager
def _logged_stage_times() -> Iterator[None]:
    """Logs how long each stage of the command took."""
    with measure_stages() as seconds:
        yield
    for stage_name, stage_seconds in seconds.items():
        logging.getLogger(__name__).info("%s took %.3f s", stage_name, stage_seconds)
