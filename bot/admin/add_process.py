"""Adds a file of articles to the index in a process of its own.

The process is the command `hoibao add`, so that the bot goes on answering.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.settings import TOKEN_VARIABLE
from retrieval import HoiBaoError

LONGEST_LINE_BYTES = 64 * 1024 * 1024
"""A report is one line, and names every place that could not be read."""


class AddingError(HoiBaoError):
    """The file could not be added. The text is the error of the command line."""


@dataclass(frozen=True, slots=True)
class UnreadLine:
    """A place of the file that could not be read."""

    line: int | None
    """None where it is not known."""
    reason: str


@dataclass(frozen=True, slots=True)
class AddReport:
    """The effect of adding a file, in articles."""

    added: int
    changed: int
    deleted: int
    unchanged: int
    unread_lines: tuple[UnreadLine, ...]


@dataclass(frozen=True, slots=True)
class AddProgress:
    """How many articles of the file are added so far."""

    done: int
    total: int


OnProgress = Callable[[AddProgress], Awaitable[None]]


async def preview_file(index: Path, file: Path) -> AddReport:
    """Returns what adding the file would do.

    Raises:
        AddingError: the file or the index cannot be read.
    """
    return await _run(index, file, ["--check"], _ignore_progress)


async def add_file(index: Path, file: Path, on_progress: OnProgress) -> AddReport:
    """Adds the file, with reports of progress. A cancellation ends the process, and the next sync completes it.

    Raises:
        AddingError: the file could not be added.
    """
    return await _run(index, file, [], on_progress)


async def _ignore_progress(_: AddProgress) -> None:
    """Does nothing."""


async def _run(index: Path, file: Path, options: Sequence[str], on_progress: OnProgress) -> AddReport:
    process = await asyncio.create_subprocess_exec(
        *_nice_command(),
        *(sys.executable, "-m", "retrieval", "--index", str(index), "add", "--json", *options, "--", str(file)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={name: value for name, value in os.environ.items() if name != TOKEN_VARIABLE},
        limit=LONGEST_LINE_BYTES,
        # Ctrl-C in a terminal goes to the bot alone, which then ends this process.
        start_new_session=True,
    )
    if process.stdout is None or process.stderr is None:
        raise RuntimeError("the process was started without pipes")
    errors = asyncio.create_task(process.stderr.read())
    report: AddReport | None = None
    try:
        async for line in process.stdout:
            step = _read_step(json.loads(line))
            if isinstance(step, AddProgress):
                await on_progress(step)
            else:
                report = step
        error_text = (await errors).decode(errors="replace").strip()
        await process.wait()
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()
        await errors
    if report is None:
        raise AddingError(
            (error_text.splitlines() or [f"exit status {process.returncode}"])[-1].removeprefix("hoibao: ")
        )
    return report


def _nice_command() -> list[str]:
    """Returns the prefix of a low-priority command. Questions go first where cores are few."""
    return ["nice", "-n", "10"] if shutil.which("nice") else []


def _read_step(step: Mapping[str, Any]) -> AddProgress | AddReport | None:
    """Reads a JSON object of `hoibao add --json`; None for stages that are not reported."""
    if "added" in step:
        unread_lines = tuple(_read_error(error["place"], error["reason"]) for error in step["errors"])
        return AddReport(step["added"], step["changed"], step["deleted"], step["unchanged"], unread_lines)
    return AddProgress(step["done"], step["of"]) if step["stage"] == "indexing" else None


def _read_error(place: str, reason: str) -> UnreadLine:
    _, _, line = place.rpartition(":")
    return UnreadLine(int(line) if line.isdecimal() else None, reason)
