"""Checks the requirements of the bot before it runs, for `hoibao bot --check`."""

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
"""Room for a sync of some ten thousand articles and for the bot's database."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The result of one check."""

    name: str
    passed: bool
    text: str

    def __str__(self) -> str:
        """Returns the result in one line."""
        return f"{'ok  ' if self.passed else 'FAIL'} {self.name}: {self.text}"


def run_checks(settings: Settings) -> Iterator[CheckResult]:
    """Checks the token, the index with its model, the database and the disk."""
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
        client = HttpClient(settings.api, connections=1, timeout_s=settings.reply_timeout_s)
        bot = Bot(settings.token, base_url=f"{settings.api}/bot", request=client, get_updates_request=client)
        with translate_start_errors(settings):
            async with bot:
                return f"@{bot.username}"

    return asyncio.run(ask())


def _check_index(settings: Settings) -> str:
    with QuestionAnswering.open(settings.index, model=settings.model, reader=settings.reader) as answers:
        holdings = answers.holdings()
    return f"{settings.index}/ holds {holdings.articles} articles, version {holdings.version}, model {holdings.model}"


def _check_state(settings: Settings) -> str:
    with State.open(settings.state):
        # Opening writes to the file.
        return f"{settings.state} can be written"


def check_disk(settings: Settings, least_free_bytes: int = LEAST_FREE_BYTES) -> str:
    """Describes the free disk space of the index and of the database.

    Raises:
        HoiBaoError: too little space, or a folder is missing.
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
