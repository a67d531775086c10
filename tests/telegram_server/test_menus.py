"""Commands by scope and language, and the bot's descriptions."""

from __future__ import annotations

from typing import Any

import pytest

from tests.telegram_server import Person, TelegramServer
from tests.telegram_server.calling import refusal, result

Json = dict[str, Any]
DEFAULT = {"type": "default"}
PRIVATE = {"type": "all_private_chats"}
GROUPS = {"type": "all_group_chats"}
ADMINISTRATORS = {"type": "all_chat_administrators"}


def commands(name: str) -> list[Json]:
    return [{"command": name, "description": "Mô tả"}]


def set_commands(server: TelegramServer, name: str, scope: Json | None = None, language: str = "") -> None:
    more = {"scope": scope} if scope else {}
    assert result(server, "setMyCommands", commands=commands(name), language_code=language, **more) is True


def delete(server: TelegramServer, scope: Json, language: str = "") -> None:
    assert result(server, "deleteMyCommands", scope=scope, language_code=language) is True


def test_menu_in_private_is_that_of_the_narrowest_scope_and_then_of_the_language(
    server: TelegramServer, alice: Person
) -> None:
    bob = server.person("Bob", language="en-GB")
    bobs: Json = {"type": "chat", "chat_id": bob.chat.id}
    order: list[tuple[Json, str]] = [
        (bobs, "en"),
        (bobs, ""),
        (PRIVATE, "en"),
        (PRIVATE, ""),
        (DEFAULT, "en"),
        (DEFAULT, ""),
    ]
    for number, (scope, language) in enumerate(order):
        set_commands(server, f"c{number}", scope, language)
    set_commands(server, "group", GROUPS)
    set_commands(server, "french", PRIVATE, "fr")
    assert server.menu_of(alice) == commands("c3")
    for number, (scope, language) in enumerate(order):
        assert server.menu_of(bob) == commands(f"c{number}")
        delete(server, scope, language)
    assert server.menu_of(bob) == []


def test_menu_in_a_group_follows_the_documented_order(server: TelegramServer, alice: Person) -> None:
    group, bob = server.group(), server.person("Bob", language="en")
    bob.leads(group)
    here = {"chat_id": group.chat.id}
    order = [
        {"type": "chat_member", "user_id": bob.user["id"], **here},
        {"type": "chat_administrators", **here},
        {"type": "chat", **here},
        ADMINISTRATORS,
        GROUPS,
        DEFAULT,
    ]
    for number, scope in enumerate(order):
        set_commands(server, f"c{number}", scope)
        set_commands(server, f"c{number}_en", scope, "en")
    set_commands(server, "private", PRIVATE)
    assert server.menu_of(alice, group) == commands("c2")
    delete(server, order[2])
    assert server.menu_of(alice, group) == commands("c4")
    set_commands(server, "c2", order[2])
    for number, scope in enumerate(order):
        assert server.menu_of(bob, group) == commands(f"c{number}_en")
        delete(server, scope, "en")
        assert server.menu_of(bob, group) == commands(f"c{number}")
        delete(server, scope)
    assert server.menu_of(bob, group) == []


def test_commands_are_read_back_by_exact_scope_and_language(server: TelegramServer) -> None:
    set_commands(server, "a", PRIVATE, "en")
    assert result(server, "getMyCommands", scope=PRIVATE, language_code="en") == commands("a")
    assert result(server, "getMyCommands", scope=PRIVATE) == []
    assert result(server, "getMyCommands", language_code="en") == []
    result(server, "setMyCommands", commands=[], scope=PRIVATE, language_code="en")
    assert result(server, "getMyCommands", scope=PRIVATE, language_code="en") == []


@pytest.mark.parametrize(
    ("parameters", "description"),
    [
        ({"commands": commands("Hỏi")}, "BOT_COMMAND_INVALID"),
        ({"commands": commands("a" * 33)}, "BOT_COMMAND_INVALID"),
        ({"commands": [{"command": "a", "description": ""}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ({"commands": [{"command": "a", "description": "a" * 257}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ({"commands": commands("a") * 101}, "BOT_COMMANDS_TOO_MUCH"),
        ({"language_code": "vie"}, "invalid language code specified"),
        ({"scope": {"type": "chat", "chat_id": 77}}, "chat not found"),
        ({"scope": {"type": "chat"}}, "setMyCommands.scope needs chat_id"),
        ({"scope": {"type": "default", "chat_id": 77}}, "BotCommandScopeDefault has no field chat_id"),
        ({"scope": {"type": "everybody"}}, "setMyCommands.scope is {'type': 'everybody'}, not BotCommandScope"),
        ({"scope": {"type": "chat_administrators", "chat_id": 1001}}, "can't use the specified scope in private"),
        ({"scope": {"type": "chat_member", "chat_id": 1001, "user_id": 1001}}, "can't use the specified scope"),
    ],
)
def test_commands_that_are_not_legal_are_refused(
    server: TelegramServer, alice: Person, parameters: Json, description: str
) -> None:
    assert alice.chat.id == 1001
    call: Json = {"commands": commands("a"), **parameters}
    assert refusal(server, "setMyCommands", **call).startswith(description)


def test_commands_that_are_just_legal_are_accepted(server: TelegramServer, alice: Person) -> None:
    most = [{"command": f"{'a' * 29}_{number:02}", "description": "ạ" * 256} for number in range(100)]
    result(server, "setMyCommands", commands=most, language_code="vi")
    assert server.menu_of(server.person("Bob", language="vi")) == most
    assert server.menu_of(alice) == []


def test_description_is_that_of_the_language_of_the_reader(server: TelegramServer, alice: Person) -> None:
    bob = server.person("Bob", language="en")
    result(server, "setMyDescription", description="ạ" * 512)
    result(server, "setMyDescription", description="English", language_code="en")
    result(server, "setMyShortDescription", short_description="ạ" * 120)
    assert (server.description_for(alice), server.description_for(bob)) == ("ạ" * 512, "English")
    assert (server.short_description_for(alice), server.short_description_for(bob)) == ("ạ" * 120, "ạ" * 120)
    assert result(server, "getMyDescription", language_code="en") == {"description": "English"}
    assert result(server, "getMyShortDescription", language_code="en") == {"short_description": ""}
    result(server, "setMyDescription", language_code="en")
    assert server.description_for(bob) == "ạ" * 512


def test_descriptions_that_are_too_long_are_refused(server: TelegramServer) -> None:
    assert refusal(server, "setMyDescription", description="a" * 513) == "description is too long"
    assert refusal(server, "setMyShortDescription", short_description="a" * 121) == "short_description is too long"
    assert refusal(server, "setMyDescription", language_code="english") == "invalid language code specified"
