"""Parameters and types: the tables agree with the machine-readable Bot API, where a copy is at hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.telegram_server import TelegramServer
from tests.telegram_server.calling import result
from tests.telegram_server.check import WrongCallError, checked
from tests.telegram_server.tables import KINDS, METHODS, ONLY, TYPES, UPDATE_KINDS, Field

REFERENCE = Path(__file__).parents[3] / "shared" / "telegram" / "api.json"
Reference = dict[str, dict[str, dict[str, Any]]]


@pytest.fixture(scope="module")
def reference() -> Reference:
    if not REFERENCE.exists():
        pytest.skip("the machine-readable Bot API is not at hand")
    content: Reference = json.loads(REFERENCE.read_text("utf-8"))
    return content


def test_values_of_a_form_are_converted_to_their_types() -> None:
    form = {
        "chat_id": "-100",
        "text": "5",
        "disable_notification": "true",
        "reply_parameters": '{"message_id": 3, "allow_sending_without_reply": true}',
        "reply_markup": '{"inline_keyboard": [[{"text": "a", "callback_data": "b"}]]}',
    }
    assert checked("sendMessage", form) == {
        "chat_id": -100,
        "text": "5",
        "disable_notification": True,
        "reply_parameters": {"message_id": 3, "allow_sending_without_reply": True},
        "reply_markup": {"inline_keyboard": [[{"text": "a", "callback_data": "b"}]]},
    }


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ({"chat_id": ""}, "sendMessage.chat_id is '', neither an integer nor a @username"),
        ({"chat_id": "alice"}, "neither an integer nor a @username"),
        ({"disable_web_page_preview": "true"}, "sendMessage has no parameter disable_web_page_preview"),
        ({"message_thread_id": "x"}, "sendMessage.message_thread_id is 'x', not Integer"),
        ({"disable_notification": "True"}, "not a Boolean"),
        ({"reply_parameters": "{"}, "not ReplyParameters"),
        ({"reply_parameters": "[]"}, "not ReplyParameters"),
        ({"reply_parameters": "{}"}, "reply_parameters needs message_id"),
        ({"reply_parameters": '{"message_id": "3"}'}, "message_id is '3', not Integer"),
        ({"reply_parameters": '{"message_id": true}'}, "message_id is True, not Integer"),
        ({"reply_parameters": '{"message_id": 3, "x": 1}'}, "ReplyParameters has no field x"),
        ({"reply_markup": '{"inline_keyboard": [{}]}'}, "not an array"),
        ({"reply_markup": '{"force_reply": true}'}, "has no field force_reply"),
    ],
)
def test_wrong_call_is_refused_with_its_reason(form: dict[str, str], message: str) -> None:
    with pytest.raises(WrongCallError) as failure:
        checked("sendMessage", {"chat_id": "1", "text": "a", **form})
    assert message in str(failure.value)


@pytest.mark.parametrize(("form", "missing"), [({"text": "a"}, "chat_id"), ({"chat_id": "1"}, "text")])
def test_call_without_a_required_parameter_is_refused(form: dict[str, str], missing: str) -> None:
    with pytest.raises(WrongCallError, match=f"sendMessage needs {missing}"):
        checked("sendMessage", form)


def fields_in(entry: dict[str, Any]) -> dict[str, Field]:
    return {
        field["name"]: Field(tuple(_in_brackets(kind) for kind in field["types"]), field["required"])
        for field in entry.get("fields", [])
    }


def _in_brackets(kind: str) -> str:
    outer, _, inner = kind.partition("Array of ")
    return f"[{_in_brackets(inner)}]" if not outer and inner else kind


@pytest.mark.parametrize("method", METHODS)
def test_method_is_as_documented(reference: Reference, method: str) -> None:
    assert METHODS[method] == fields_in(reference["methods"][method])


@pytest.mark.parametrize("kind", TYPES)
def test_type_is_as_documented(reference: Reference, kind: str) -> None:
    assert TYPES[kind] == fields_in(reference["types"][kind])


def test_types_that_stand_for_others_are_as_documented(reference: Reference) -> None:
    kinds = {kind: {name} for kind, name in ONLY.items()} | {kind: set(names.values()) for kind, names in KINDS.items()}
    assert [kind for kind, names in kinds.items() if not names <= set(reference["types"][kind]["subtypes"])] == []


def test_kinds_of_updates_are_as_documented(reference: Reference) -> None:
    assert set(fields_in(reference["types"]["Update"])) - {"update_id"} == UPDATE_KINDS


def test_what_the_server_hands_out_is_as_documented(reference: Reference) -> None:
    with TelegramServer() as server:
        alice, group = server.person("Alice"), server.group(forum=True)
        said = alice.says("/hoi@a_bot Ai?")
        alice.edits(said, "Ai đó?")
        alice.says("Ai?", to=group, topic=group.open_topic(7))
        alice.sends_sticker()
        alice.sends_voice()
        alice.sends_photo("Ai?", album="1")
        alice.sends_document("a.txt", b"a", "Ai?")
        server.channel().posts("Tin")
        keyboard = {"inline_keyboard": [[{"text": "Thêm", "callback_data": "1"}]]}
        result(server, "sendMessage", chat_id=alice.chat.id, text="A", reply_markup=keyboard)
        reply = alice.hears()
        alice.taps(reply, "Thêm")
        alice.deletes(reply)
        alice.taps(reply, "Thêm")
        typed = alice.types_inline("giá", to=group)
        content = {"message_text": "A"}
        article = {"type": "article", "id": "1", "title": "B", "input_message_content": content}
        offered = [{**article, "reply_markup": keyboard}]
        result(server, "answerInlineQuery", inline_query_id=typed.query.id, results=offered)
        alice.taps(alice.chooses(typed, "B"), "Thêm")
        alice.says("Ai?", answering=said, quoting="Ai?")
        bob = server.person("Bob", language="en")
        bob.blocks_the_bot()
        bob.unblocks_the_bot()
        bob.removes_the_bot(group)
        bob.adds_the_bot(group)
        bob.leads(group)
        server.group().becomes(group)
        for person in (alice, bob, server.person("Carol")):
            member = result(server, "getChatMember", chat_id=group.chat.id, user_id=person.user["id"])
            assert problems(reference, "ChatMember", member) == []
        for place in (alice, group):
            assert problems(reference, "ChatFullInfo", result(server, "getChat", chat_id=place.chat.id)) == []
        assert problems(reference, "WebhookInfo", result(server, "getWebhookInfo")) == []
        updates = list(server.world.updates)
        assert {kind for update in updates for kind in update} == {
            *("update_id", "message", "edited_message", "channel_post", "callback_query", "inline_query"),
            *("chosen_inline_result", "my_chat_member"),
        }
        assert [problem for update in updates for problem in problems(reference, "Update", update)] == []
        assert problems(reference, "User", result(server, "getMe")) == []


def problems(reference: Reference, kind: str, value: object) -> list[str]:
    """What is undocumented, missing or of another type in a value that the server hands out."""
    simple = {"String": str, "Integer": int, "Boolean": bool, "True": bool, "Float": float}.get(kind)
    if simple:
        return [] if isinstance(value, simple) else [f"{value!r} is not {kind}"]
    if kind.startswith("["):
        items = value if isinstance(value, list) else []
        return [problem for item in items for problem in problems(reference, kind[1:-1], item)]
    entry = reference["types"][kind]
    if "subtypes" in entry:
        kinds = entry["subtypes"]
        return min((problems(reference, subtype, value) for subtype in kinds), key=len)
    if not isinstance(value, dict):
        return [f"{value!r} is not {kind}"]
    fields = fields_in(entry)
    missing = [f"{kind} needs {name}" for name, field in fields.items() if field.required and name not in value]
    unknown = [f"{kind} has no {name}" for name in value if name not in fields]
    documented = [(fields[name].types[0], item) for name, item in value.items() if name in fields]
    inner = [problem for inner_kind, item in documented for problem in problems(reference, inner_kind, item)]
    return [*missing, *unknown, *inner]
