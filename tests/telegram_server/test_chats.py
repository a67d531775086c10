"""Reading and leaving chats; editing and deleting messages."""

from __future__ import annotations

from typing import Any

import pytest

from tests.telegram_server import Person, TelegramServer
from tests.telegram_server.calling import call, refusal, result

Json = dict[str, Any]
KEYBOARD = {"inline_keyboard": [[{"text": "Thêm", "callback_data": "1"}]]}


def test_chat_and_its_members_can_be_read(server: TelegramServer, alice: Person) -> None:
    group, bob = server.group(), server.person("Bob")
    alice.says("Chào", to=group)
    bob.leads(group)
    assert result(server, "getChat", chat_id=group.chat.id)["title"] == "Nhóm đọc báo"
    assert result(server, "getChat", chat_id=alice.chat.id)["first_name"] == "Alice"
    people = [alice, bob, server.person("Carol")]
    members = [result(server, "getChatMember", chat_id=group.chat.id, user_id=person.user["id"]) for person in people]
    assert [member["status"] for member in members] == ["member", "administrator", "left"]
    assert [member["user"] for member in members] == [person.user for person in people]
    assert refusal(server, "getChatMember", chat_id=group.chat.id, user_id=1) == "user not found"
    assert refusal(server, "getChat", chat_id=1) == "chat not found"


def test_bot_that_has_left_a_group_is_out(server: TelegramServer) -> None:
    group = server.group()
    assert result(server, "leaveChat", chat_id=group.chat.id) is True
    (update,) = result(server, "getUpdates")
    assert update["my_chat_member"]["new_chat_member"]["status"] == "left"
    status, body = call(server, "sendMessage", chat_id=group.chat.id, text="A")
    assert (status, body["description"]) == (403, "Forbidden: bot is not a member of the supergroup chat")
    assert server.world.violations == []


def test_private_chat_cannot_be_left(server: TelegramServer, alice: Person) -> None:
    assert refusal(server, "leaveChat", chat_id=alice.chat.id).startswith("chat member status can't be changed")


def test_buttons_alone_are_changed_and_taken_away(server: TelegramServer, alice: Person) -> None:
    text = {"text": "<b>A</b>", "parse_mode": "HTML", "reply_markup": KEYBOARD}
    message = result(server, "sendMessage", chat_id=alice.chat.id, **text)
    place = {"chat_id": alice.chat.id, "message_id": message["message_id"]}
    reply = alice.hears()
    assert refusal(server, "editMessageReplyMarkup", reply_markup=KEYBOARD, **place).startswith("message is not mod")
    other = {"inline_keyboard": [[{"text": "Lùi", "callback_data": "1"}]]}
    result(server, "editMessageReplyMarkup", reply_markup=other, **place)
    changed = alice.waits_for_edit(reply)
    assert (changed.buttons, changed.marked("bold")) == ([["Lùi"]], ["A"])
    result(server, "editMessageReplyMarkup", reply_markup={"inline_keyboard": []}, **place)
    bare = alice.waits_for_edit(changed)
    assert (bare.buttons, bare.text) == ([], "A")
    assert refusal(server, "editMessageReplyMarkup", **place).startswith("message is not modified")
    assert server.world.violations == []


def test_message_is_taken_away_once(server: TelegramServer, alice: Person) -> None:
    message = result(server, "sendMessage", chat_id=alice.chat.id, text="A")
    place = {"chat_id": alice.chat.id, "message_id": message["message_id"]}
    assert result(server, "deleteMessage", **place) is True
    alice.waits_until_gone(alice.hears())
    assert refusal(server, "deleteMessage", **place) == "message to delete not found"
    assert server.world.violations == []
    assert refusal(server, "deleteMessage", chat_id=alice.chat.id, message_id=99) == "message to delete not found"
    assert len(server.world.violations) == 1


@pytest.mark.parametrize("in_group", [False, True])
def test_messages_of_others_are_taken_away_in_private_chats_only(
    server: TelegramServer, alice: Person, in_group: bool
) -> None:
    said = alice.says("Ai?", to=server.group() if in_group else None)
    place = {"chat_id": said.json["chat"]["id"], "message_id": said.id}
    if in_group:
        assert refusal(server, "deleteMessage", **place) == "message can't be deleted"
    else:
        assert result(server, "deleteMessage", **place) is True
