"""Adding a file of articles to the index: the command `hoibao add` in a process of its own, so that answers go on."""

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
"""A report names everything that could not be read."""


class AddingError(HoiBaoError):
    """The file could not be added; the text says why, in the words of the command line."""


@dataclass(frozen=True, slots=True)
class UnreadLine:
    """What could not be read: the line, where it is known, and why."""

    line: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class AddReport:
    """What adding a file does, in articles."""

    added: int
    changed: int
    deleted: int
    unchanged: int
    unread: tuple[UnreadLine, ...]


@dataclass(frozen=True, slots=True)
class AddProgress:
    """How many of how many articles are done."""

    done: int
    of: int


OnProgress = Callable[[AddProgress], Awaitable[None]]


async def preview_file(index: Path, file: Path) -> AddReport:
    """What adding the file would do.

    Raises:
        AddingError: it cannot be read at all, or the index cannot be.
    """
    return await _run(index, file, ["--check"], _nothing)


async def add_file(index: Path, file: Path, told: OnProgress) -> AddReport:
    """Add the file, telling how far it is; whoever cancels this ends it, and the next sync completes it.

    Raises:
        AddingError: it could not be added.
    """
    return await _run(index, file, [], told)


async def _nothing(_: AddProgress) -> None:
    """Tell nobody."""


async def _run(index: Path, file: Path, options: Sequence[str], told: OnProgress) -> AddReport:
    process = await asyncio.create_subprocess_exec(
        *_nice_command(),
        *(sys.executable, "-m", "retrieval", "--index", str(index), "add", "--json", *options, "--", str(file)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={name: value for name, value in os.environ.items() if name != TOKEN_VARIABLE},
        limit=LONGEST_LINE_BYTES,
        # Ctrl-C in a terminal is for the bot, which then ends this process as it sees fit.
        start_new_session=True,
    )
    if process.stdout is None or process.stderr is None:
        raise RuntimeError("the process was started without pipes")
    complaints = asyncio.create_task(process.stderr.read())
    report: AddReport | None = None
    try:
        async for line in process.stdout:
            step = _read_step(json.loads(line))
            if isinstance(step, AddProgress):
                await told(step)
            else:
                report = step
        complaint = (await complaints).decode(errors="replace").strip()
        await process.wait()
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()
        await complaints
    if report is None:
        raise AddingError(
            (complaint.splitlines() or [f"exit status {process.returncode}"])[-1].removeprefix("hoibao: ")
        )
    return report


def _nice_command() -> list[str]:
    """Questions come first where processors are few."""
    return ["nice", "-n", "10"] if shutil.which("nice") else []


def _read_step(told: Mapping[str, Any]) -> AddProgress | AddReport | None:
    if "added" in told:
        unread = tuple(_read_error(error["place"], error["reason"]) for error in told["errors"])
        return AddReport(told["added"], told["changed"], told["deleted"], told["unchanged"], unread)
    return AddProgress(told["done"], told["of"]) if told["stage"] == "indexing" else None


def _read_error(place: str, reason: str) -> UnreadLine:
    _, _, line = place.rpartition(":")
    return UnreadLine(int(line) if line.isdecimal() else None, reason)
