"""Methods about the bot itself: who it is, and its menu."""

from __future__ import annotations

import re

from tests.telegram_server.errors import RefusedError
from tests.telegram_server.world import Json, World


def get_me(world: World, parameters: Json) -> Json:
    """Who the bot is."""
    return world.me


def set_my_commands(world: World, parameters: Json) -> bool:
    """Set the menu."""
    commands = parameters["commands"]
    if len(commands) > 100:
        raise RefusedError("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]):
            raise RefusedError("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"]) <= 256:
            raise RefusedError("BOT_COMMAND_DESCRIPTION_INVALID")
    world.menu = commands
    return True


def delete_webhook(world: World, parameters: Json) -> bool:
    """There is none."""
    if parameters.get("drop_pending_updates"):
        world.updates.clear()
    return True
