"""A bot process whose searches each wait for a byte on standard input, for tests that stop it in the middle."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

from bot import logs
from bot.app import run
from bot.settings import Settings
from retrieval.datatypes import Answer, PreviousTurn
from tests.bot.canned import Canned, naming


class Gated(Canned):
    """Abstains from each question, and names it, once a byte arrives."""

    def ask(
        self, question: str, *, today: dt.date, quotes: int, any_time: bool = False, after: PreviousTurn | None = None
    ) -> Answer:
        """Waits for a byte; unlike `sys.stdin`, `os.read` is safe in several threads."""
        os.read(0, 1)
        return naming(question)


if __name__ == "__main__":
    settings = Settings.from_environment(os.environ, index=Path(os.environ["HOIBAO_INDEX"]))
    logs.configure(settings.token)
    run(settings, Gated())
