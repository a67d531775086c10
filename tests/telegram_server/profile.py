"""Methods about the bot itself: identity, descriptions, and menus by scope and language."""

from __future__ import annotations

import re

from tests.telegram_server.errors import RefusedError
from tests.telegram_server.lookup import chat_of
from tests.telegram_server.values import Json, Scope
from tests.telegram_server.world import World

CAPABILITIES = {
    "can_join_groups": True,
    "can_read_all_group_messages": False,
    "supports_inline_queries": True,
}
LONGEST_DESCRIPTION = 512
LONGEST_SHORT_DESCRIPTION = 120


def get_me(world: World, parameters: Json) -> Json:
    """Who the bot is."""
    return world.me | CAPABILITIES


def set_my_commands(world: World, parameters: Json) -> bool:
    """Sets the menu of a scope; an empty one removes it."""
    commands = parameters["commands"]
    if len(commands) > 100:
        raise RefusedError("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
            raise RefusedError("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= 256:
            raise RefusedError("BOT_COMMAND_DESCRIPTION_INVALID")
    key = (_scope(world, parameters), _language(parameters))
    with world.changed:
        world.menus.pop(key, None)
        if commands:
            world.menus[key] = commands
        world.changed.notify_all()
    return True


def delete_my_commands(world: World, parameters: Json) -> bool:
    """Take the menu of a scope away."""
    return set_my_commands(world, {**parameters, "commands": []})


def get_my_commands(world: World, parameters: Json) -> list[Json]:
    """The menu of exactly this scope and language."""
    return world.menus.get((_scope(world, parameters), _language(parameters)), [])


def set_my_description(world: World, parameters: Json) -> bool:
    """Set what an empty chat with the bot shows."""
    return _set_about(world, "description", parameters, LONGEST_DESCRIPTION)


def get_my_description(world: World, parameters: Json) -> Json:
    """What was set for exactly this language."""
    return {"description": world.about.get(("description", _language(parameters)), "")}


def set_my_short_description(world: World, parameters: Json) -> bool:
    """Set what the bot's profile shows."""
    return _set_about(world, "short_description", parameters, LONGEST_SHORT_DESCRIPTION)


def get_my_short_description(world: World, parameters: Json) -> Json:
    """What was set for exactly this language."""
    return {"short_description": world.about.get(("short_description", _language(parameters)), "")}


def _set_about(world: World, name: str, parameters: Json, longest: int) -> bool:
    text = parameters.get(name, "")
    if len(text) > longest:
        raise RefusedError(f"{name} is too long")
    with world.changed:
        world.about[(name, _language(parameters))] = text
    return True


def _language(parameters: Json) -> str:
    language = str(parameters.get("language_code", ""))
    if not re.fullmatch("(?:[a-z]{2})?", language):
        raise RefusedError("invalid language code specified")
    return language


def _scope(world: World, parameters: Json) -> Scope:
    scope = parameters.get("scope", {"type": "default"})
    if "chat_id" in scope:
        chat = chat_of(world, scope["chat_id"])
        if scope["type"] != "chat" and chat.json["type"] == "private":
            raise RefusedError("can't use the specified scope in private chats")
    return (scope["type"], *(scope[name] for name in ("chat_id", "user_id") if name in scope))
