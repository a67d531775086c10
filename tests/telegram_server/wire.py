"""Reads requests and writes responses of the Bot API over HTTP."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from tests.telegram_server.values import Upload

GATEWAY_PAGE = "<html><head><title>502 Bad Gateway</title></head><body><h1>502 Bad Gateway</h1>nginx</body></html>"


async def form_of(request: web.Request) -> dict[str, str | Upload]:
    """The parameters of a call, from the query, a form with files, or a JSON object."""
    if request.content_type == "application/json":
        values = await request.json()
        return {name: value if isinstance(value, str) else json.dumps(value) for name, value in values.items()}
    form: dict[str, str | Upload] = dict(request.query)
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            form[name] = Upload(value.filename, value.file.read())
        elif isinstance(value, str):
            form[name] = value
    return form


def done(result: object) -> web.Response:
    """The answer to a call that went well."""
    return web.json_response({"ok": True, "result": result})


def failed(status: int, description: str, parameters: dict[str, Any] | None = None) -> web.Response:
    """The answer to a call that did not."""
    body = {"ok": False, "error_code": status, "description": description}
    if parameters:
        body["parameters"] = parameters
    return web.json_response(body, status=status)


def gateway_page() -> web.Response:
    """502 with a page of HTML."""
    return web.Response(status=502, text=GATEWAY_PAGE, content_type="text/html")


def cut(request: web.Request) -> web.Response:
    """Closes the connection without an answer."""
    if request.transport:
        request.transport.abort()
    return web.Response()
