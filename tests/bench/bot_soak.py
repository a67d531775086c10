"""Asks the bot thousands of questions: is each answered, within the rate limits, without memory growing?

    python -m tests.bench.bot_soak INDEX [--count 2000]

Several people at a time ask without pause; the local server has the rate limits of Telegram.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from tests.bot.load import asked_at_once, loaded, percentile_ms, questions_for

EACH = 10
"""Number of questions of one person."""
PARTS = 10


@click.command()
@click.argument("index", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--count", default=2000, show_default=True, type=click.IntRange(PARTS * EACH), help="Questions in all.")
@click.option("--questions", type=click.Path(path_type=Path, exists=True), help="Lines of JSON with `text`.")
def main(index: Path, count: int, questions: Path | None) -> None:
    """Print memory and latency after each tenth; the exit status is 1 if a question was lost or a rule broken."""
    at_once = count // (PARTS * EACH)
    texts = questions_for(index, questions, count)
    with loaded(index, texts) as bot:
        click.echo(f"at the start: {bot.memory_mb():.0f} MB")
        answered = 0
        for part in range(PARTS):
            share = texts[part * at_once * EACH % len(texts) :] or texts
            times = asked_at_once(bot.people(at_once), share, EACH)
            answered += len(times)
            click.echo(f"after {answered} answers: {bot.memory_mb():.0f} MB, p95 {percentile_ms(times, 95):.0f} ms")
        click.echo(f"429s: {bot.telegram.floods}; rules broken: {len(bot.telegram.world.violations)}")
        sys.exit(1 if bot.telegram.floods or bot.telegram.world.violations else 0)


if __name__ == "__main__":
    main()
