"""An index opened in a process of its own, for a bot that many people ask at once.

A process of Python does one thing at a time. Whoever searches in another one leaves this one to those who send and
receive; calls go over `multiprocessing.managers`, a connection and a thread there for each thread here.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import gc
import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.managers import BaseManager
from pathlib import Path
from typing import Any, Self

import click

from retrieval.datatypes import Answer, Headline, Holdings, Matches, Quote, Turn

_log = logging.getLogger(__name__)


class _Opened:
    """In the other process: the index, and calls passed on to it."""

    def open(self, index: Path, model: str | None) -> Exception | None:
        """Open the index; what is raised is returned."""
        # Imported here, so that this process alone has the memory of it.
        from retrieval.service import QuestionAnswering

        try:
            self._answers = QuestionAnswering.open(index, model=model, report=_say)
        except Exception as error:
            return error
        gc.collect()
        gc.freeze()
        return None

    def call(self, name: str, *arguments: object, **options: object) -> object:
        """What a method returns; what it raises is returned too, and so differs from what goes wrong on the way."""
        try:
            return getattr(self._answers, name)(*arguments, **options)
        except Exception as error:
            return error


def _say(text: str) -> None:
    click.echo(text, err=True)


def _live_as_long_as_the_parent() -> None:
    """What waits when the bot is told to stop is still searched for; a bot that was killed leaves nothing behind."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is None:
        raise RuntimeError("this is no child process")

    def end() -> None:
        parent.join()
        os._exit(1)

    threading.Thread(target=end, daemon=True).start()


class _Manager(BaseManager):
    """Starts the process and speaks with it."""


_Manager.register("opened", _Opened, exposed=("open", "call"))


@dataclass(frozen=True, eq=False)
class _Process:
    """A running one, with what speaks with the `_Opened` in it."""

    manager: _Manager
    opened: Any

    @classmethod
    def start(cls, index: Path, model: str | None) -> Self:
        """Start it and open the index; raises what that raises there."""
        manager = _Manager(ctx=multiprocessing.get_context("spawn"))
        manager.start(_live_as_long_as_the_parent)
        opened = manager.opened()  # type: ignore[attr-defined]  # registered above
        if failure := opened.open(index, model):
            manager.shutdown()
            raise failure
        return cls(manager, opened)


class AnswersApart:
    """The answers of an index that is open in another process; safe to call from several threads at once.

    Its methods are those of `bot.replies.Answers`, and raise what those raise. A process that has died is replaced.
    """

    def __init__(self, index: Path, model: str | None) -> None:
        """Use `open`."""
        self._index, self._model = index, model
        self._process = _Process.start(index, model)
        self._replacing = threading.Lock()

    @classmethod
    @contextlib.contextmanager
    def open(cls, index: Path, *, model: str | None = None) -> Iterator[Self]:
        """Open the index in a folder, until the block ends; raises what `QuestionAnswering.open` raises."""
        answers = cls(index, model)
        try:
            yield answers
        finally:
            answers._process.manager.shutdown()

    def _call(self, name: str, *arguments: object, **options: object) -> Any:  # noqa: ANN401 - whatever it returns
        process = self._process
        try:
            result = process.opened.call(name, *arguments, **options)
        except (EOFError, OSError):
            result = self._replaced(process).opened.call(name, *arguments, **options)
        if isinstance(result, Exception):
            raise result
        return result

    def _replaced(self, dead: _Process) -> _Process:
        """Another process, which the first who misses a dead one starts."""
        with self._replacing:
            if self._process is dead:
                _log.error("the process that searches has ended: another one is started")
                dead.manager.shutdown()
                self._process = _Process.start(self._index, self._model)
            return self._process

    def ask(
        self, question: str, *, today: dt.date, quotes: int, any_time: bool = False, after: Turn | None = None
    ) -> Answer:
        """See `Answers`."""
        answer: Answer = self._call("ask", question, today=today, quotes=quotes, any_time=any_time, after=after)
        return answer

    def quote(self, question: str, article_id: str, *, quotes: int) -> Answer:
        """See `Answers`."""
        answer: Answer = self._call("quote", question, article_id, quotes=quotes)
        return answer

    def matches(self, answer: Answer, quote: Quote) -> Matches:
        """See `Answers`."""
        matches: Matches = self._call("matches", answer, quote)
        return matches

    def holdings(self) -> Holdings:
        """See `Answers`."""
        holdings: Holdings = self._call("holdings")
        return holdings

    def examples(self) -> tuple[Headline, ...]:
        """See `Answers`."""
        examples: tuple[Headline, ...] = self._call("examples")
        return examples

    def version(self) -> int:
        """See `Answers`."""
        return int(self._call("version"))

    def refresh(self) -> None:
        """See `Answers`."""
        self._call("refresh")
