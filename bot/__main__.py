"""The command that runs the bot: `hoibao bot`, or `python -m bot`."""

from __future__ import annotations

import ctypes
import gc
import os
import sys
from pathlib import Path

import click

from retrieval.errors import HoiBaoError, UsageError

_M_ARENA_MAX = -8
"""The number of this setting in glibc's malloc.h."""


def main(index: Path, model: str | None = None) -> int:
    """Run the bot over the index in a folder until SIGTERM or Ctrl-C; returns the exit status."""
    # Imported here, so that a list of commands does not wait for python-telegram-bot and the encoder.
    from bot import app, logs
    from bot.settings import Settings
    from retrieval.service import QuestionAnswering

    try:
        settings = Settings.from_environment(os.environ, index=index, model=model)
        if "MALLOC_ARENA_MAX" not in os.environ:
            _share_heaps(settings.search_threads)
        logs.configure(settings.token)
        with QuestionAnswering.open(index, model=model, report=logs.progress) as answers:
            answers.read_ahead()
            # What was opened stays: looking through it for garbage would hold up everybody's answer.
            gc.collect()
            gc.freeze()
            app.run(settings, answers)
    except HoiBaoError as error:
        click.echo(f"Error: {error}", err=True)
        return 2 if isinstance(error, UsageError) else 1
    return 0


def _share_heaps(count: int) -> None:
    """Have the threads to come share so many heaps of the C library, where it is glibc: one each stays half empty."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, count)


def check(index: Path, model: str | None = None) -> int:
    """Print a line for each thing that the bot needs; returns 0 if all are good, else 1, or 2 for bad settings."""
    from bot.checking import findings
    from bot.settings import Settings

    try:
        settings = Settings.from_environment(os.environ, index=index, model=model)
    except UsageError as error:
        click.echo(f"Error: {error}", err=True)
        return 2
    good = True
    for finding in findings(settings):
        click.echo(str(finding))
        good = good and finding.good
    return 0 if good else 1


@click.command("bot")
@click.option("--check", "check_only", is_flag=True, help="Test token, index, state and disk, and do not run.")
@click.pass_context
def command(context: click.Context, check_only: bool) -> None:
    r"""Run the Telegram bot until SIGTERM or Ctrl-C.

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
    HOIBAO_BOT_STATE           file of the bot's database, <index>/bot.db if unset
    HOIBAO_BOT_API             address of a Bot API server of your own

    \b
    Examples:
      TELEGRAM_BOT_TOKEN=... hoibao --index index/ bot
      TELEGRAM_BOT_TOKEN=... hoibao bot --check
    """
    index = getattr(context.obj, "index", None) or Path(os.environ.get("HOIBAO_INDEX") or "index")
    run = check if check_only else main
    context.exit(run(Path(index), getattr(context.obj, "model", None)))


if __name__ == "__main__":
    sys.exit(command(prog_name="python -m bot"))
