"""Files: sent by people, fetched by the bot, and the other way round."""

from __future__ import annotations

import http.client
import json
from typing import Any

import pytest

from tests.telegram_server import BadGateway, Person, TelegramServer
from tests.telegram_server.calling import post, refusal, result
from tests.telegram_server.check import WrongCallError, checked
from tests.telegram_server.errors import ApiError, RefusedError
from tests.telegram_server.files import LARGEST_DOWNLOAD_BYTES, LARGEST_UPLOAD_BYTES, send_document
from tests.telegram_server.values import Upload
from tests.telegram_server.world import World

Json = dict[str, Any]


def upload(server: TelegramServer, name: str, content: bytes, **parameters: object) -> tuple[int, Json]:
    """Call sendDocument with a form of several parts."""
    parts = [
        f'--x\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n' for key, value in parameters.items()
    ]
    head = f'--x\r\nContent-Disposition: form-data; name="document"; filename="{name}"\r\n\r\n'
    body = ("".join(parts) + head).encode() + content + b"\r\n--x--\r\n"
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=30)
    try:
        headers = {"Content-Type": "multipart/form-data; boundary=x"}
        connection.request("POST", f"/bot{server.token}/sendDocument", body, headers)
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()


def fetched(server: TelegramServer, path: str) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"), timeout=30)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def test_file_of_a_person_is_fetched(server: TelegramServer, alice: Person) -> None:
    alice.sends_document("bài báo.txt", "Tin mới".encode(), "Bài này")
    (update,) = result(server, "getUpdates")
    document = update["message"]["document"]
    assert (document["file_name"], document["mime_type"], document["file_size"]) == ("bài báo.txt", "text/plain", 9)
    assert update["message"]["caption"] == "Bài này"
    file = result(server, "getFile", file_id=document["file_id"])
    assert fetched(server, f"/file/bot{server.token}/{file['file_path']}") == (200, "Tin mới".encode())


def test_fetching_can_fail(server: TelegramServer, alice: Person) -> None:
    said = alice.sends_document("a.txt", b"a")
    path = result(server, "getFile", file_id=said.json["document"]["file_id"])["file_path"]
    assert fetched(server, f"/file/bot1:wrong/{path}")[0] == 401
    assert fetched(server, f"/file/bot{server.token}/documents/none.txt")[0] == 404
    server.will("download", BadGateway())
    assert fetched(server, f"/file/bot{server.token}/{path}")[0] == 502
    assert fetched(server, f"/file/bot{server.token}/{path}")[0] == 200


def test_large_file_of_a_person_cannot_be_fetched_which_breaks_no_rule(server: TelegramServer, alice: Person) -> None:
    sizes = (LARGEST_DOWNLOAD_BYTES, LARGEST_DOWNLOAD_BYTES + 1)
    fits, large = (alice.sends_document("a.jsonl", bytes(size)).json["document"] for size in sizes)
    assert result(server, "getFile", file_id=fits["file_id"])["file_size"] == LARGEST_DOWNLOAD_BYTES
    assert refusal(server, "getFile", file_id=large["file_id"]) == "file is too big"
    assert server.world.violations == []


def test_unknown_file_is_refused(server: TelegramServer) -> None:
    assert refusal(server, "getFile", file_id="x").startswith("wrong file_id")
    assert len(server.world.violations) == 1


def test_file_of_the_bot_is_opened(server: TelegramServer, alice: Person) -> None:
    keyboard = json.dumps({"inline_keyboard": [[{"text": "Thêm", "callback_data": "1"}]]})
    more = {"caption": "<b>Tệp</b>", "parse_mode": "HTML", "reply_markup": keyboard}
    status, body = upload(server, "a.zip", b"\x00\r\n\xff", chat_id=alice.chat.id, **more)
    assert status == 200, body
    reply = alice.hears()
    assert (reply.document["file_name"], alice.opens(reply)) == ("a.zip", b"\x00\r\n\xff")
    assert (reply.text, reply.marked("bold"), reply.buttons) == ("Tệp", ["Tệp"], [["Thêm"]])
    again = result(server, "sendDocument", chat_id=alice.chat.id, document=reply.document["file_id"])
    assert again["document"]["file_name"] == "a.zip"
    assert alice.opens(alice.hears()) == b"\x00\r\n\xff"


@pytest.mark.parametrize(
    ("content", "caption", "description"),
    [(b"", "", "file must be non-empty"), (b"a", "a" * 1025, "message caption is too long")],
)
def test_files_that_are_not_legal_are_refused(
    server: TelegramServer, alice: Person, content: bytes, caption: str, description: str
) -> None:
    status, body = upload(server, "a.txt", content, chat_id=alice.chat.id, caption=caption)
    assert (status, body["description"]) == (400, f"Bad Request: {description}")


def test_caption_that_is_just_legal_is_accepted(server: TelegramServer, alice: Person) -> None:
    assert upload(server, "a.txt", b"a", chat_id=alice.chat.id, caption="a" * 1024)[0] == 200


def test_file_that_is_too_large_is_refused() -> None:
    world = World()
    chat = world.new_chat(type="private", first_name="Alice")
    with pytest.raises(ApiError, match="Request Entity Too Large"):
        send_document(world, {"chat_id": chat.id, "document": Upload("a", bytes(LARGEST_UPLOAD_BYTES + 1))})
    assert send_document(world, {"chat_id": chat.id, "document": Upload("a", bytes(LARGEST_UPLOAD_BYTES))})


def test_file_and_text_in_place_of_each_other_are_refused(server: TelegramServer) -> None:
    with pytest.raises(WrongCallError, match=r"sendDocument.caption is a file, not String"):
        checked("sendDocument", {"chat_id": "1", "document": "x", "caption": Upload("a", b"a")})
    with pytest.raises(RefusedError, match="wrong file_id"):
        send_document(World(), {"chat_id": 1, "document": "https://bao.vn/a.txt"})
    assert post(server, f"/bot{server.token}/sendDocument", {"chat_id": 1})[0] == 400
