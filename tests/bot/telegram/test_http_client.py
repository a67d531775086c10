"""Calls to the Bot API: their form, timeouts and errors."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence

import aiohttp
import pytest
from aiohttp import web
from telegram import InputFile
from telegram.error import NetworkError, TimedOut
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from bot.telegram.http_client import HttpClient
from bot.telegram.sending import may_be_delivered

TOKEN = "123456:AAH-secret_PART"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def address_of(server: asyncio.Server) -> str:
    return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def called(handler: Handler, data: RequestData | None = None, **options: float) -> tuple[int, bytes]:
    """Returns the result of one call to a server."""

    async def call() -> tuple[int, bytes]:
        application = web.Application()
        application.router.add_route("*", "/{path:.*}", handler)
        runner = web.AppRunner(application)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        address = f"http://127.0.0.1:{runner.addresses[0][1]}"
        client = HttpClient(address, connections=1, timeout_s=5.0)
        try:
            async with client:
                return await client.do_request(f"{address}/bot{TOKEN}/sendMessage", "POST", data, **options)
        finally:
            await runner.cleanup()

    return asyncio.run(call())


async def echo(request: web.Request) -> web.Response:
    form = await request.post()
    parts = {
        name: part.file.read().decode() if isinstance(part, web.FileField) else part for name, part in form.items()
    }
    return web.json_response({"agent": request.headers["User-Agent"], **parts}, status=202)


def test_parameters_and_files_are_sent() -> None:
    text = RequestParameter.from_input("text", "Giá vàng <b>tăng</b> & giảm")
    status, payload = called(echo, RequestData([text]))
    assert status == 202
    assert '"text": "Gi\\u00e1 v\\u00e0ng <b>t\\u0103ng</b> & gi\\u1ea3m"' in payload.decode()
    assert f'"agent": "{HttpClient.USER_AGENT}"' in payload.decode()
    attached = RequestParameter.from_input("document", InputFile(b"content", filename="a.txt"))
    assert b'"document": "content"' in called(echo, RequestData([text, attached]))[1]


def test_nobody_is_followed_elsewhere() -> None:
    asked: list[str] = []

    async def elsewhere(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(status=302, headers={"Location": "/elsewhere"})

    assert called(elsewhere)[0] == 302
    assert asked == [f"/bot{TOKEN}/sendMessage"]


@pytest.mark.slow
def test_an_answer_that_does_not_come_in_time_may_have_been_carried_out() -> None:
    async def slow(request: web.Request) -> web.Response:
        await asyncio.sleep(5)
        return web.Response()

    with pytest.raises(TimedOut) as failure:
        called(slow, read_timeout=0.05)
    assert may_be_delivered(failure.value)


def test_who_waits_for_a_connection_in_vain_has_sent_nothing() -> None:
    async def calls() -> Sequence[object]:
        begun = asyncio.Event()

        async def slow(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            begun.set()
            await asyncio.sleep(0.5)
            writer.close()

        async with await asyncio.start_server(slow, "127.0.0.1", 0) as server:
            address = address_of(server)
            async with HttpClient(address, connections=1, timeout_s=5.0) as client:
                first = asyncio.create_task(client.do_request(address, "POST"))
                await begun.wait()
                second = client.do_request(address, "POST", connect_timeout=0.05)
                return await asyncio.gather(second, first, return_exceptions=True)

    waiting, broken_off = asyncio.run(calls())
    assert isinstance(waiting, TimedOut) and not may_be_delivered(waiting)
    assert isinstance(broken_off, NetworkError) and not isinstance(broken_off, TimedOut)
    assert not may_be_delivered(broken_off)


def test_a_server_that_cannot_be_reached_is_named_and_the_token_is_not() -> None:
    async def call(address: str) -> None:
        async with HttpClient(address, connections=1, timeout_s=5.0) as client:
            await client.do_request(f"{address}/bot{TOKEN}/getMe", "POST")

    with socket.create_server(("127.0.0.1", 0)) as unheard:
        port = unheard.getsockname()[1]
    with pytest.raises(NetworkError, match=f"127.0.0.1:{port}") as failure:
        asyncio.run(call(f"http://127.0.0.1:{port}"))
    assert "secret" not in str(failure.value)


def test_what_is_no_http_is_an_error_without_the_token() -> None:
    async def call() -> None:
        async def garbled(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"no http at all\r\n\r\n")
            writer.close()

        async with await asyncio.start_server(garbled, "127.0.0.1", 0) as server:
            address = address_of(server)
            async with HttpClient(address, connections=1, timeout_s=5.0) as client:
                await client.do_request(f"{address}/bot{TOKEN}/getMe", "POST")

    with pytest.raises(NetworkError) as failure:
        asyncio.run(call())
    assert isinstance(failure.value.__cause__, aiohttp.ClientResponseError)
    assert "secret" in str(failure.value.__cause__)
    assert "secret" not in str(failure.value)


def test_the_proxy_of_the_environment_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    async def call(proxy: str) -> bytes:
        monkeypatch.setenv("http_proxy", proxy)
        monkeypatch.setenv("no_proxy", "localhost")
        async with HttpClient("http://telegram.invalid", connections=1, timeout_s=5.0) as client:
            return (await client.do_request("http://telegram.invalid/getMe", "POST"))[1]

    async def through_a_proxy() -> bytes:
        async def proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            line = await reader.readline()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(line), line))
            writer.close()

        async with await asyncio.start_server(proxy, "127.0.0.1", 0) as server:
            return await call(address_of(server))

    monkeypatch.delenv("NO_PROXY", raising=False)
    assert asyncio.run(through_a_proxy()) == b"POST http://telegram.invalid/getMe HTTP/1.1\r\n"
