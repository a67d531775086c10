"""`hoibao bot --check`: whether the bot could run, found out before it does."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from telegram import Bot

from bot.database import State
from bot.settings import Settings
from bot.telegram import HttpClient, translate_start_errors
from retrieval import HoiBaoError, QuestionAnswering

LEAST_FREE_BYTES = 500_000_000
"""What a sync of some ten thousand articles may take, and the bot's database with it."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What a check has found: how it is, or what is wrong with it."""

    name: str
    good: bool
    text: str

    def __str__(self) -> str:
        """A line."""
        return f"{'ok  ' if self.good else 'FAIL'} {self.name}: {self.text}"


def run_checks(settings: Settings) -> Iterator[CheckResult]:
    """Check the token, the index with its model, the bot's database and the disk, one after the other."""
    for name, check in (
        ("token", _check_token),
        ("index", _check_index),
        ("state", _check_state),
        ("disk", check_disk),
    ):
        yield _run_check(name, check, settings)


def _run_check(name: str, check: Callable[[Settings], str], settings: Settings) -> CheckResult:
    try:
        return CheckResult(name, True, check(settings))
    except HoiBaoError as error:
        return CheckResult(name, False, str(error))


def _check_token(settings: Settings) -> str:
    async def ask() -> str:
        caller = HttpClient(settings.api, connections=1, timeout_s=settings.reply_timeout_s)
        bot = Bot(settings.token, base_url=f"{settings.api}/bot", request=caller, get_updates_request=caller)
        with translate_start_errors(settings):
            async with bot:
                return f"@{bot.username}"

    return asyncio.run(ask())


def _check_index(settings: Settings) -> str:
    with QuestionAnswering.open(settings.index, model=settings.model) as answers:
        held = answers.holdings()
    return f"{settings.index}/ holds {held.articles} articles, version {held.version}, model {held.model}"


def _check_state(settings: Settings) -> str:
    with State.open(settings.state):
        # Opening it writes to it.
        return f"{settings.state} can be written"


def check_disk(settings: Settings, least_free_bytes: int = LEAST_FREE_BYTES) -> str:
    """How much room there is where index and database are.

    Raises:
        HoiBaoError: too little, or a folder is not there.
    """
    for folder in (settings.index, settings.state.parent):
        try:
            free = shutil.disk_usage(folder).free
        except OSError as error:
            raise HoiBaoError(f"{folder} cannot be looked at ({error.strerror})") from error
        if free < least_free_bytes:
            raise HoiBaoError(f"{folder} has {_megabytes(free)} free; {_megabytes(least_free_bytes)} are needed")
    return f"{_megabytes(free)} free"


def _megabytes(count: int) -> str:
    return f"{count / 1e6:,.0f} MB"
