"""What the methods do that answer at once, each a function of the world and the checked parameters."""

from __future__ import annotations

import re
from typing import Any

from tests.telegram_server.messages import check_keyboard, read_text
from tests.telegram_server.tables import CHAT_ACTIONS
from tests.telegram_server.world import NOW, ApiError, Chat, Json, RefusedError, World

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content "
    "and reply markup of the message"
)


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
    """Change a message of the bot; without `reply_markup`, its buttons go."""
    message = _editable(world, parameters)
    content = _content(parameters)
    if all(message.get(key) == content.get(key) for key in ("text", "entities", "reply_markup")):
        # No broken rule: of two taps in a row, the second may well ask for what is there already.
        raise ApiError(400, f"Bad Request: {NOT_MODIFIED}")
    kept = {key: value for key, value in message.items() if key not in EDITED}
    edited = {**kept, "edit_date": NOW, **content}
    world.replace_message(edited)
    return edited


def answer_callback_query(world: World, parameters: Json) -> bool:
    """Answer the tap of a button."""
    if len(parameters.get("text", "")) > 200:
        raise RefusedError("MESSAGE_TOO_LONG")
    if "url" in parameters:
        raise RefusedError("URL_INVALID")
    world.answer_query(parameters["callback_query_id"], parameters)
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


EDITED = ("text", "entities", "reply_markup", "link_preview_options")


def _editable(world: World, parameters: Json) -> Json:
    if "chat_id" not in parameters or "message_id" not in parameters:
        raise RefusedError("message identifier is not specified")
    chat, number = _chat(world, parameters["chat_id"]), parameters["message_id"]
    message = _standing(chat, number, "message to edit not found")
    if message["from"] != world.me:
        raise RefusedError("message can't be edited")
    return message


def _standing(chat: Chat, number: int, missing: str) -> Json:
    """The message, if it is still there.

    Raises:
        ApiError: it was deleted, of which a bot is not told.
        RefusedError: there never was one.
    """
    if number not in chat.versions:
        raise RefusedError(missing)
    if number not in chat.messages:
        raise ApiError(400, f"Bad Request: {missing}")
    return chat.messages[number]


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
    number = reply["message_id"]
    if number not in chat.messages and reply.get("allow_sending_without_reply"):
        return None
    message = _standing(chat, number, "message to be replied not found")
    if reply.get("quote", "") not in message.get("text", ""):
        raise RefusedError("QUOTE_TEXT_INVALID")
    return message
