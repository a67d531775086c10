"""Further commands of the bot: `hoibao feedback export` and `hoibao bot-link`."""

from __future__ import annotations

import os
from pathlib import Path

import click

from retrieval.errors import HoiBaoError, UsageError


@click.group("feedback")
def feedback() -> None:
    r"""What people have said of the answers that the bot gave them.

    \b
    Example:
        hoibao feedback export feedback/
    """


@feedback.command("export")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.pass_context
def export_feedback(context: click.Context, folder: Path) -> None:
    r"""Write the feedback into FOLDER as BEIR questions and judgements.

    queries.jsonl and qrels.tsv are what `hoibao eval` and `hoibao tune` read; measure them with the index that the bot
    answers from. Only questions of people who have agreed to that are written. disliked.jsonl has the questions for
    which nothing that was quoted was found good, to be looked at by somebody.

    \b
    Example:
        hoibao feedback export feedback/
        hoibao --index index/ eval feedback/
    """
    from bot.exporting import export
    from bot.settings import state_file
    from bot.state import State

    path = state_file(os.environ, context.obj.index)
    if not path.exists():
        raise UsageError(f"there is no {path}: the bot has not run with this index yet")
    with State.open(path) as state:
        try:
            exported = export(state, folder)
        except OSError as error:
            raise HoiBaoError(f"{folder} cannot be written: {error}") from error
    click.echo(
        f"{folder}/: {exported.questions} questions with a good article, {exported.disliked} without one,"
        f" {exported.undecided} undecided; {exported.withheld} votes left out for want of consent"
    )


@click.command("bot-link")
@click.argument("bot")
@click.argument("question")
def bot_link(bot: str, question: str) -> None:
    r"""Print a link that opens the chat with BOT and asks QUESTION there, to be put into a web page.

    A question that is too long for a link with its tones goes without them.

    \b
    Example:
        hoibao bot-link @hoibao_bot "Giá vàng hôm nay bao nhiêu?"
    """
    from bot.links import link

    click.echo(link(bot, question))
