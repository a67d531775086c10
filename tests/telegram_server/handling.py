"""Handles calls over HTTP: checks each, applies the fault that is due, and carries it out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from tests.telegram_server.check import WrongCallError, checked
from tests.telegram_server.delivery import Delivery
from tests.telegram_server.errors import ApiError, RefusedError
from tests.telegram_server.faults import BadGateway, Drop, Hold, Refuse
from tests.telegram_server.files import LARGEST_UPLOAD_BYTES, path_of
from tests.telegram_server.limits import SENDING, Limits
from tests.telegram_server.methods import ANSWERED_AT_ONCE
from tests.telegram_server.polling import Polls
from tests.telegram_server.tables import METHODS
from tests.telegram_server.values import Call, Upload
from tests.telegram_server.wire import cut, done, failed, form_of, gateway_page
from tests.telegram_server.world import World

DOWNLOAD = "download"
"""The name under which faults meet the fetching of a file, which is no method."""


class Handling:
    """The HTTP side of the server."""

    def __init__(self, world: World, token: str, limits: Limits | None) -> None:
        self._world = world
        self._token = token
        self._limits = limits
        self.polls = Polls(world)
        self._delivery = Delivery(world)

    def app(self) -> web.Application:
        """Returns the web application."""
        app = web.Application(client_max_size=LARGEST_UPLOAD_BYTES + 1024 * 1024)
        app.router.add_route("*", r"/bot{token}/{method}", self._call)
        app.router.add_get(r"/file/bot{token}/{path:.+}", self._download)
        app.cleanup_ctx.append(self._delivery.running)
        return app

    def wake(self) -> None:
        """Wakes the polls and the delivery: there may be new updates."""
        self.polls.wake()
        self._delivery.wake()

    async def _call(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]

        async def carry_out() -> web.Response:
            return await self._carry_out(method, await form_of(request))

        return await self._with_faults(method, request, carry_out)

    async def _download(self, request: web.Request) -> web.Response:
        async def carry_out() -> web.Response:
            files = {path_of(number, upload): upload for number, upload in self._world.files.items()}
            upload = files.get(request.match_info["path"])
            return web.Response(body=upload.content) if upload else failed(404, "Not Found")

        return await self._with_faults(DOWNLOAD, request, carry_out)

    async def _with_faults(
        self, name: str, request: web.Request, carry_out: Callable[[], Awaitable[web.Response]]
    ) -> web.Response:
        if self._world.token_revoked or request.match_info["token"] != self._token:
            return failed(401, "Unauthorized")
        fault = self._world.next_fault(name)
        match fault:
            case Refuse():
                return failed(fault.status, fault.description, fault.parameters)
            case BadGateway():
                return gateway_page()
            case Drop(carried_out=False):
                return cut(request)
        response = await carry_out()
        if isinstance(fault, Drop):
            return cut(request)
        if isinstance(fault, Hold):
            try:
                await asyncio.to_thread(fault.release.wait)
            finally:
                fault.release.set()
        return response

    async def _carry_out(self, method: str, form: Mapping[str, str | Upload]) -> web.Response:
        if method not in METHODS:
            self._world.violate(f"there is no method {method}")
            return failed(404, "Not Found: method not found")
        try:
            parameters = checked(method, form)
            self._world.note(Call(method, parameters))
            if self._limits and method in SENDING and isinstance(parameters["chat_id"], int):
                self._limits.admit(parameters["chat_id"])
            if method == "getUpdates":
                return done(await self.polls.get_updates(parameters))
            return done(ANSWERED_AT_ONCE[method](self._world, parameters))
        except (WrongCallError, RefusedError) as error:
            self._world.violate(f"{method}: {error}")
            return failed(400, f"Bad Request: {error}")
        except ApiError as error:
            return failed(error.status, str(error), error.parameters)
