"""Methods that send, edit and delete messages."""

from __future__ import annotations

from tests.telegram_server.errors import ApiError, RefusedError
from tests.telegram_server.lookup import answered_message, chat_of, edited_message, standing, topic_of
from tests.telegram_server.messages import keyboard_content, text_content
from tests.telegram_server.quoting import checked_quote, without_what_it_answers
from tests.telegram_server.tables import CHAT_ACTIONS
from tests.telegram_server.values import NOW, Chat, Json
from tests.telegram_server.world import World

NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current content "
    "and reply markup of the message"
)


def send_chat_action(world: World, parameters: Json) -> bool:
    """Show "typing" and the like."""
    topic_of(chat_of(world, parameters["chat_id"]), parameters)
    if parameters["action"] not in CHAT_ACTIONS:
        raise RefusedError("wrong parameter action in request")
    return True


def send_message(world: World, parameters: Json) -> Json:
    """Sends a message to a chat."""
    return put(world, parameters, text_content(parameters, "text"))


def edit_message_text(world: World, parameters: Json) -> Json | bool:
    """Change a message of the bot; without `reply_markup`, its buttons go."""
    content = text_content(parameters, "text")
    return _edit(world, parameters, ("text", "entities", "reply_markup", "link_preview_options"), content)


def edit_message_reply_markup(world: World, parameters: Json) -> Json | bool:
    """Change the buttons of a message of the bot, or take them away."""
    return _edit(world, parameters, ("reply_markup",), keyboard_content(parameters))


def delete_message(world: World, parameters: Json) -> bool:
    """Deletes a message of the bot or, in a private chat, of the person."""
    chat = chat_of(world, parameters["chat_id"])
    message = standing(chat, parameters["message_id"], "message to delete not found")
    if message.get("from") != world.me and chat.json["type"] != "private":
        raise RefusedError("message can't be deleted")
    world.delete_message(chat, message["message_id"])
    return True


def put(world: World, parameters: Json, content: Json) -> Json:
    """Sends a message of the bot with this content to the chat that the parameters name."""
    chat = chat_of(world, parameters["chat_id"])
    if topic := topic_of(chat, parameters):
        content |= {"message_thread_id": topic, "is_topic_message": True}
    content |= _answer(chat, parameters.get("reply_parameters"))
    message = world.new_message(chat, **{"from": world.me}, **content)
    with world.changed:
        chat.from_bot.append(message)
        world.changed.notify_all()
    return message


def _answer(chat: Chat, reply: Json | None) -> Json:
    answered = answered_message(chat, reply) if reply else None
    if not (reply and answered):
        return {}
    content: Json = {"reply_to_message": without_what_it_answers(answered)}
    quote = checked_quote(answered, reply)
    return {**content, "quote": quote} if quote else content


def _edit(world: World, parameters: Json, fields: tuple[str, ...], content: Json) -> Json | bool:
    """Replaces the `fields` of a message by `content`."""
    message = edited_message(world, parameters)
    if all(message.get(key) == content.get(key) for key in fields if key != "link_preview_options"):
        # Not a violation: the second of two quick taps may ask for what the message shows already.
        raise ApiError.bad_request(NOT_MODIFIED)
    kept = {key: value for key, value in message.items() if key not in fields}
    edited = {**kept, "edit_date": NOW, **content}
    world.replace_message(edited)
    return True if "inline_message_id" in parameters else edited
