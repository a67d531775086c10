"""Measures how long people wait for the bot's answer: one who asks now and then, and many who ask without pause.

    python -m tests.bench.bot_latency INDEX [--people 20] [--questions queries.jsonl]

Starts the bot over an index against the local server, which has the rate limits of Telegram. Latency is from the update
to the sent answer. Nothing else should run on the machine meanwhile.
"""

from __future__ import annotations

import time
from pathlib import Path

import click

from tests.bot.load import Loaded, asked, asked_at_once, loaded, percentile_ms, questions_for

EVERY_S = 1.0
"""Seconds between questions of one person: Telegram lets a bot send one message a second to a private chat."""
ALONE_EACH = 20
"""Number of questions of one person, below the bot's own limit."""
WORDS = 300


@click.command()
@click.argument("index", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--people", default=20, show_default=True, type=click.IntRange(1, 100), help="Number of people who ask at once."
)
@click.option("--each", default=15, show_default=True, type=click.IntRange(1, 20), help="Questions of each of them.")
@click.option("--alone", default=60, show_default=True, type=click.IntRange(1), help="Questions of one person.")
@click.option("--questions", type=click.Path(path_type=Path, exists=True), help="Lines of JSON with `text`.")
def main(index: Path, people: int, each: int, alone: int, questions: Path | None) -> None:
    """Print p50 and p95 for one person and for many at once."""
    texts = questions_for(index, questions, WORDS)
    with loaded(index, texts) as bot:
        show("1 person", one_after_the_other(bot, texts, alone))
        show(f"{people} people without pause", asked_at_once(bot.people(people), texts, each))
        click.echo(f"refused by the server as too fast: {bot.telegram.floods}; memory {bot.memory_mb():.0f} MB")


def one_after_the_other(bot: Loaded, texts: list[str], count: int) -> list[float]:
    """Asks a question a second, by a new person after every few questions."""
    times = []
    for number in range(count):
        if number % ALONE_EACH == 0:
            [person] = bot.people(1)
        started = time.perf_counter()
        times.append(asked(person, texts[number % len(texts)]))
        time.sleep(max(0.0, started + EVERY_S - time.perf_counter()))
    return times


def show(who: str, times_s: list[float]) -> None:
    """Prints the percentiles of one measurement."""
    p50, p95 = percentile_ms(times_s, 50), percentile_ms(times_s, 95)
    click.echo(
        f"{who}: p50 {p50:.0f} ms, p95 {p95:.0f} ms, longest {percentile_ms(times_s, 100):.0f} ms ({len(times_s)})"
    )


if __name__ == "__main__":
    main()
