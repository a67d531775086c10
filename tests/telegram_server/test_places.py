"""A bot that is blocked, removed and added again; a group that moves."""

from __future__ import annotations

from typing import Any

import pytest

from tests.telegram_server import Person, TelegramServer
from tests.telegram_server.calling import call, result

Json = dict[str, Any]


def memberships(server: TelegramServer) -> list[tuple[str, str]]:
    told = [update["my_chat_member"] for update in result(server, "getUpdates") if "my_chat_member" in update]
    return [(update["old_chat_member"]["status"], update["new_chat_member"]["status"]) for update in told]


def attempt(server: TelegramServer, chat_id: int) -> tuple[int, str]:
    status, body = call(server, "sendMessage", chat_id=chat_id, text="A")
    return status, body.get("description", "")


def test_bot_that_is_blocked_may_write_again_when_it_is_let(server: TelegramServer, alice: Person) -> None:
    alice.blocks_the_bot()
    assert attempt(server, alice.chat.id) == (403, "Forbidden: bot was blocked by the user")
    alice.unblocks_the_bot()
    assert attempt(server, alice.chat.id) == (200, "")
    assert memberships(server) == [("member", "kicked"), ("kicked", "member")]
    assert server.world.violations == []


def test_bot_hears_of_being_blocked_only_if_it_has_asked(server: TelegramServer, alice: Person) -> None:
    result(server, "getUpdates", allowed_updates=["message"])
    alice.blocks_the_bot()
    alice.unblocks_the_bot()
    assert result(server, "getUpdates") == []


def test_message_to_a_deleted_account_is_refused_but_breaks_no_rule(server: TelegramServer, alice: Person) -> None:
    alice.deletes_the_account()
    assert attempt(server, alice.chat.id) == (400, "Bad Request: chat not found")
    assert server.world.violations == []


def test_bot_is_put_out_of_a_group_and_taken_in_again(server: TelegramServer, alice: Person) -> None:
    group = server.group()
    alice.removes_the_bot(group)
    assert attempt(server, group.chat.id) == (403, "Forbidden: bot was kicked from the supergroup chat")
    alice.adds_the_bot(group)
    assert attempt(server, group.chat.id) == (200, "")
    assert memberships(server) == [("member", "kicked"), ("left", "member")]
    assert result(server, "getUpdates")[-1]["message"]["new_chat_members"] == [server.world.me]


def test_deep_link_starts_a_chat_with_its_payload(alice: Person) -> None:
    payload = "aZ09_-" * 10 + "abcd"
    said = alice.follows(f"https://t.me/hoibao_test_bot?start={payload}")
    assert said.json["text"] == f"/start {payload}"
    assert said.json["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]


@pytest.mark.parametrize(
    "link",
    [
        "https://t.me/hoibao_test_bot?start=" + "a" * 65,
        "https://t.me/hoibao_test_bot?start=",
        "https://t.me/hoibao_test_bot?start=gi%C3%A1",
        "https://t.me/other_bot?start=a",
    ],
)
def test_link_that_does_not_start_a_chat_fails_the_test(alice: Person, link: str) -> None:
    with pytest.raises(AssertionError, match="does not start a chat"):
        alice.follows(link)


def test_group_that_moves_tells_in_both_places_and_sends_on(server: TelegramServer) -> None:
    old, new = server.group(), server.group()
    old.becomes(new)
    status, body = call(server, "sendMessage", chat_id=old.chat.id, text="A")
    assert (status, body["parameters"]) == (400, {"migrate_to_chat_id": new.chat.id})
    told = [update["message"] for update in result(server, "getUpdates")]
    assert [(message["chat"]["id"], message.get("migrate_to_chat_id")) for message in told] == [
        (old.chat.id, new.chat.id),
        (new.chat.id, None),
    ]
    assert told[1]["migrate_from_chat_id"] == old.chat.id
    assert server.world.violations == []
