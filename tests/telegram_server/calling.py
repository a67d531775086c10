"""Calls the server over HTTP, without any library for bots."""

from __future__ import annotations

import http.client
import json
from typing import Any

from tests.telegram_server import TelegramServer


def call(server: TelegramServer, method: str, **parameters: object) -> tuple[int, Any]:
    """Calls a method; returns the status and the body, parsed if it is JSON."""
    return post(server, f"/bot{server.token}/{method}", parameters)


def post(server: TelegramServer, path: str, parameters: dict[str, object]) -> tuple[int, Any]:
    """Posts to any path; returns as `call` does."""
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=30)
    try:
        connection.request("POST", path, json.dumps(parameters), {"Content-Type": "application/json"})
        response = connection.getresponse()
        content = response.read().decode()
        return response.status, json.loads(content) if content.startswith("{") else content
    finally:
        connection.close()


def result(server: TelegramServer, method: str, **parameters: object) -> Any:  # noqa: ANN401 - the result is JSON
    """Calls a method that must succeed; returns its result."""
    status, body = call(server, method, **parameters)
    assert status == 200, body
    return body["result"]


def refusal(server: TelegramServer, method: str, **parameters: object) -> str:
    """Calls a method that must be refused as a bad request; returns the description."""
    status, body = call(server, method, **parameters)
    assert (status, body["ok"], body["error_code"]) == (400, False, 400)
    return str(body["description"]).removeprefix("Bad Request: ")
