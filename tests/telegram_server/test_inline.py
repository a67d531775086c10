"""Inline mode: what is typed after the bot's name in any chat, what is offered, and what is sent."""

from __future__ import annotations

from typing import Any

import pytest

from tests.telegram_server import Person, TelegramServer
from tests.telegram_server.calling import refusal, result

Json = dict[str, Any]


def article(number: str = "1", text: str = "A", **more: object) -> Json:
    content = {"message_text": text, "parse_mode": "HTML"}
    return {"type": "article", "id": number, "title": f"Bài {number}", "input_message_content": content, **more}


def updates(server: TelegramServer) -> list[Json]:
    return list(result(server, "getUpdates"))


def answer(server: TelegramServer, *results: Json, **more: object) -> None:
    """Answer the last inline query."""
    queries = [update["inline_query"]["id"] for update in updates(server) if "inline_query" in update]
    assert result(server, "answerInlineQuery", inline_query_id=queries[-1], results=results, **more) is True


def test_what_is_typed_is_a_query_of_at_most_256_characters(server: TelegramServer, alice: Person) -> None:
    typed = alice.types_inline("ạ" * 300)
    alice.types_inline("", to=server.group(), offset="10")
    alice.types_inline("giá", to=alice)
    queries = [update["inline_query"] for update in updates(server)]
    assert queries[0] == {
        "id": typed.query.id,
        "from": alice.user,
        "query": "ạ" * 256,
        "offset": "",
        "chat_type": "private",
    }
    assert [(query["query"], query["offset"], query["chat_type"]) for query in queries[1:]] == [
        ("", "10", "supergroup"),
        ("giá", "", "sender"),
    ]


def test_results_are_read_and_one_is_sent_where_the_bot_is_not(server: TelegramServer, alice: Person) -> None:
    typed = alice.types_inline("giá vàng")
    answer(server, article("1", "<b>A</b>", description="Mô tả"), article("2"), cache_time=0, is_personal=True)
    assert [(offer.title, offer.description) for offer in typed.is_offered()] == [("Bài 1", "Mô tả"), ("Bài 2", "")]
    reply = alice.chooses(typed, "Bài 1")
    assert (reply.text, reply.marked("bold")) == ("A", ["A"])
    assert reply.json["from"] == alice.user
    assert reply.json["via_bot"]["username"] == "hoibao_test_bot"
    assert updates(server)[1:] == [
        {
            "update_id": typed.update_id + 1,
            "chosen_inline_result": {"result_id": "1", "from": alice.user, "query": "giá vàng"},
        }
    ]
    assert refusal(server, "sendMessage", chat_id=reply.json["chat"]["id"], text="A") == "chat not found"


def test_chosen_result_in_a_chat_with_the_bot_reaches_it_as_a_message(server: TelegramServer, alice: Person) -> None:
    typed = alice.types_inline("giá vàng", to=server.group())
    answer(server, article())
    reply = alice.chooses(typed, "Bài 1")
    assert [update["message"] for update in updates(server) if "message" in update] == [reply.json]


def test_chosen_result_is_told_only_if_asked_for(server: TelegramServer, alice: Person) -> None:
    result(server, "getUpdates", allowed_updates=["inline_query"])
    typed = alice.types_inline("giá vàng")
    answer(server, article())
    alice.chooses(typed, "Bài 1")
    assert len(updates(server)) == 1


def test_buttons_of_what_was_sent_are_tapped_and_edited_by_its_inline_id(server: TelegramServer, alice: Person) -> None:
    typed = alice.types_inline("giá vàng")
    keyboard = {"inline_keyboard": [[{"text": "Thêm", "callback_data": "1:x"}]]}
    answer(server, article(reply_markup=keyboard))
    reply = alice.chooses(typed, "Bài 1")
    alice.taps(reply, "Thêm")
    _, chosen, tapped = updates(server)
    query, name = tapped["callback_query"], chosen["chosen_inline_result"]["inline_message_id"]
    assert (query["inline_message_id"], query["data"], "message" in query) == (name, "1:x", False)
    assert result(server, "editMessageText", inline_message_id=name, text="B") is True
    assert alice.waits_for_edit(reply).text == "B"
    assert refusal(server, "editMessageText", inline_message_id="x", text="B") == "MESSAGE_ID_INVALID"


def test_title_that_is_not_offered_fails_the_test(server: TelegramServer, alice: Person) -> None:
    typed = alice.types_inline("giá vàng")
    answer(server)
    assert typed.is_offered() == []
    with pytest.raises(AssertionError, match="'Bài 1' is not among"):
        alice.chooses(typed, "Bài 1")


def test_answer_that_comes_too_late_breaks_no_rule_and_a_second_one_does(server: TelegramServer, alice: Person) -> None:
    late, typed = alice.types_inline("g"), alice.types_inline("gi")
    late.expires()
    for number in (late.query.id, typed.query.id):
        description = "query is too old and response timeout expired or query ID is invalid"
        if number == typed.query.id:
            answer(server)
        assert refusal(server, "answerInlineQuery", inline_query_id=number, results=[]) == description
    assert server.world.violations == [f"answerInlineQuery: {description}"]


KEYBOARD = {"inline_keyboard": [[{"text": "a", "callback_data": "a" * 65}]]}
CONTENT = {"type": "article", "id": "1", "title": "a"}


@pytest.mark.parametrize(
    ("parameters", "description"),
    [
        ({"results": [article(str(number)) for number in range(51)]}, "RESULTS_TOO_MUCH"),
        ({"results": [article("1"), article("1")]}, "RESULT_ID_DUPLICATE"),
        ({"results": [article("")]}, "RESULT_ID_INVALID"),
        ({"results": [article("ạ" * 22)]}, "RESULT_ID_INVALID"),
        ({"results": [article(title=" ")]}, "ARTICLE_TITLE_EMPTY"),
        ({"results": [article(text="")]}, "message text is empty"),
        ({"results": [article(text="a" * 4097)]}, "message is too long"),
        ({"results": [article(text="<p>")]}, "can't parse entities: Unsupported start tag"),
        ({"results": [article(reply_markup=KEYBOARD)]}, "BUTTON_DATA_INVALID"),
        ({"results": [article(url="bao")]}, "WEBDOCUMENT_URL_INVALID"),
        ({"results": [article(hide_url=True)]}, "InlineQueryResultArticle has no field hide_url"),
        ({"results": [{**CONTENT, "type": "photo"}]}, "answerInlineQuery.results[0] is"),
        ({"results": [CONTENT]}, "answerInlineQuery.results[0] needs input_message_content"),
        ({"next_offset": "ạ" * 22}, "NEXT_OFFSET_INVALID"),
        ({"cache_time": -1}, "CACHE_TIME_INVALID"),
        ({"button": {"text": "Mở"}}, "BUTTON_INVALID"),
        ({"button": {"text": "Mở", "start_parameter": "a b"}}, "START_PARAM_INVALID"),
        ({"button": {"text": "Mở", "start_parameter": "a" * 65}}, "START_PARAM_INVALID"),
    ],
)
def test_answers_that_are_not_legal_are_refused(
    server: TelegramServer, alice: Person, parameters: Json, description: str
) -> None:
    typed = alice.types_inline("giá vàng")
    call: Json = {"inline_query_id": typed.query.id, "results": [], **parameters}
    assert refusal(server, "answerInlineQuery", **call).startswith(description)
    assert len(server.world.violations) == 1


def test_answer_that_is_just_legal_is_accepted(server: TelegramServer, alice: Person) -> None:
    typed = alice.types_inline("giá vàng")
    button = {"text": "Mở", "start_parameter": "a" * 64}
    results = [article("x" * 62 + f"{number:02}", "a" * 4096, url="https://bao.vn/1") for number in range(50)]
    answer(server, *results, next_offset="a" * 64, cache_time=0, button=button)
    assert len(typed.is_offered()) == 50
    assert (typed.answer["next_offset"], typed.answer["button"]) == ("a" * 64, button)
