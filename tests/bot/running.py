"""The running bot: in a thread of the test, or as the process that an operator starts."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from bot.admission.quotas import Quota
from bot.app import serve
from bot.clock import VIETNAM
from bot.conversation.inline import InlineTiming
from bot.conversation.replies import AnswerSource
from bot.settings import Settings
from bot.telegram.send_limits import SendLimits
from bot.telegram.sending import RetryPolicy
from bot.wiring import OperatingLimits
from tests.telegram_server import TelegramServer
from tests.telegram_server.world import PATIENCE_S

ROOT = Path(__file__).parents[2]
NOW = dt.datetime(2024, 3, 9, 12, tzinfo=VIETNAM)
"""The time at which the bot in a thread starts."""
QUICK = OperatingLimits(
    RetryPolicy(attempts=4, first_wait_s=0.01, longest_wait_s=5.0),
    # Tests that are not about limits ask faster than people, of a server that does not limit.
    Quota(interval_per_sender_s=0.001, burst_per_sender=1000),
    SendLimits(in_total=1000, private_interval_s=0.001, per_group_s=0.001),
    InlineTiming(rest_s=0.0),
)


def wait_for(happened: Callable[[], bool]) -> None:
    """Waits, by looking again and again, until something has happened.

    Raises:
        AssertionError: it has not happened in a long time.
    """
    deadline = time.monotonic() + PATIENCE_S
    while not happened():
        if time.monotonic() > deadline:
            raise AssertionError("waited in vain")
        time.sleep(0.01)


def held_bytes(state: Path) -> bytes:
    """Returns all bytes of a bot's database: those of its file, and of the log beside it."""
    return b"".join(file.read_bytes() for file in state.parent.glob(f"{state.name}*"))


def hoibao(*arguments: str | Path) -> None:
    """Runs the command line, which must succeed."""
    subprocess.run([sys.executable, "-m", "retrieval", *arguments], cwd=ROOT, check=True, capture_output=True)


def free_port() -> int:
    """Returns a local port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class BotInThread:
    """The whole bot without its process, against a server; a context manager."""

    def __init__(
        self,
        server: TelegramServer,
        answers: AnswerSource,
        state: Path,
        *,
        reply_timeout_s: float = 20.0,
        limits: OperatingLimits = QUICK,
        **settings: Any,  # noqa: ANN401 - further fields of Settings
    ) -> None:
        self._server = server
        self._settings = Settings(
            server.token,
            Path(),
            state,
            api=server.url,
            reply_timeout_s=reply_timeout_s,
            **{"search_threads": 4, **settings},
        )
        self._answers = answers
        self._bounds = limits
        self.now = NOW
        self._stop = asyncio.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.run, name="bot")
        self.error: BaseException | None = None

    def __enter__(self) -> Self:
        """Starts the bot, and returns once it listens."""
        polls = len(self._server.calls("getUpdates"))
        self._thread.start()
        if self._settings.webhook:
            self._server.world.wait_until(lambda: self._server.world.webhook is not None, "a webhook")
        else:
            self._server.wait_for_calls("getUpdates", polls + 1)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stops the bot, and raises its error."""
        self.ask_to_stop()
        self.wait()
        if self.error:
            raise self.error

    def ask_to_stop(self) -> None:
        """Does what a signal does."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._stop.set)

    def wait(self) -> None:
        """Waits for the end of the bot."""
        self._thread.join()

    def run(self) -> None:
        """Runs the bot to its end; keeps its failure as `error`."""
        try:
            with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
                serving = serve(
                    self._settings, self._answers, stop=self._stop, limits=self._bounds, now=lambda: self.now
                )
                runner.run(serving)
        except Exception as error:
            self.error = error


def environment(server: TelegramServer, index: Path | None = None, state: Path | None = None) -> dict[str, str]:
    """Returns environment variables for a bot at a local server."""
    variables = {**os.environ, "TELEGRAM_BOT_TOKEN": server.token, "HOIBAO_BOT_API": server.url, "NO_PROXY": "*"}
    places = {"HOIBAO_INDEX": index, "HOIBAO_BOT_STATE": state}
    return variables | {name: str(place) for name, place in places.items() if place}


class BotProcess:
    """A process that runs the bot; its output goes to a file."""

    def __init__(self, command: list[str], variables: dict[str, str], output: Path) -> None:
        self._output = output
        with output.open("ab") as file:
            self._process = subprocess.Popen(
                [sys.executable, *command], cwd=ROOT, env=variables, stdin=subprocess.PIPE, stdout=file, stderr=file
            )

    def __enter__(self) -> Self:
        """Returns itself; the process runs already."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Kills the process if it still runs."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.communicate()

    @property
    def pid(self) -> int:
        """Number of the process."""
        return self._process.pid

    @property
    def input(self) -> IO[bytes]:
        """Standard input of the process."""
        if self._process.stdin is None:
            raise RuntimeError("the process was started without a pipe")
        return self._process.stdin

    def wait_for(self, happened: Callable[[], bool]) -> None:
        """Waits until something has happened that only the files of the process show."""
        wait_for(lambda: happened() or self._process.poll() is not None)
        if not happened():
            raise AssertionError(f"the process has ended; it printed: {self.output()}")

    def signal(self, number: int) -> None:
        """Sends the process a signal."""
        self._process.send_signal(number)

    def wait(self) -> int:
        """Waits for the end of the process; returns its exit status."""
        return self._process.wait(timeout=60)

    def output(self) -> str:
        """Returns the output so far."""
        return self._output.read_text()
