"""Health, readiness and metrics over HTTP, on a port that is not for the public."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler

from bot.limits import Clock
from bot.settings import Address
from retrieval.errors import HoiBaoError

Exposition = Callable[[], Awaitable[bytes]]


class ListeningError(HoiBaoError):
    """An address is taken or not this machine's."""

    def __init__(self, address: Address, error: OSError) -> None:
        # The text of the error says the address once more; those of name look-ups have negative numbers.
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror or str(error)
        super().__init__(f"cannot listen on {address.host}:{address.port} ({reason})")


def bound(address: Address) -> socket.socket:
    """A socket that listens; it is for the caller to close.

    Raises:
        ListeningError: the address cannot be used.
    """
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    try:
        listening = socket.create_server((address.host, address.port), family=family)
    except OSError as error:
        raise ListeningError(address, error) from error
    listening.setblocking(False)
    return listening


@dataclass(slots=True)
class Health:
    """Whether the bot does its work."""

    clock: Clock
    deaf_after_s: float
    """Without word from Telegram for so long, polls do not get through."""
    listening: bool = False
    heard: float | None = None
    """When a poll was last answered; None where updates come by themselves."""
    index_failure: str = ""
    rejected: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when Telegram does not know the token any more."""

    def hears(self) -> None:
        """A poll was answered."""
        self.heard = self.clock()

    @property
    def problem(self) -> str:
        """Why questions are not answered now; empty if they are."""
        if not self.listening:
            return "not listening"
        if self.heard is not None and self.clock() - self.heard > self.deaf_after_s:
            return "Telegram cannot be reached"
        return "the index cannot be read" if self.index_failure else ""


@contextlib.asynccontextmanager
async def monitored(address: Address | None, health: Health, exposition: Exposition) -> AsyncIterator[None]:
    """Serve `/healthz`, `/readyz` and `/metrics` at an address, if there is one, as long as the block runs.

    Raises:
        ListeningError: the address cannot be used.
    """
    if address is None:
        yield
        return
    server = HTTPServer(_application(health, exposition))
    server.add_socket(bound(address))
    try:
        yield
    finally:
        server.stop()
        await server.close_all_connections()


def _application(health: Health, exposition: Exposition) -> Application:
    class Alive(RequestHandler):
        """Answers as long as the event loop turns."""

        def get(self) -> None:
            self.finish("alive\n")

    class Ready(RequestHandler):
        def get(self) -> None:
            problem = health.problem
            self.set_status(503 if problem else 200)
            self.finish(f"{problem or 'ready'}\n")

    class Counts(RequestHandler):
        async def get(self) -> None:
            self.set_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
            await self.finish(await exposition())

    routes = [("/healthz", Alive), ("/readyz", Ready), ("/metrics", Counts)]
    return Application(routes, log_function=lambda _: None)
