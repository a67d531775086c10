"""The commands that the bot adds to `hoibao`: bot, bot-link, feedback."""

from __future__ import annotations

import ctypes
import gc
import os
import sys
from pathlib import Path

import click

from bot.memory import export_feedback
from retrieval import DEFAULT_READER, HoiBaoError, ReaderChoice, UsageError

_M_ARENA_MAX = -8
"""Number of the option in glibc's malloc.h."""


def run_bot(index: Path, model: str | None = None, reader: ReaderChoice = DEFAULT_READER) -> int:
    """Runs the bot over the index in a folder until SIGTERM or Ctrl-C; returns the exit status."""
    # Imported here, so that `hoibao --help` does not wait for python-telegram-bot and the encoder.
    from bot import app, logs
    from bot.settings import Settings
    from retrieval import QuestionAnswering

    try:
        settings = Settings.from_environment(os.environ, index=index, model=model, reader=reader)
        if "MALLOC_ARENA_MAX" not in os.environ:
            _limit_heaps(settings.search_threads)
        logs.configure(settings.token)
        with QuestionAnswering.open(index, model=model, report=logs.log_progress, reader=reader) as answers:
            answers.read_ahead()
            # The opened index stays to the end; scanning it for garbage would delay every answer.
            gc.collect()
            gc.freeze()
            app.run(settings, answers)
    except HoiBaoError as error:
        click.echo(f"Error: {error}", err=True)
        return 2 if isinstance(error, UsageError) else 1
    return 0


def _limit_heaps(count: int) -> None:
    """Limits the number of glibc's heaps for threads. With one each, many stay half empty."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, count)


def check_bot(index: Path, model: str | None = None, reader: ReaderChoice = DEFAULT_READER) -> int:
    """Prints a line for each requirement of the bot. Returns 0 if all are met, else 1, or 2 for bad settings."""
    from bot.operations import run_checks
    from bot.settings import Settings

    try:
        settings = Settings.from_environment(os.environ, index=index, model=model, reader=reader)
    except UsageError as error:
        click.echo(f"Error: {error}", err=True)
        return 2
    passed = True
    for result in run_checks(settings):
        click.echo(str(result))
        passed = passed and result.passed
    return 0 if passed else 1


@click.command("bot")
@click.option("--check", "check_only", is_flag=True, help="Test token, index, state and disk, and do not run.")
@click.pass_context
def bot_command(context: click.Context, check_only: bool) -> None:
    """Run the Telegram bot until SIGTERM or Ctrl-C.

    Questions that were received before the stop are answered first. Environment variables say the rest:

    \b
    TELEGRAM_BOT_TOKEN         the token from @BotFather
    HOIBAO_BOT_ACCESS          who may ask: open (default), list or password
    HOIBAO_BOT_ALLOWED         numbers of users and groups that may ask, with commas between
    HOIBAO_BOT_PASSWORD        opens the bot by the link t.me/<bot>?start=<password>
    HOIBAO_BOT_ADMINS          numbers of users who may use /trangthai and /taiban and send files of articles
    HOIBAO_BOT_WEBHOOK         https address that Telegram calls; without one the bot polls
    HOIBAO_BOT_WEBHOOK_SECRET  what Telegram shows with each call; a new one at each start if unset
    HOIBAO_BOT_LISTEN          host:port where these calls arrive, 127.0.0.1:8080 if unset
    HOIBAO_BOT_MONITOR         host:port for /healthz, /readyz and /metrics
    HOIBAO_BOT_PREVIEWS        on to show the preview of the quoted article, with its photo; off if unset
    HOIBAO_BOT_STATE           file of the bot's database, <index>/bot.db if unset
    HOIBAO_BOT_API             address of a Bot API server of your own

    \b
    Examples:
      TELEGRAM_BOT_TOKEN=... hoibao --index index/ bot
      TELEGRAM_BOT_TOKEN=... hoibao bot --check
    """
    index = getattr(context.obj, "index", None) or Path(os.environ.get("HOIBAO_INDEX") or "index")
    run = check_bot if check_only else run_bot
    options = context.obj
    context.exit(run(Path(index), getattr(options, "model", None), getattr(options, "reader", DEFAULT_READER)))


@click.group("feedback")
def feedback_group() -> None:
    """Feedback of readers on the bot's answers.

    \b
    Example:
        hoibao feedback export feedback/
    """


@feedback_group.command("export")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.pass_context
def feedback_export_command(context: click.Context, folder: Path) -> None:
    """Write the feedback into FOLDER as BEIR questions and judgements.

    queries.jsonl and qrels.tsv are what `hoibao eval` and `hoibao tune` read; measure them with the index that the bot
    answers from. Only questions of people who have agreed to that are written. disliked.jsonl has the questions for
    which nothing that was quoted was found good, to be looked at by somebody.

    \b
    Example:
        hoibao feedback export feedback/
        hoibao --index index/ eval feedback/
    """
    from bot.database import State
    from bot.settings import state_file

    path = state_file(os.environ, context.obj.index)
    if not path.exists():
        raise UsageError(f"there is no {path}: the bot has not run with this index yet")
    with State.open(path) as state:
        try:
            exported = export_feedback(state, folder)
        except OSError as error:
            raise HoiBaoError(f"{folder} cannot be written: {error}") from error
    click.echo(
        f"{folder}/: {exported.questions} questions with a good article, {exported.disliked} without one,"
        f" {exported.undecided} undecided; {exported.withheld} votes left out for want of consent"
    )


@click.command("bot-link")
@click.argument("bot")
@click.argument("question")
def bot_link_command(bot: str, question: str) -> None:
    """Print a link that opens the chat with BOT and asks QUESTION there, to be put into a web page.

    A question that is too long for a link with its tones goes without them.

    \b
    Example:
        hoibao bot-link @hoibao_bot "Giá vàng hôm nay bao nhiêu?"
    """
    from bot.conversation import question_link

    click.echo(question_link(bot, question))
