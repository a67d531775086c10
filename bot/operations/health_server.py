"""Health, readiness and metrics over HTTP, on a port that is not public."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler

from bot.health import Health
from bot.settings import Address
from bot.telegram import listening_socket

RenderMetrics = Callable[[], Awaitable[bytes]]


@contextlib.asynccontextmanager
async def serve_health(address: Address | None, health: Health, render_metrics: RenderMetrics) -> AsyncIterator[None]:
    """Serves `/healthz`, `/readyz` and `/metrics` at an address while the block runs; without one, nothing.

    Raises:
        ListeningError: the address cannot be used.
    """
    if address is None:
        yield
        return
    server = HTTPServer(_application(health, render_metrics))
    server.add_socket(listening_socket(address))
    try:
        yield
    finally:
        server.stop()
        await server.close_all_connections()


def _application(health: Health, render_metrics: RenderMetrics) -> Application:
    class Alive(RequestHandler):
        """Answers as long as the event loop runs."""

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
            await self.finish(await render_metrics())

    routes = [("/healthz", Alive), ("/readyz", Ready), ("/metrics", Counts)]
    return Application(routes, log_function=lambda _: None)
