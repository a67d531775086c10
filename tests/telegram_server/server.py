"""The server itself: HTTP in a thread of its own, with long polls and faults on demand."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.telegram_server.check import WrongCallError, checked
from tests.telegram_server.faults import BadGateway, Drop, Fault, Hold, Refuse
from tests.telegram_server.methods import ANSWERED_AT_ONCE
from tests.telegram_server.people import Channel, Group, Person
from tests.telegram_server.tables import METHODS, UPDATE_KINDS
from tests.telegram_server.world import ApiError, Call, RefusedError, World

TOKEN = "123456789:AAtestTokenThatMustNeverBeSeen-0123"
CONFLICT = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
GATEWAY_PAGE = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1>nginx</body></html>"


@dataclass(slots=True)
class _Poll:
    wake: asyncio.Event
    ended_by_another: bool = False


class TelegramServer:
    """A Bot API server on a free local port; use it as a context manager."""

    def __init__(self) -> None:
        self.world = World()
        self.token = TOKEN
        self.url = ""
        self._revoked = False
        self._poll: _Poll | None = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="telegram-server")
        app = web.Application()
        app.router.add_route("*", r"/bot{token}/{method}", self._handle)
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)

    def __enter__(self) -> Self:
        """Listen."""
        self._thread.start()
        self._in_loop(self._listen())
        self.world.on_update = self._wake_poll
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop listening; calls that are still waiting are cut off."""
        self._in_loop(self._runner.cleanup())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def person(self, name: str, language: str | None = None) -> Person:
        """Somebody with a private chat with the bot; `language` is that of the client, such as "en"."""
        chat = self.world.new_chat(type="private", first_name=name, username=name.lower())
        spoken = {"language_code": language} if language else {}
        return Person(self.world, chat, {"id": chat.id, "is_bot": False, "first_name": name, **spoken})

    def group(self, *, forum: bool = False) -> Group:
        """A group that the bot is in."""
        about: dict[str, Any] = {"type": "supergroup", "title": "Nhóm đọc báo"}
        return Group(self.world, self.world.new_chat(**about, **({"is_forum": True} if forum else {})))

    def channel(self) -> Channel:
        """A channel that the bot is in."""
        return Channel(self.world, self.world.new_chat(type="channel", title="Kênh tin"))

    def will(self, method: str, *faults: Fault) -> None:
        """Have the next calls of a method go wrong, one after the other."""
        with self.world.changed:
            self.world.faults[method].extend(faults)

    def revoke_token(self) -> None:
        """From now on the token is not valid; the poll that is waiting ends."""
        self._revoked = True
        self._wake_poll()

    def calls(self, method: str) -> list[dict[str, Any]]:
        """The parameters of all calls of a method so far."""
        with self.world.changed:
            return [call.parameters for call in self.world.calls if call.method == method]

    def wait_for_calls(self, method: str, count: int = 1) -> None:
        """Block until a method was called that many times in all."""
        self.world.wait_until(lambda: len(self.calls(method)) >= count, f"{count} calls of {method}")

    def wait_until_fetched(self) -> None:
        """Block until the bot has confirmed all updates, so it has them."""
        self.world.wait_until(lambda: not self.world.updates, "all updates being fetched")

    def _in_loop(self, work: Any) -> None:  # noqa: ANN401 - any coroutine
        asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _listen(self) -> None:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0]
        self.url = f"http://{host}:{port}"

    def _wake_poll(self) -> None:
        def wake() -> None:
            if self._poll:
                self._poll.wake.set()

        self._loop.call_soon_threadsafe(wake)

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        if self._revoked or request.match_info["token"] != self.token:
            return _error(401, "Unauthorized")
        fault = self.world.next_fault(method)
        match fault:
            case Refuse():
                return _error(fault.status, fault.description, fault.parameters)
            case BadGateway():
                return web.Response(status=502, text=GATEWAY_PAGE, content_type="text/html")
            case Drop(carried_out=False):
                return _cut(request)
        response = await self._carry_out(method, await _form(request))
        if isinstance(fault, Drop):
            return _cut(request)
        if isinstance(fault, Hold):
            try:
                await asyncio.to_thread(fault.release.wait)
            finally:
                fault.release.set()
        return response

    async def _carry_out(self, method: str, form: Mapping[str, str]) -> web.Response:
        if method not in METHODS:
            self.world.violate(f"there is no method {method}")
            return _error(404, "Not Found: method not found")
        try:
            parameters = checked(method, form)
            self.world.note(Call(method, parameters))
            if method == "getUpdates":
                result: Any = await self._get_updates(parameters)
            else:
                result = ANSWERED_AT_ONCE[method](self.world, parameters)
        except (WrongCallError, RefusedError) as error:
            self.world.violate(f"{method}: {error}")
            return _error(400, f"Bad Request: {error}")
        except ApiError as error:
            return _error(error.status, str(error), error.parameters)
        return web.json_response({"ok": True, "result": result})

    async def _get_updates(self, parameters: dict[str, Any]) -> list[dict[str, Any]]:
        limit, timeout = parameters.get("limit", 100), parameters.get("timeout", 0)
        kinds = parameters.get("allowed_updates")
        if not 1 <= limit <= 100 or timeout < 0 or not set(kinds or []) <= UPDATE_KINDS:
            raise RefusedError("limit, timeout or allowed_updates out of range")
        if kinds is not None:
            self.world.allowed_updates = frozenset(kinds)
        self.world.confirm_below(parameters.get("offset", 0))
        if self._poll:
            self._poll.ended_by_another = True
            self._poll.wake.set()
        poll = self._poll = _Poll(asyncio.Event())
        try:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._something_for(poll), timeout)
        finally:
            if self._poll is poll:
                self._poll = None
        if poll.ended_by_another:
            raise ApiError(409, CONFLICT)
        if self._revoked:
            raise ApiError(401, "Unauthorized")
        return self.world.updates[:limit]

    async def _something_for(self, poll: _Poll) -> None:
        while not (self.world.updates or poll.ended_by_another or self._revoked):
            await poll.wake.wait()
            poll.wake.clear()


async def _form(request: web.Request) -> dict[str, str]:
    if request.content_type == "application/json":
        values = await request.json()
        return {name: value if isinstance(value, str) else json.dumps(value) for name, value in values.items()}
    form = {**request.query, **await request.post()}
    return {name: value for name, value in form.items() if isinstance(value, str)}


def _cut(request: web.Request) -> web.Response:
    if request.transport:
        request.transport.abort()
    return web.Response()


def _error(status: int, description: str, parameters: dict[str, Any] | None = None) -> web.Response:
    body = {"ok": False, "error_code": status, "description": description}
    if parameters:
        body["parameters"] = parameters
    return web.json_response(body, status=status)
