"""The server over HTTP, spoken to without any library for bots."""

from __future__ import annotations

import http.client
import threading
from typing import Any

import pytest

from tests.telegram_server import BadGateway, Drop, Hold, Person, Refuse, Reply, TelegramServer
from tests.telegram_server.calling import call, post, refusal, result


def test_bot_is_known_by_its_token_alone(server: TelegramServer) -> None:
    assert result(server, "getMe")["username"] == "hoibao_test_bot"
    assert post(server, "/bot1:wrong/getMe", {}) == (
        401,
        {"ok": False, "error_code": 401, "description": "Unauthorized"},
    )


def test_unknown_method_and_parameter_are_violations(server: TelegramServer) -> None:
    assert call(server, "sendMesage")[0] == 404
    assert refusal(server, "getMe", verbose=1) == "getMe has no parameter verbose"
    assert server.world.violations == ["there is no method sendMesage", "getMe: getMe has no parameter verbose"]


def test_message_comes_back_with_entities(server: TelegramServer, alice: Person) -> None:
    said = alice.says("Ai?")
    content = {"text": "<b>A</b>", "parse_mode": "HTML", "reply_parameters": {"message_id": said.id}}
    sent = result(server, "sendMessage", chat_id=alice.chat.id, **content)
    assert alice.hears() == Reply(sent)
    assert (sent["text"], sent["entities"]) == ("A", [{"type": "bold", "offset": 0, "length": 1}])
    assert sent["reply_to_message"]["message_id"] == said.id
    assert server.world.violations == []


def test_refusals_are_violations(server: TelegramServer, alice: Person) -> None:
    chat = alice.chat.id
    assert refusal(server, "sendMessage", chat_id=77, text="a") == "chat not found"
    assert refusal(server, "sendMessage", chat_id=chat, text="a", message_thread_id=5) == "message thread not found"
    assert refusal(server, "sendMessage", chat_id=chat, text="a", reply_parameters={"message_id": 99}) == (
        "message to be replied not found"
    )
    assert refusal(server, "sendMessage", chat_id=chat, text="1 < 2", parse_mode="HTML").startswith("can't parse")
    assert refusal(server, "sendMessage", chat_id=chat, text="a" * 4097) == "message is too long"
    assert refusal(server, "sendChatAction", chat_id=chat, action="dance").startswith("wrong parameter action")
    assert refusal(server, "setMyCommands", commands=[{"command": "Hỏi", "description": "x"}]) == "BOT_COMMAND_INVALID"
    assert len(server.world.violations) == 7


def test_blocked_and_gone_are_no_violations(server: TelegramServer, alice: Person) -> None:
    bob = server.person("Bob")
    alice.blocks_the_bot()
    bob.deletes_the_account()
    status, body = call(server, "sendMessage", chat_id=alice.chat.id, text="a")
    assert (status, body["description"]) == (403, "Forbidden: bot was blocked by the user")
    assert refusal(server, "sendMessage", chat_id=bob.chat.id, text="a") == "chat not found"
    assert server.world.violations == []


def test_updates_wait_until_they_are_confirmed(server: TelegramServer, alice: Person) -> None:
    said = [alice.says(text) for text in ("Một", "Hai", "Ba")]
    assert [update["message"]["text"] for update in result(server, "getUpdates", limit=2)] == ["Một", "Hai"]
    assert len(result(server, "getUpdates")) == 3
    left = result(server, "getUpdates", offset=said[1].update_id + 1)
    assert [update["update_id"] for update in left] == [said[2].update_id]
    assert len(result(server, "getUpdates", offset=-1)) == 1
    assert result(server, "getUpdates", offset=said[2].update_id + 1) == []


def test_long_poll_ends_when_something_arrives(server: TelegramServer, alice: Person) -> None:
    polled: list[Any] = []
    poll = threading.Thread(target=lambda: polled.extend(result(server, "getUpdates", timeout=30)))
    poll.start()
    server.wait_for_calls("getUpdates")
    alice.says("Ai?")
    poll.join()
    assert [update["message"]["text"] for update in polled] == ["Ai?"]


def test_second_poll_ends_the_first_with_a_conflict(server: TelegramServer) -> None:
    ended: list[Any] = []
    first = threading.Thread(target=lambda: ended.append(call(server, "getUpdates", timeout=30)))
    first.start()
    server.wait_for_calls("getUpdates")
    assert result(server, "getUpdates", timeout=0) == []
    first.join()
    status, body = ended[0]
    assert status == 409
    assert body["description"].startswith("Conflict: terminated by other getUpdates request")


def test_another_program_ends_the_poll_that_waits_or_the_next_one(server: TelegramServer) -> None:
    ended: list[Any] = []
    poll = threading.Thread(target=lambda: ended.append(call(server, "getUpdates", timeout=30)))
    poll.start()
    server.wait_for_calls("getUpdates")
    server.another_program_polls()
    poll.join()
    server.another_program_polls()
    ended += [call(server, "getUpdates"), call(server, "getUpdates")]
    assert [status for status, _ in ended] == [409, 409, 200]


def test_only_the_kinds_that_were_asked_for_are_delivered(server: TelegramServer, alice: Person) -> None:
    result(server, "getUpdates", allowed_updates=["message"])
    alice.edits(alice.says("Ai?"), "Ai đó?")
    server.channel().posts("Tin")
    assert [set(update) for update in result(server, "getUpdates")] == [{"update_id", "message"}]


def test_poll_out_of_range_is_refused(server: TelegramServer) -> None:
    for parameters in ({"limit": 0}, {"limit": 101}, {"timeout": -1}, {"allowed_updates": ["messages"]}):
        assert refusal(server, "getUpdates", **parameters) == "limit, timeout or allowed_updates out of range"


def test_faults_come_once_each_and_in_order(server: TelegramServer) -> None:
    server.will("getMe", Refuse.too_many_requests(7), BadGateway(), Drop(), Drop(carried_out=True))
    status, body = call(server, "getMe")
    assert (status, body["parameters"]) == (429, {"retry_after": 7})
    status, page = call(server, "getMe")
    assert (status, page[:6]) == (502, "<html>")
    for carried_out in (0, 1):
        with pytest.raises((http.client.RemoteDisconnected, ConnectionError)):
            call(server, "getMe")
        assert len(server.calls("getMe")) == carried_out
    assert call(server, "getMe")[0] == 200


def test_slow_answer_is_carried_out_at_once(server: TelegramServer, alice: Person) -> None:
    slow = Hold()
    server.will("sendMessage", slow)
    answered: list[Any] = []
    caller = threading.Thread(
        target=lambda: answered.append(call(server, "sendMessage", chat_id=alice.chat.id, text="A"))
    )
    caller.start()
    assert alice.hears().text == "A"
    assert answered == []
    slow.release.set()
    caller.join()
    assert answered[0][0] == 200
