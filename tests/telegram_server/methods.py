"""What the methods do that answer at once, each a function of the world and the checked parameters."""

from __future__ import annotations

import re
from typing import Any

from tests.telegram_server.messages import RefusedError, check_keyboard, read_text
from tests.telegram_server.tables import CHAT_ACTIONS
from tests.telegram_server.world import ApiError, Chat, Json, World


def get_me(world: World, parameters: Json) -> Json:
    """Who the bot is."""
    return world.me


def delete_webhook(world: World, parameters: Json) -> bool:
    """There is none."""
    if parameters.get("drop_pending_updates"):
        world.updates.clear()
    return True


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


def send_chat_action(world: World, parameters: Json) -> bool:
    """Show "typing" and the like."""
    chat = _chat(world, parameters["chat_id"])
    _check_topic(chat, parameters)
    if parameters["action"] not in CHAT_ACTIONS:
        raise RefusedError("wrong parameter action in request")
    return True


def send_message(world: World, parameters: Json) -> Json:
    """Put a message into a chat."""
    chat = _chat(world, parameters["chat_id"])
    content = _content(parameters)
    if topic := _check_topic(chat, parameters):
        content |= {"message_thread_id": topic, "is_topic_message": True}
    if answered := _answered_message(chat, parameters.get("reply_parameters")):
        content["reply_to_message"] = {key: value for key, value in answered.items() if key != "reply_to_message"}
    message = world.new_message(chat, **{"from": world.me}, **content)
    with world.changed:
        chat.from_bot.append(message)
        world.changed.notify_all()
    return message


def edit_message_text(world: World, parameters: Json) -> Json:
    """Change a message of the bot."""
    if "chat_id" not in parameters or "message_id" not in parameters:
        raise RefusedError("message identifier is not specified")
    message = _chat(world, parameters["chat_id"]).messages.get(parameters["message_id"])
    if message is None:
        raise RefusedError("message to edit not found")
    if message["from"] != world.me:
        raise RefusedError("message can't be edited")
    content = _content(parameters)
    if all(message.get(key) == content.get(key) for key in ("text", "entities", "reply_markup")):
        raise RefusedError(
            "message is not modified: specified new message content and reply markup are exactly the same as a "
            "current content and reply markup of the message"
        )
    message.update(content)
    return message


def answer_callback_query(world: World, parameters: Json) -> bool:
    """Answer the press of a button."""
    if len(parameters.get("text", "")) > 200:
        raise RefusedError("MESSAGE_TOO_LONG")
    if parameters["callback_query_id"] not in world.open_callbacks:
        raise RefusedError("query is too old and response timeout expired or query ID is invalid")
    world.open_callbacks.discard(parameters["callback_query_id"])
    return True


ANSWERED_AT_ONCE = {
    "getMe": get_me,
    "deleteWebhook": delete_webhook,
    "setMyCommands": set_my_commands,
    "sendChatAction": send_chat_action,
    "sendMessage": send_message,
    "editMessageText": edit_message_text,
    "answerCallbackQuery": answer_callback_query,
}


def _content(parameters: Json) -> Json:
    text, entities = read_text(parameters.get("text", ""), parameters.get("parse_mode"))
    content: dict[str, Any] = {"text": text}
    if entities:
        content["entities"] = [entity.json() for entity in entities]
    if markup := parameters.get("reply_markup"):
        check_keyboard(markup)
        content["reply_markup"] = markup
    if options := parameters.get("link_preview_options"):
        content["link_preview_options"] = options
    return content


def _chat(world: World, chat_id: int | str) -> Chat:
    chat = world.chats.get(chat_id) if isinstance(chat_id, int) else None
    if chat is None:
        raise RefusedError("chat not found")
    if chat.error:
        raise ApiError(chat.error.status, str(chat.error), chat.error.parameters)
    return chat


def _check_topic(chat: Chat, parameters: Json) -> int | None:
    topic: int | None = parameters.get("message_thread_id")
    if topic is not None and topic not in chat.topics:
        raise RefusedError("message thread not found")
    return topic


def _answered_message(chat: Chat, reply: Json | None) -> Json | None:
    if reply is None:
        return None
    message = chat.messages.get(reply["message_id"])
    if message is None and not reply.get("allow_sending_without_reply"):
        raise RefusedError("message to be replied not found")
    if message and reply.get("quote", "") not in message.get("text", ""):
        raise RefusedError("QUOTE_TEXT_INVALID")
    return message
