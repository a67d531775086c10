"""The HTTP client for the Bot API, over aiohttp, which parses HTTP in C.

The client of python-telegram-bot is pure Python, and took a third of the interpreter's time where many people asked at
once.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

CONNECT_TIMEOUT_S = 10.0
"""How long a call may wait for a connection, free or new."""


class HttpClient(BaseRequest):
    """Makes the calls of a bot over a pool of open connections."""

    def __init__(
        self, address: str, *, connections: int, timeout_s: float, on_status: Callable[[int], None] | None = None
    ) -> None:
        """Opens nothing yet.

        Args:
            address: address of the Bot API server; the environment's proxy for it is used.
            connections: most calls made at once.
            timeout_s: how long the server may take to answer, unless a call sets its own time.
            on_status: called with the HTTP status of every answer.
        """
        self._proxy = _proxy_for(address)
        self._connections = connections
        self._timeout_s = timeout_s
        self._on_status = on_status
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        """Time that the server may take to answer, in seconds."""
        return self._timeout_s

    async def initialize(self) -> None:
        """Opens the pool of connections."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections),
                cookie_jar=aiohttp.DummyCookieJar(),
                headers={"User-Agent": self.USER_AGENT},
                proxy=self._proxy,
            )

    async def shutdown(self) -> None:
        """Closes all connections."""
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
        """Makes a call; see `BaseRequest.do_request`.

        Writing counts towards the read timeout, waiting for a free connection towards the connect timeout.

        Raises:
            TimedOut: no connection or no answer in time; its cause tells which.
            NetworkError: the server cannot be reached, or the connection breaks off.
        """
        if self._session is None:
            raise RuntimeError("call initialize first")
        timeout = aiohttp.ClientTimeout(
            total=None,
            connect=_seconds(connect_timeout, CONNECT_TIMEOUT_S),
            sock_read=_seconds(read_timeout, self._timeout_s),
        )
        try:
            # Redirects are not followed: Telegram sends none, and the address contains the token.
            async with self._session.request(
                method, url, data=_form(request_data), timeout=timeout, allow_redirects=False
            ) as response:
                status, payload = response.status, await response.read()
        except TimeoutError as error:
            raise TimedOut from error
        except aiohttp.ClientError as error:
            # Other errors may repeat the address, which contains the token.
            text = str(error) if isinstance(error, aiohttp.ClientConnectionError) else type(error).__name__
            raise NetworkError(text) from error
        if self._on_status:
            self._on_status(status)
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
    """Returns the environment's proxy for an address. Looked up once: aiohttp would do so at every call."""
    parts = urlsplit(address)
    if not parts.hostname or proxy_bypass(parts.hostname):
        return None
    proxies = getproxies()
    return proxies.get(parts.scheme) or proxies.get("all")
