"""Calls of the server over HTTP, made without any library for bots."""

from __future__ import annotations

import http.client
import json
from typing import Any

from tests.telegram_server import TelegramServer


def call(server: TelegramServer, method: str, **parameters: object) -> tuple[int, Any]:
    """Status and body; the body parsed where it is JSON."""
    return post(server, f"/bot{server.token}/{method}", parameters)


def post(server: TelegramServer, path: str, parameters: dict[str, object]) -> tuple[int, Any]:
    """The same for any path."""
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=30)
    try:
        connection.request("POST", path, json.dumps(parameters), {"Content-Type": "application/json"})
        response = connection.getresponse()
        content = response.read().decode()
        return response.status, json.loads(content) if content.startswith("{") else content
    finally:
        connection.close()


def result(server: TelegramServer, method: str, **parameters: object) -> Any:  # noqa: ANN401 - the result is JSON
    """What a call that goes well returns."""
    status, body = call(server, method, **parameters)
    assert status == 200, body
    return body["result"]


def refusal(server: TelegramServer, method: str, **parameters: object) -> str:
    """Why a call is refused as a bad request."""
    status, body = call(server, method, **parameters)
    assert (status, body["ok"], body["error_code"]) == (400, False, 400)
    return str(body["description"]).removeprefix("Bad Request: ")
