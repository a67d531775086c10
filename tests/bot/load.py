"""The bot under load: its process, a server with Telegram's limits, and people who ask."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

from retrieval.indexing.opening import open_store
from tests.bot.running import BotProcess, environment
from tests.telegram_server import Person, TelegramServer

BOT = ["-m", "bot"]
WARM_UP = 3


@dataclass(frozen=True, slots=True)
class Loaded:
    """A running bot that is warmed up."""

    telegram: TelegramServer
    process: BotProcess

    def memory_mb(self) -> float:
        """Returns the resident memory of the process."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        [kilobytes] = [line.split()[1] for line in status.splitlines() if line.startswith("VmRSS:")]
        return int(kilobytes) / 1000

    def people(self, count: int) -> list[Person]:
        """Makes people who have not asked yet."""
        return [self.telegram.person(f"Person{number}") for number in range(count)]


@contextlib.contextmanager
def loaded(index: Path, questions: Sequence[str]) -> Iterator[Loaded]:
    """Runs the bot over an index with a new database, and warms it up with the first questions."""
    with tempfile.TemporaryDirectory() as folder, TelegramServer(limits=True) as telegram:
        os.environ["NO_PROXY"] = "*"
        variables = environment(telegram, index, Path(folder, "bot.db"))
        with BotProcess(BOT, variables, Path(folder, "output.txt")) as process:
            bot = Loaded(telegram, process)
            [first] = bot.people(1)
            for question in questions[:WARM_UP]:
                asked(first, question)
            yield bot


def asked(person: Person, question: str) -> float:
    """Asks and waits; returns the seconds from the update to the sent answer."""
    started = time.perf_counter()
    person.says(question)
    person.hears()
    return time.perf_counter() - started


def asked_at_once(people: Sequence[Person], questions: Sequence[str], each: int) -> list[float]:
    """Has all people ask `each` questions without pause; returns the seconds of all answers."""
    shares = [list(islice(cycle(questions), start, start + each)) for start in range(0, each * len(people), each)]

    def one(person: Person, share: list[str]) -> list[float]:
        return [asked(person, question) for question in share]

    with ThreadPoolExecutor(len(people)) as pool:
        return [seconds for times in pool.map(one, people, shares) for seconds in times]


def questions_for(index: Path, file: Path | None, count: int) -> list[str]:
    """Returns questions: the `text` of lines of JSON, or else titles from all over the index."""
    if file:
        return [json.loads(line)["text"] for line in islice(file.open(encoding="utf-8"), count)]
    with open_store(index) as store, store.snapshot() as snapshot:
        step = max(1, snapshot.totals().articles // count)
    with open_store(index) as store:
        return [stored.article.title for stored in islice(store.stored(), 0, count * step, step)]


def percentile_ms(times_s: Sequence[float], percent: int) -> float:
    """Returns a percentile of the times in milliseconds, by nearest rank."""
    return 1000 * sorted(times_s)[-(-percent * len(times_s) // 100) - 1]
