"""Updates that are posted to a webhook."""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest

from tests.telegram_server import Drop, Person, TelegramServer
from tests.telegram_server.calling import call, refusal, result

Json = dict[str, Any]
HEADER = "X-Telegram-Bot-Api-Secret-Token"


class Receiver(BaseHTTPRequestHandler):
    """A bot's end of a webhook: takes nothing that says `refused`; answers with what is due in `statuses`, then 200."""

    got: ClassVar[queue.Queue[tuple[str | None, Json]]]
    statuses: ClassVar[list[int]]
    refused: ClassVar[str]

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        due = self.statuses.pop(0) if self.statuses else 200
        self.got.put((self.headers[HEADER], body))  # before answering: the next update then comes in another thread
        self.send_response(500 if body["message"]["text"] == self.refused else due)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def receiver() -> Iterator[str]:
    """Its address."""
    Receiver.got, Receiver.statuses, Receiver.refused = queue.Queue(), [], ""
    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/telegram"
        server.shutdown()
        thread.join()


def received() -> tuple[str | None, Json]:
    return Receiver.got.get(timeout=30)


def texts(count: int) -> list[str]:
    return [received()[1]["message"]["text"] for _ in range(count)]


def test_updates_are_posted_with_the_secret(server: TelegramServer, alice: Person, receiver: str) -> None:
    secret = "aZ09_-" * 42 + "abcd"
    assert result(server, "setWebhook", url=receiver, secret_token=secret) is True
    said = alice.says("Ai?")
    assert received() == (secret, {"update_id": said.update_id, "message": said.json})
    server.wait_until_fetched()


def test_without_a_secret_there_is_no_header(server: TelegramServer, alice: Person, receiver: str) -> None:
    result(server, "setWebhook", url=receiver)
    alice.says("Ai?")
    assert received()[0] is None


def test_what_waited_before_is_posted_in_the_order_of_each_chat(
    server: TelegramServer, alice: Person, receiver: str
) -> None:
    for number in range(5):
        alice.says(f"Câu {number}")
    result(server, "setWebhook", url=receiver)
    assert texts(5) == [f"Câu {number}" for number in range(5)]


def test_update_that_is_not_taken_is_posted_again_before_the_next(
    server: TelegramServer, alice: Person, receiver: str
) -> None:
    Receiver.statuses = [500, 302, 503]
    result(server, "setWebhook", url=receiver)
    alice.says("Một")
    alice.says("Hai")
    assert texts(5) == ["Một", "Một", "Một", "Một", "Hai"]
    server.wait_until_fetched()
    info = result(server, "getWebhookInfo")
    assert info["last_error_message"] == "Wrong response from the webhook: 503 Service Unavailable"


def test_chat_whose_update_is_not_taken_holds_up_no_other(server: TelegramServer, alice: Person, receiver: str) -> None:
    Receiver.refused = "Một"
    result(server, "setWebhook", url=receiver)
    alice.says("Một")
    assert texts(1) == ["Một"]
    server.person("Bob").says("Hai")
    while texts(1) != ["Hai"]:
        pass
    assert [update["message"]["text"] for update in server.world.updates][:1] == ["Một"]
    Receiver.refused = ""
    server.wait_until_fetched()


def test_answer_that_is_lost_means_the_update_comes_again(server: TelegramServer, alice: Person, receiver: str) -> None:
    server.will("webhook", Drop(), Drop(carried_out=True))
    result(server, "setWebhook", url=receiver)
    alice.says("Ai?")
    assert texts(2) == ["Ai?", "Ai?"]
    server.wait_until_fetched()
    assert result(server, "getWebhookInfo")["last_error_message"] == "Read timeout expired"


def test_only_kinds_that_were_asked_for_are_posted(server: TelegramServer, alice: Person, receiver: str) -> None:
    result(server, "setWebhook", url=receiver, allowed_updates=["message"])
    alice.edits(alice.says("Một"), "Một!")
    alice.says("Hai")
    assert texts(2) == ["Một", "Hai"]
    assert result(server, "getWebhookInfo")["allowed_updates"] == ["message"]


def test_polling_and_a_webhook_exclude_each_other(server: TelegramServer, alice: Person, receiver: str) -> None:
    ended: list[Any] = []
    poll = threading.Thread(target=lambda: ended.append(call(server, "getUpdates", timeout=30)))
    poll.start()
    server.wait_for_calls("getUpdates")
    result(server, "setWebhook", url=receiver)
    poll.join()
    status, body = ended[0]
    assert (status, body["description"]) == (409, "Conflict: terminated by setWebhook request")
    status, body = call(server, "getUpdates")
    assert status == 409
    assert body["description"].startswith("Conflict: can't use getUpdates method while webhook is active")
    result(server, "deleteWebhook")
    alice.says("Ai?")
    assert len(result(server, "getUpdates")) == 1
    assert Receiver.got.empty()
    assert server.world.violations == []


@pytest.mark.parametrize("method", ["setWebhook", "deleteWebhook"])
def test_what_waits_is_dropped_on_demand(server: TelegramServer, alice: Person, receiver: str, method: str) -> None:
    alice.says("Ai?")
    address = {"url": receiver} if method == "setWebhook" else {}
    result(server, method, drop_pending_updates=True, **address)
    assert result(server, "getWebhookInfo")["pending_update_count"] == 0


def test_webhook_info_tells_what_waits_and_what_went_wrong(server: TelegramServer, alice: Person) -> None:
    none = {"url": "", "has_custom_certificate": False, "pending_update_count": 0}
    assert result(server, "getWebhookInfo") == none
    result(server, "setWebhook", url="http://127.0.0.1:1/nobody", max_connections=100)
    alice.says("Ai?")
    webhook = server.world.webhook
    assert webhook
    server.world.wait_until(lambda: bool(webhook.last_error), "a delivery that fails")
    info = result(server, "getWebhookInfo")
    assert (info["url"], info["pending_update_count"], info["max_connections"]) == ("http://127.0.0.1:1/nobody", 1, 100)
    assert info["last_error_message"].startswith("Connection failed")
    result(server, "setWebhook", url="")
    assert result(server, "getWebhookInfo") == {**none, "pending_update_count": 1}


@pytest.mark.parametrize(
    ("parameters", "description"),
    [
        ({"url": "http://bot.example/x"}, "bad webhook"),
        ({"url": "https://bot.example:8080/x"}, "bad webhook"),
        ({"url": "https://bot.example:port/x"}, "bad webhook"),
        ({"url": "bot.example"}, "bad webhook"),
        ({"secret_token": ""}, "secret token contains unallowed characters"),
        ({"secret_token": "a" * 257}, "secret token contains unallowed characters"),
        ({"secret_token": "bí mật"}, "secret token contains unallowed characters"),
        ({"max_connections": 0}, "max_connections or allowed_updates out of range"),
        ({"max_connections": 101}, "max_connections or allowed_updates out of range"),
        ({"allowed_updates": ["messages"]}, "max_connections or allowed_updates out of range"),
        ({"certificate": "x"}, "setWebhook.certificate is 'x', not a file"),
    ],
)
def test_webhooks_that_are_not_legal_are_refused(server: TelegramServer, parameters: Json, description: str) -> None:
    call: Json = {"url": "http://localhost:1/x", **parameters}
    assert refusal(server, "setWebhook", **call).startswith(description)
    assert result(server, "getWebhookInfo")["url"] == ""


def test_public_address_on_a_port_of_telegram_is_accepted(server: TelegramServer) -> None:
    for url in ("https://bot.example/x", "https://bot.example:8443/x"):
        result(server, "setWebhook", url=url)
        assert result(server, "getWebhookInfo")["url"] == url
