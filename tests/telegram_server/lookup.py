"""Finds the chat, topic or message that a call names."""

from __future__ import annotations

from tests.telegram_server.errors import ApiError, RefusedError
from tests.telegram_server.values import Chat, Json
from tests.telegram_server.world import World


def chat_of(world: World, chat_id: int | str) -> Chat:
    """Returns the chat that a call names.

    Raises:
        RefusedError: there is none that the bot may know of.
        ApiError: the bot is not welcome there, or the chat has moved.
    """
    chat = world.chats.get(chat_id) if isinstance(chat_id, int) else None
    if chat is None or chat.hidden:
        raise RefusedError("chat not found")
    if chat.error:
        raise ApiError(chat.error.status, str(chat.error), chat.error.parameters)
    return chat


def topic_of(chat: Chat, parameters: Json) -> int | None:
    """Returns the topic that a call names, if any.

    Raises:
        RefusedError: the chat has no such topic.
    """
    topic: int | None = parameters.get("message_thread_id")
    if topic is not None and topic not in chat.topics:
        raise RefusedError("message thread not found")
    return topic


def standing(chat: Chat, number: int, missing: str) -> Json:
    """Returns a message that was not deleted; `missing` describes the error.

    Raises:
        ApiError: it was deleted, of which a bot is not told.
        RefusedError: there never was one.
    """
    if number not in chat.versions:
        raise RefusedError(missing)
    if number not in chat.messages:
        raise ApiError.bad_request(missing)
    return chat.messages[number]


def answered_message(chat: Chat, reply: Json) -> Json | None:
    """Returns the message that `reply_parameters` name; None if it is gone and the bot allows sending without it.

    Raises:
        ApiError: it was deleted, and the bot does not send without it.
        RefusedError: there never was one.
    """
    if reply.get("chat_id", chat.id) != chat.id:
        raise RefusedError("this server knows of answers within a chat only")
    number = reply["message_id"]
    if number not in chat.messages and reply.get("allow_sending_without_reply"):
        return None
    return standing(chat, number, "message to be replied not found")


def edited_message(world: World, parameters: Json) -> Json:
    """Returns the message that an edit names: by chat and number, or by its inline id.

    Raises:
        ApiError: it was deleted.
        RefusedError: none is named or there never was one, or it is not the bot's.
    """
    if inline := parameters.get("inline_message_id"):
        if inline not in world.inline_messages:
            raise RefusedError("MESSAGE_ID_INVALID")
        chat, number = world.inline_messages[inline]
        return standing(chat, number, "MESSAGE_ID_INVALID")
    if "chat_id" not in parameters or "message_id" not in parameters:
        raise RefusedError("message identifier is not specified")
    chat = chat_of(world, parameters["chat_id"])
    message = standing(chat, parameters["message_id"], "message to edit not found")
    if message["from"] != world.me:
        raise RefusedError("message can't be edited")
    return message
