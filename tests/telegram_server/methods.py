"""The methods that answer at once, by name, each a function of the world and the checked parameters."""

from __future__ import annotations

from collections.abc import Callable

from tests.telegram_server.profile import delete_webhook, get_me, set_my_commands
from tests.telegram_server.queries import answer_callback_query, answer_inline_query
from tests.telegram_server.sending import edit_message_text, send_chat_action, send_message
from tests.telegram_server.world import Json, World

ANSWERED_AT_ONCE: dict[str, Callable[[World, Json], object]] = {
    "getMe": get_me,
    "deleteWebhook": delete_webhook,
    "setMyCommands": set_my_commands,
    "sendChatAction": send_chat_action,
    "sendMessage": send_message,
    "editMessageText": edit_message_text,
    "answerCallbackQuery": answer_callback_query,
    "answerInlineQuery": answer_inline_query,
}
