"""The command that runs the bot: `hoibao bot`, or `python -m bot`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from retrieval.errors import HoiBaoError, UsageError


def main(index: Path, model: str | None = None) -> int:
    """Run the bot over the index in a folder until SIGTERM or Ctrl-C; returns the exit status."""
    # Imported here, so that a list of commands does not wait for python-telegram-bot and the encoder.
    from bot import app, logs
    from bot.settings import Settings
    from retrieval.service import QuestionAnswering

    try:
        settings = Settings.from_environment(os.environ, index=index, model=model)
        logs.configure(settings.token)
        with QuestionAnswering.open(index, model=model, report=logs.progress) as answers:
            app.run(settings, answers)
    except HoiBaoError as error:
        click.echo(f"Error: {error}", err=True)
        return 2 if isinstance(error, UsageError) else 1
    return 0


@click.command("bot")
@click.pass_context
def command(context: click.Context) -> None:
    r"""Run the Telegram bot until SIGTERM or Ctrl-C.

    The token from @BotFather is read from TELEGRAM_BOT_TOKEN; HOIBAO_BOT_API is the address of a local Bot API
    server, if not Telegram's. Questions that were received before the stop are answered first.

    \b
    Example:
        TELEGRAM_BOT_TOKEN=... hoibao --index index/ bot
    """
    index = getattr(context.obj, "index", None) or Path(os.environ.get("HOIBAO_INDEX") or "index")
    context.exit(main(Path(index), getattr(context.obj, "model", None)))


if __name__ == "__main__":
    sys.exit(command(prog_name="python -m bot"))
