"""Selects the command menu that a user sees: the first set one in Telegram's documented order."""

from __future__ import annotations

from tests.telegram_server.values import Chat, Json, Scope
from tests.telegram_server.world import World

ADMINISTRATORS = ("administrator", "creator")


def menu_in(world: World, chat: Chat, user: Json) -> list[Json]:
    """Returns the commands that a user is offered in a chat."""
    languages = [user.get("language_code", "").partition("-")[0], ""]
    menus = (world.menus.get((scope, language)) for scope in _scopes(chat, user) for language in languages)
    return next((menu for menu in menus if menu), [])


def text_about(world: World, name: str, user: Json) -> str:
    """Returns the `description` or `short_description` in the user's language."""
    language = user.get("language_code", "").partition("-")[0]
    return world.about.get((name, language)) or world.about.get((name, ""), "")


def _scopes(chat: Chat, user: Json) -> list[Scope]:
    if chat.json["type"] == "private":
        return [("chat", chat.id), ("all_private_chats",), ("default",)]
    administers = chat.members.get(user["id"], {}).get("status") in ADMINISTRATORS
    of_administrators: list[list[Scope]] = [[("chat_administrators", chat.id)], [("all_chat_administrators",)]]
    here, everywhere = of_administrators if administers else [[], []]
    member: Scope = ("chat_member", chat.id, user["id"])
    return [member, *here, ("chat", chat.id), *everywhere, ("all_group_chats",), ("default",)]
