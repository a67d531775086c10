"""Buttons: tapped by their labels on the message as it stands, and what comes back."""

from __future__ import annotations

from typing import Any

import pytest

from tests.telegram_server import Person, TelegramServer, Told
from tests.telegram_server.calling import refusal, result

Json = dict[str, Any]


def keyboard(*labels: str) -> Json:
    return {"inline_keyboard": [[{"text": label, "callback_data": f"1:{label}"}] for label in labels]}


def sent(server: TelegramServer, to: int, text: str, markup: Json) -> Json:
    """A message with buttons; what names it in an edit."""
    message = result(server, "sendMessage", chat_id=to, text=text, reply_markup=markup)
    return {"chat_id": to, "message_id": message["message_id"]}


def queries(server: TelegramServer) -> list[Json]:
    return [update["callback_query"] for update in result(server, "getUpdates")]


def test_tap_is_told_what_the_bot_answers(server: TelegramServer, alice: Person) -> None:
    sent(server, alice.chat.id, "A", keyboard("Thêm", "Thôi"))
    reply = alice.hears()
    assert reply.buttons == [["Thêm"], ["Thôi"]]
    taps = [alice.taps(reply, "Thêm"), alice.taps(reply, "Thôi")]
    asked = queries(server)
    assert [query["data"] for query in asked] == ["1:Thêm", "1:Thôi"]
    assert [query["id"] for query in asked] == [tap.query.id for tap in taps]
    assert asked[0]["from"] == alice.user
    assert asked[0]["message"] == reply.json
    result(server, "answerCallbackQuery", callback_query_id=asked[1]["id"], text="a" * 200, show_alert=True)
    result(server, "answerCallbackQuery", callback_query_id=asked[0]["id"])
    assert [tap.is_told() for tap in taps] == [Told("", False), Told("a" * 200, True)]


def test_tap_of_a_label_that_is_not_there_fails_the_test(server: TelegramServer, alice: Person) -> None:
    sent(server, alice.chat.id, "A", keyboard("Thêm"))
    with pytest.raises(AssertionError, match="no button 'Bớt' in"):
        alice.taps(alice.hears(), "Bớt")


def test_double_tap_is_two_queries(server: TelegramServer, alice: Person) -> None:
    sent(server, alice.chat.id, "A", keyboard("Thêm"))
    first, second = alice.taps_twice(alice.hears(), "Thêm")
    assert [query["id"] for query in queries(server)] == [first.query.id, second.query.id]
    assert first.query.id != second.query.id


def test_query_is_answered_once_and_in_time(server: TelegramServer, alice: Person) -> None:
    sent(server, alice.chat.id, "A", keyboard("Thêm"))
    first, late = alice.taps_twice(alice.hears(), "Thêm")
    late.expires()
    assert refusal(server, "answerCallbackQuery", callback_query_id=late.query.id).startswith("query is too old")
    assert server.world.violations == []
    result(server, "answerCallbackQuery", callback_query_id=first.query.id)
    for number in (first.query.id, "1"):
        assert refusal(server, "answerCallbackQuery", callback_query_id=number).startswith("query is too old")
    assert len(server.world.violations) == 2


@pytest.mark.parametrize(
    ("answer", "description"), [({"text": "a" * 201}, "MESSAGE_TOO_LONG"), ({"url": "https://a.vn"}, "URL_INVALID")]
)
def test_answer_to_a_tap_has_limits(server: TelegramServer, answer: Json, description: str) -> None:
    assert refusal(server, "answerCallbackQuery", callback_query_id="1", **answer) == description


def test_buttons_are_those_of_the_message_as_it_stands_now(server: TelegramServer, alice: Person) -> None:
    place = sent(server, alice.chat.id, "A", keyboard("Thêm"))
    reply = alice.hears()
    result(server, "editMessageText", text="B", reply_markup=keyboard("Lùi"), **place)
    edited = alice.waits_for_edit(reply)
    assert (reply.text, reply.buttons) == ("A", [["Thêm"]])
    assert (edited.text, edited.buttons) == ("B", [["Lùi"]])
    assert alice.sees(reply) == edited
    alice.taps(reply, "Lùi")
    assert queries(server)[0]["message"]["text"] == "B"
    with pytest.raises(AssertionError, match="no button"):
        alice.taps(reply, "Thêm")


def test_edits_are_seen_one_by_one(server: TelegramServer, alice: Person) -> None:
    place = sent(server, alice.chat.id, "A", keyboard("Thêm"))
    reply = alice.hears()
    for text in ("B", "A", "C"):
        result(server, "editMessageText", text=text, **place)
    seen = [reply := alice.waits_for_edit(reply) for _ in range(3)]
    assert [edited.text for edited in seen] == ["B", "A", "C"]
    assert alice.sees(seen[0]) == seen[2]


def test_edit_without_buttons_and_marks_takes_them_away(server: TelegramServer, alice: Person) -> None:
    markup = {"parse_mode": "HTML", "reply_markup": keyboard("Thêm")}
    message = result(server, "sendMessage", chat_id=alice.chat.id, text="<b>A</b>", **markup)
    place = {"chat_id": alice.chat.id, "message_id": message["message_id"]}
    result(server, "editMessageText", text="A", **place)
    edited = alice.waits_for_edit(alice.hears())
    assert (edited.buttons, edited.entities) == ([], [])


def test_edit_that_changes_nothing_is_refused_but_breaks_no_rule(server: TelegramServer, alice: Person) -> None:
    place = sent(server, alice.chat.id, "A", keyboard("Thêm"))
    same = {"text": "A", "reply_markup": keyboard("Thêm")}
    assert refusal(server, "editMessageText", **same, **place).startswith("message is not modified")
    assert server.world.violations == []


def test_only_messages_of_the_bot_that_are_there_can_be_edited(server: TelegramServer, alice: Person) -> None:
    place = sent(server, alice.chat.id, "A", keyboard("Thêm"))
    own = alice.says("Ai?")
    assert refusal(server, "editMessageText", text="B", chat_id=alice.chat.id, message_id=own.id) == (
        "message can't be edited"
    )
    assert refusal(server, "editMessageText", text="B", chat_id=alice.chat.id, message_id=99) == (
        "message to edit not found"
    )
    assert refusal(server, "editMessageText", text="B") == "message identifier is not specified"
    assert len(server.world.violations) == 3
    alice.deletes(alice.hears())
    assert refusal(server, "editMessageText", text="B", **place) == "message to edit not found"
    assert len(server.world.violations) == 3


def test_tap_on_a_deleted_message_comes_without_its_content(server: TelegramServer, alice: Person) -> None:
    sent(server, alice.chat.id, "A", keyboard("Thêm"))
    reply = alice.hears()
    alice.deletes(reply)
    with pytest.raises(AssertionError, match="is deleted"):
        alice.sees(reply)
    alice.waits_until_gone(reply)
    alice.taps(reply, "Thêm")
    (query,) = queries(server)
    assert query["data"] == "1:Thêm"
    assert query["message"] == {"chat": alice.chat.json, "message_id": reply.id, "date": 0}


def test_links_and_texts_to_copy_can_be_read(server: TelegramServer, alice: Person) -> None:
    row = [{"text": "Mở bài", "url": "https://bao.vn/1"}, {"text": "Chép", "copy_text": {"text": "a" * 256}}]
    sent(server, alice.chat.id, "A", {"inline_keyboard": [row]})
    reply = alice.hears()
    assert reply.buttons == [["Mở bài", "Chép"]]
    assert reply.url_of("Mở bài") == "https://bao.vn/1"
    assert reply.copied("Chép") == "a" * 256


def test_button_in_a_group_is_tapped_by_anybody(server: TelegramServer, alice: Person) -> None:
    group = server.group()
    sent(server, group.chat.id, "A", keyboard("Thêm"))
    alice.taps(group.hears(), "Thêm")
    (query,) = queries(server)
    assert (query["from"], query["message"]["chat"]["id"]) == (alice.user, group.chat.id)


def test_answer_to_a_deleted_message_is_refused_but_breaks_no_rule(server: TelegramServer, alice: Person) -> None:
    said = alice.says("Ai?")
    alice.deletes(said)
    answer = {"chat_id": alice.chat.id, "text": "A"}
    answered = {"message_id": said.id}
    assert refusal(server, "sendMessage", **answer, reply_parameters=answered) == "message to be replied not found"
    assert server.world.violations == []
    result(server, "sendMessage", **answer, reply_parameters={**answered, "allow_sending_without_reply": True})


def test_person_edits_what_was_said(server: TelegramServer, alice: Person) -> None:
    said = alice.says("Ai?")
    alice.edits(said, "Ai đó?")
    assert [set(update) - {"update_id"} for update in result(server, "getUpdates")] == [
        {"message"},
        {"edited_message"},
    ]


def test_language_of_the_client_is_told(server: TelegramServer, alice: Person) -> None:
    server.person("Bob", language="en").says("Who?")
    alice.says("Ai?")
    users = [update["message"]["from"] for update in result(server, "getUpdates")]
    assert [user.get("language_code") for user in users] == ["en", None]
