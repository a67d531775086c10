"""Methods about chats: reading one, reading a member, leaving."""

from __future__ import annotations

from tests.telegram_server.errors import ApiError, RefusedError
from tests.telegram_server.lookup import chat_of
from tests.telegram_server.values import Json
from tests.telegram_server.world import World

GIFTS = (
    "unlimited_gifts",
    "limited_gifts",
    "unique_gifts",
    "premium_subscription",
    "gifts_from_channels",
)
LOOKS = {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": dict.fromkeys(GIFTS, False)}


def get_chat(world: World, parameters: Json) -> Json:
    """Returns a chat as the bot may see it."""
    return chat_of(world, parameters["chat_id"]).json | LOOKS


def get_chat_member(world: World, parameters: Json) -> Json:
    """Returns the membership of a user in a chat."""
    chat, number = chat_of(world, parameters["chat_id"]), parameters["user_id"]
    if number in chat.members:
        return chat.members[number]
    if number not in world.users:
        raise RefusedError("user not found")
    return {"status": "left", "user": world.users[number]}


def leave_chat(world: World, parameters: Json) -> bool:
    """Leaves a group or channel."""
    chat = chat_of(world, parameters["chat_id"])
    kind = chat.json["type"]
    if kind == "private":
        raise RefusedError("chat member status can't be changed in private chats")
    chat.error = ApiError(403, f"Forbidden: bot is not a member of the {kind} chat")
    world.tell_of_membership(chat, world.me, {"status": "member"}, {"status": "left"})
    return True
