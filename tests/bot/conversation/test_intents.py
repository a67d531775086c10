"""Messages that the end-to-end tests do not send: unusual senders and entities."""

from __future__ import annotations

from typing import Any

import pytest
from telegram import Message, User

from bot.conversation.intents import AskIntent, Intent, StandardReply, parse_intent

ME = User(900, "HỏiBáo", is_bot=True, username="hoibao_test_bot")
ALICE = {"id": 5, "is_bot": False, "first_name": "Alice"}
GROUP = {"id": -7, "type": "supergroup", "title": "Nhóm"}
PRIVATE = {"id": 5, "type": "private"}


def read(chat: dict[str, Any], **content: object) -> Intent:
    return parse_intent(Message.de_json({"message_id": 1, "date": 0, "chat": chat, "from": ALICE, **content}, None), ME)


def entity(kind: str, offset: int, length: int, **more: object) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length, **more}


def test_mention_of_a_bot_by_its_name_alone() -> None:
    me = {"id": 900, "is_bot": True, "first_name": "HỏiBáo"}
    marks = [entity("text_mention", 3, 6, user=me)]
    assert read(GROUP, text="😀 HỏiBáo ai đến?", entities=marks) == AskIntent("😀  ai đến?")


def test_mention_in_the_middle_is_no_part_of_the_question() -> None:
    marks = [entity("mention", 4, 16)]
    assert read(GROUP, text="Này @hoibao_test_bot, ai đến?", entities=marks) == AskIntent("Này , ai đến?")


def test_mention_in_a_caption() -> None:
    marks = [entity("mention", 0, 16)]
    assert read(GROUP, caption="@hoibao_test_bot ai?", caption_entities=marks, photo=[]) == AskIntent("ai?")


def test_command_in_a_caption() -> None:
    marks = [entity("bot_command", 0, 4)]
    assert read(PRIVATE, caption="/hoi ai đến?", caption_entities=marks) == AskIntent("ai đến?")


def test_command_in_capitals() -> None:
    assert read(PRIVATE, text="/HELP", entities=[entity("bot_command", 0, 5)]) is StandardReply.HELP


def test_command_inside_of_a_question_is_none() -> None:
    text = "Lệnh /start là gì?"
    assert read(PRIVATE, text=text, entities=[entity("bot_command", 5, 6)]) == AskIntent(text)


def test_first_message_of_a_topic_that_the_bot_opened_is_no_reply_to_it() -> None:
    opened = {"message_id": 1, "date": 0, "chat": GROUP, "from": ME.to_dict()}
    topic = {"forum_topic_created": {"name": "Tin", "icon_color": 0}}
    assert read(GROUP, text="Chào cả nhà", reply_to_message={**opened, **topic}) is None
    assert read(GROUP, text="Ai đến?", reply_to_message={**opened, "text": "x"}) == AskIntent("Ai đến?", card_message=1)


def test_order_in_a_topic_does_not_answer_the_message_that_opened_it() -> None:
    opened = {"message_id": 1, "date": 0, "chat": GROUP, "from": ALICE, "text": "Tin"}
    opened["forum_topic_created"] = {"name": "Tin", "icon_color": 0}
    marks = [entity("bot_command", 0, 4)]
    assert read(GROUP, text="/hoi", entities=marks, reply_to_message=opened) is StandardReply.USAGE
    question = read(GROUP, text="/hoi ai đến?", entities=marks, reply_to_message=opened)
    assert question == AskIntent("ai đến?")


@pytest.mark.parametrize("chat", [GROUP, PRIVATE])
def test_other_bots_are_not_answered(chat: dict[str, Any]) -> None:
    marks = [entity("bot_command", 0, 4)]
    other = {"id": 6, "is_bot": True, "first_name": "Bot"}
    assert read(chat, text="/hoi ai đến?", entities=marks, **{"from": other}) is None


def test_administrator_who_writes_as_the_group_is_answered() -> None:
    anonymous = {"id": 1087968824, "is_bot": True, "first_name": "Group"}
    marks = [entity("bot_command", 0, 4)]
    content = {"text": "/hoi ai đến?", "entities": marks, "from": anonymous, "sender_chat": GROUP}
    assert read(GROUP, **content) == AskIntent("ai đến?")


@pytest.mark.parametrize(
    ("content", "notice"),
    [
        ({"video_note": {"file_id": "a", "file_unique_id": "b", "length": 1, "duration": 1}}, StandardReply.VOICE),
        ({"audio": {"file_id": "a", "file_unique_id": "b", "duration": 1}}, StandardReply.VOICE),
        ({"document": {"file_id": "a", "file_unique_id": "b"}}, StandardReply.OTHER),
        ({"dice": {"emoji": "🎲", "value": 3}}, StandardReply.OTHER),
        ({"contact": {"phone_number": "1", "first_name": "A"}}, StandardReply.OTHER),
        ({"text": "\u200b\u2800"}, StandardReply.EMPTY),
        ({"new_chat_title": "Tên mới"}, None),
    ],
)
def test_other_content(content: dict[str, Any], notice: StandardReply | None) -> None:
    assert read(PRIVATE, **content) is notice


def test_a_passage_quoted_from_another_chat_is_what_the_question_leans_on() -> None:
    origin = {"origin": {"type": "hidden_user", "date": 0, "sender_user_name": "Bob"}}
    quote = {"text": "Cháy chợ hoa ở bến Lức", "position": 0}
    asked = read(PRIVATE, text="vì sao vậy?", external_reply=origin, quote=quote)
    assert asked == AskIntent("vì sao vậy?", quoted_text="Cháy chợ hoa ở bến Lức")
    assert read(PRIVATE, text="?", external_reply=origin, quote=quote) == AskIntent(
        "Cháy chợ hoa ở bến Lức", typed=False
    )
    assert read(PRIVATE, text="vì sao vậy?", external_reply=origin) == AskIntent("vì sao vậy?")
