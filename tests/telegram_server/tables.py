"""The Bot API's methods, parameters and types, as far as a question-answering bot may use them (Bot API 10.1).

`name:Type` is an optional parameter, `name!:Type` a required one, `A|B` either type, `[T]` an array.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter of a method or a field of a type."""

    types: tuple[str, ...]
    required: bool


def parse_fields(line: str) -> dict[str, Field]:
    """Read a line of the tables below."""
    fields = {}
    for word in line.split():
        name, _, types = word.partition(":")
        fields[name.removesuffix("!")] = Field(tuple(types.split("|")), name.endswith("!"))
    return fields


METHODS = {
    name: parse_fields(line)
    for name, line in {
        "getMe": "",
        "getUpdates": "offset:Integer limit:Integer timeout:Integer allowed_updates:[String]",
        "setWebhook": (
            "url!:String certificate:InputFile ip_address:String max_connections:Integer allowed_updates:[String]"
            " drop_pending_updates:Boolean secret_token:String"
        ),
        "getWebhookInfo": "",
        "deleteWebhook": "drop_pending_updates:Boolean",
        "setMyCommands": "commands!:[BotCommand] scope:BotCommandScope language_code:String",
        "getMyCommands": "scope:BotCommandScope language_code:String",
        "deleteMyCommands": "scope:BotCommandScope language_code:String",
        "setMyDescription": "description:String language_code:String",
        "getMyDescription": "language_code:String",
        "setMyShortDescription": "short_description:String language_code:String",
        "getMyShortDescription": "language_code:String",
        "getChat": "chat_id!:Integer|String",
        "getChatMember": "chat_id!:Integer|String user_id!:Integer",
        "leaveChat": "chat_id!:Integer|String",
        "sendChatAction": (
            "business_connection_id:String chat_id!:Integer|String message_thread_id:Integer action!:String"
        ),
        "sendMessage": (
            "business_connection_id:String chat_id!:Integer|String message_thread_id:Integer"
            " direct_messages_topic_id:Integer text!:String parse_mode:String entities:[MessageEntity]"
            " link_preview_options:LinkPreviewOptions disable_notification:Boolean protect_content:Boolean"
            " allow_paid_broadcast:Boolean message_effect_id:String"
            " suggested_post_parameters:SuggestedPostParameters reply_parameters:ReplyParameters"
            " reply_markup:InlineKeyboardMarkup|ReplyKeyboardMarkup|ReplyKeyboardRemove|ForceReply"
        ),
        "editMessageText": (
            "business_connection_id:String chat_id:Integer|String message_id:Integer inline_message_id:String"
            " text:String parse_mode:String entities:[MessageEntity] link_preview_options:LinkPreviewOptions"
            " rich_message:InputRichMessage reply_markup:InlineKeyboardMarkup"
        ),
        "editMessageReplyMarkup": (
            "business_connection_id:String chat_id:Integer|String message_id:Integer inline_message_id:String"
            " reply_markup:InlineKeyboardMarkup"
        ),
        "deleteMessage": "chat_id!:Integer|String message_id!:Integer",
        "sendDocument": (
            "business_connection_id:String chat_id!:Integer|String message_thread_id:Integer"
            " direct_messages_topic_id:Integer document!:InputFile|String thumbnail:InputFile|String caption:String"
            " parse_mode:String caption_entities:[MessageEntity] disable_content_type_detection:Boolean"
            " disable_notification:Boolean protect_content:Boolean allow_paid_broadcast:Boolean"
            " message_effect_id:String suggested_post_parameters:SuggestedPostParameters"
            " reply_parameters:ReplyParameters"
            " reply_markup:InlineKeyboardMarkup|ReplyKeyboardMarkup|ReplyKeyboardRemove|ForceReply"
        ),
        "getFile": "file_id!:String",
        "answerCallbackQuery": (
            "callback_query_id!:String text:String show_alert:Boolean url:String cache_time:Integer"
        ),
        "answerInlineQuery": (
            "inline_query_id!:String results!:[InlineQueryResult] cache_time:Integer is_personal:Boolean"
            " next_offset:String button:InlineQueryResultsButton"
        ),
    }.items()
}

TYPES = {
    name: parse_fields(line)
    for name, line in {
        "BotCommand": "command!:String description!:String",
        "LinkPreviewOptions": (
            "is_disabled:Boolean url:String prefer_small_media:Boolean prefer_large_media:Boolean"
            " show_above_text:Boolean"
        ),
        "ReplyParameters": (
            "message_id!:Integer chat_id:Integer|String allow_sending_without_reply:Boolean quote:String"
            " quote_parse_mode:String quote_entities:[MessageEntity] quote_position:Integer"
            " checklist_task_id:Integer poll_option_id:String"
        ),
        "MessageEntity": (
            "type!:String offset!:Integer length!:Integer url:String user:User language:String"
            " custom_emoji_id:String unix_time:Integer date_time_format:String"
        ),
        "InlineKeyboardMarkup": "inline_keyboard!:[[InlineKeyboardButton]]",
        "InlineKeyboardButton": (
            "text!:String icon_custom_emoji_id:String style:String url:String callback_data:String"
            " web_app:WebAppInfo login_url:LoginUrl switch_inline_query:String"
            " switch_inline_query_current_chat:String"
            " switch_inline_query_chosen_chat:SwitchInlineQueryChosenChat copy_text:CopyTextButton"
            " callback_game:CallbackGame pay:Boolean"
        ),
        "CopyTextButton": "text!:String",
        "SwitchInlineQueryChosenChat": (
            "query:String allow_user_chats:Boolean allow_bot_chats:Boolean allow_group_chats:Boolean"
            " allow_channel_chats:Boolean"
        ),
        "InlineQueryResultArticle": (
            "type!:String id!:String title!:String input_message_content!:InputMessageContent"
            " reply_markup:InlineKeyboardMarkup url:String description:String thumbnail_url:String"
            " thumbnail_width:Integer thumbnail_height:Integer"
        ),
        "InputTextMessageContent": (
            "message_text!:String parse_mode:String entities:[MessageEntity] link_preview_options:LinkPreviewOptions"
        ),
        "BotCommandScopeDefault": "type!:String",
        "BotCommandScopeAllPrivateChats": "type!:String",
        "BotCommandScopeAllGroupChats": "type!:String",
        "BotCommandScopeAllChatAdministrators": "type!:String",
        "BotCommandScopeChat": "type!:String chat_id!:Integer|String",
        "BotCommandScopeChatAdministrators": "type!:String chat_id!:Integer|String",
        "BotCommandScopeChatMember": "type!:String chat_id!:Integer|String user_id!:Integer",
        "InlineQueryResultsButton": "text!:String web_app:WebAppInfo start_parameter:String",
    }.items()
}

KINDS = {
    "InlineQueryResult": {"article": "InlineQueryResultArticle"},
    "BotCommandScope": {
        "default": "BotCommandScopeDefault",
        "all_private_chats": "BotCommandScopeAllPrivateChats",
        "all_group_chats": "BotCommandScopeAllGroupChats",
        "all_chat_administrators": "BotCommandScopeAllChatAdministrators",
        "chat": "BotCommandScopeChat",
        "chat_administrators": "BotCommandScopeChatAdministrators",
        "chat_member": "BotCommandScopeChatMember",
    },
}
"""Types that stand for others, told apart by the field `type`."""
ONLY = {"InputMessageContent": "InputTextMessageContent"}
"""Types that stand for others, of which this server knows one."""

UPDATE_KINDS = frozenset(
    {
        "message",
        "edited_message",
        "channel_post",
        "edited_channel_post",
        "business_connection",
        "business_message",
        "edited_business_message",
        "deleted_business_messages",
        "guest_message",
        "message_reaction",
        "message_reaction_count",
        "inline_query",
        "chosen_inline_result",
        "callback_query",
        "shipping_query",
        "pre_checkout_query",
        "purchased_paid_media",
        "poll",
        "poll_answer",
        "my_chat_member",
        "chat_member",
        "chat_join_request",
        "chat_boost",
        "removed_chat_boost",
        "managed_bot",
    }
)
NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})

CHAT_ACTIONS = frozenset(
    {
        "typing",
        "upload_photo",
        "record_video",
        "upload_video",
        "record_voice",
        "upload_voice",
        "upload_document",
        "choose_sticker",
        "find_location",
        "record_video_note",
        "upload_video_note",
    }
)
