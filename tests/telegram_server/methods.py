"""The methods that answer at once, by name: functions of the world and the checked parameters."""

from __future__ import annotations

from collections.abc import Callable

from tests.telegram_server import chats, files, profile, queries, sending, webhooks
from tests.telegram_server.values import Json
from tests.telegram_server.world import World

ANSWERED_AT_ONCE: dict[str, Callable[[World, Json], object]] = {
    "answerCallbackQuery": queries.answer_callback_query,
    "answerInlineQuery": queries.answer_inline_query,
    "deleteMessage": sending.delete_message,
    "deleteMyCommands": profile.delete_my_commands,
    "deleteWebhook": webhooks.delete_webhook,
    "editMessageReplyMarkup": sending.edit_message_reply_markup,
    "editMessageText": sending.edit_message_text,
    "getChat": chats.get_chat,
    "getChatMember": chats.get_chat_member,
    "getFile": files.get_file,
    "getMe": profile.get_me,
    "getMyCommands": profile.get_my_commands,
    "getMyDescription": profile.get_my_description,
    "getMyShortDescription": profile.get_my_short_description,
    "getWebhookInfo": webhooks.get_webhook_info,
    "leaveChat": chats.leave_chat,
    "sendChatAction": sending.send_chat_action,
    "sendDocument": files.send_document,
    "sendMessage": sending.send_message,
    "setMyCommands": profile.set_my_commands,
    "setMyDescription": profile.set_my_description,
    "setMyShortDescription": profile.set_my_short_description,
    "setWebhook": webhooks.set_webhook,
}
