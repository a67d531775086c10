"""Replies that quote a part of a message."""

from __future__ import annotations

from typing import Any

import pytest

from tests.telegram_server import Person, TelegramServer
from tests.telegram_server.calling import refusal, result
from tests.telegram_server.errors import RefusedError
from tests.telegram_server.quoting import checked_quote

Json = dict[str, Any]
BOLD = {"type": "bold", "offset": 3, "length": 3}
MESSAGE: Json = {"text": "😀 giá vàng, giá bạc", "entities": [BOLD, {"type": "mention", "offset": 0, "length": 2}]}


def test_quote_is_shown_where_it_stands(server: TelegramServer, alice: Person) -> None:
    said = alice.says("Giá vàng 😀 hôm nay và hôm qua?")
    reply = {"message_id": said.id, "quote": "hôm"}
    sent = result(server, "sendMessage", chat_id=alice.chat.id, text="A", reply_parameters=reply)
    assert sent["quote"] == {"text": "hôm", "position": 12, "is_manual": True}
    assert sent["reply_to_message"] == said.json


@pytest.mark.parametrize(
    ("reply", "quote"),
    [
        ({}, None),
        ({"quote": "vàng"}, {"text": "vàng", "position": 7, "is_manual": True}),
        ({"quote": "bạc", "quote_position": 0}, {"text": "bạc", "position": 17, "is_manual": True}),
        ({"quote": "giá", "quote_position": 12}, {"text": "giá", "position": 13, "is_manual": True}),
        (
            {"quote": "<b>iá</b> vàng", "quote_parse_mode": "HTML"},
            {
                "text": "iá vàng",
                "position": 4,
                "is_manual": True,
                "entities": [{"type": "bold", "offset": 0, "length": 2}],
            },
        ),
    ],
)
def test_quote_is_shown_with_its_position_and_marks(reply: Json, quote: Json | None) -> None:
    assert checked_quote(MESSAGE, reply) == quote


@pytest.mark.parametrize(
    ("reply", "description"),
    [
        ({"quote": "giá dầu"}, "QUOTE_TEXT_INVALID"),
        ({"quote": "Giá vàng"}, "QUOTE_TEXT_INVALID"),
        ({"quote": "giá vàng"}, "QUOTE_TEXT_INVALID"),
        ({"quote": "<i>vàng</i>", "quote_parse_mode": "HTML"}, "QUOTE_TEXT_INVALID"),
        ({"quote": "a" * 1025}, "message quote is too long"),
        ({"quote": " "}, "message text is empty"),
        ({"quote": "vàng", "quote_entities": [BOLD]}, "this server knows of entities by quote_parse_mode only"),
    ],
)
def test_quotes_that_are_not_legal_are_refused(reply: Json, description: str) -> None:
    with pytest.raises(RefusedError, match=description):
        checked_quote(MESSAGE | {"text": MESSAGE["text"].replace(", giá bạc", "")}, reply)


def test_longest_quote_is_accepted() -> None:
    quote = checked_quote({"text": "a" * 2000}, {"quote": "a" * 1024, "quote_position": 900})
    assert quote == {"text": "a" * 1024, "position": 900, "is_manual": True}


def test_caption_can_be_quoted() -> None:
    assert checked_quote({"caption": "Bài này"}, {"quote": "này"}) == {"text": "này", "position": 4, "is_manual": True}


def test_answer_to_another_chat_is_refused(server: TelegramServer, alice: Person) -> None:
    said = server.person("Bob").says("Ai?")
    reply = {"message_id": said.id, "chat_id": said.json["chat"]["id"]}
    assert refusal(server, "sendMessage", chat_id=alice.chat.id, text="A", reply_parameters=reply) == (
        "this server knows of answers within a chat only"
    )


def test_person_answers_a_part_of_what_the_bot_says(server: TelegramServer, alice: Person) -> None:
    question = alice.says("Ai?")
    answer = {"text": "<b>Bộ</b> trưởng", "parse_mode": "HTML", "reply_parameters": {"message_id": question.id}}
    result(server, "sendMessage", chat_id=alice.chat.id, **answer)
    said = alice.says("Khi nào?", answering=alice.hears(), quoting="Bộ trưởng")
    bold = {"type": "bold", "offset": 0, "length": 2}
    assert said.json["quote"] == {"text": "Bộ trưởng", "position": 0, "is_manual": True, "entities": [bold]}
    assert said.json["reply_to_message"]["text"] == "Bộ trưởng"
    assert "reply_to_message" not in said.json["reply_to_message"]
    assert "message_thread_id" not in said.json
