"""Calls to the Bot API over aiohttp, which reads HTTP in C.

The client that comes with python-telegram-bot is Python throughout: where many ask at once, it had a third of the
interpreter's time.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

CONNECT_TIMEOUT_S = 10.0
"""How long a call may wait for a connection, be it for a free one or for a new one."""


class HttpClient(BaseRequest):
    """Makes the calls of a bot, over connections that are kept open."""

    def __init__(
        self, address: str, *, connections: int, timeout_s: float, heard: Callable[[int], None] | None = None
    ) -> None:
        """Nothing is opened yet.

        Args:
            address: of the Bot API server; the proxy that the environment names for it is used.
            connections: how many calls are made at once at most.
            timeout_s: how long the server may take to answer, if a call does not say otherwise.
            heard: told the status of every answer.
        """
        self._proxy = _proxy_for(address)
        self._connections = connections
        self._timeout_s = timeout_s
        self._heard = heard
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """How long the server may take to answer, in seconds."""
        return self._timeout_s

    async def initialize(self) -> None:
        """Open the pool of connections."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
                proxy=self._proxy,
            )

    async def shutdown(self) -> None:
        """Close all connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        write_timeout: object = BaseRequest.DEFAULT_NONE,
        connect_timeout: object = BaseRequest.DEFAULT_NONE,
        pool_timeout: object = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """Make a call; see `BaseRequest.do_request`.

        The time to write counts as time to read, that in which a connection gets free as time to connect.

        Raises:
            TimedOut: no connection, or no answer in time; the cause tells which.
            NetworkError: the server cannot be reached, or breaks off.
        """
        if self._session is None:
            raise RuntimeError("call initialize first")
        timeout = aiohttp.ClientTimeout(
            total=None,
            connect=_seconds(connect_timeout, CONNECT_TIMEOUT_S),
            sock_read=_seconds(read_timeout, self._timeout_s),
        )
        try:
            # Not followed elsewhere: Telegram redirects nobody, and the address has the token in it.
            async with self._session.request(
                method, url, data=_form(request_data), timeout=timeout, allow_redirects=False
            ) as response:
                status, payload = response.status, await response.read()
        except TimeoutError as error:
            raise TimedOut from error
        except aiohttp.ClientError as error:
            # The text of others may have the address in it, hence the token.
            text = str(error) if isinstance(error, aiohttp.ClientConnectionError) else type(error).__name__
            raise NetworkError(text) from error
        if self._heard:
            self._heard(status)
        return status, payload


def _seconds(given: object, otherwise: float) -> float | None:
    return given if given is None or isinstance(given, int | float) else otherwise


def _form(data: RequestData | None) -> aiohttp.FormData | None:
    if data is None:
        return None
    form = aiohttp.FormData(data.json_parameters)
    for name, (filename, content, kind) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return form


def _proxy_for(address: str) -> str | None:
    """The proxy that the environment names for an address: asked once, as aiohttp itself would ask for every call."""
    parts = urlsplit(address)
    if not parts.hostname or proxy_bypass(parts.hostname):
        return None
    proxies = getproxies()
    return proxies.get(parts.scheme) or proxies.get("all")
