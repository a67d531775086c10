"""The parser of Telegram's HTML mode."""

from __future__ import annotations

import pytest

from tests.telegram_server.errors import RefusedError
from tests.telegram_server.html import HtmlError, parse
from tests.telegram_server.messages import check_keyboard, read_text
from tests.telegram_server.text import Entity, found_entities, tidied


def test_tags_become_entities_counted_in_utf16_units() -> None:
    assert parse('😀 <b>đậm <i>và</i></b> <a href="https://a.vn/?x=1&amp;y=2">báo</a>') == (
        "😀 đậm và báo",
        [
            Entity("italic", 7, 2),
            Entity("bold", 3, 6),
            Entity("text_link", 10, 3, "https://a.vn/?x=1&y=2"),
        ],
    )


@pytest.mark.parametrize(
    ("tag", "kind"),
    [
        *[("b", "bold"), ("strong", "bold"), ("i", "italic"), ("em", "italic"), ("u", "underline")],
        *[("ins", "underline"), ("s", "strikethrough"), ("strike", "strikethrough"), ("del", "strikethrough")],
        *[("tg-spoiler", "spoiler"), ("pre", "pre"), ("code", "code"), ("blockquote", "blockquote"), ("B", "bold")],
    ],
)
def test_every_documented_tag_marks_its_text(tag: str, kind: str) -> None:
    assert parse(f"<{tag}>x</{tag}>") == ("x", [Entity(kind, 0, 1)])


def test_expandable_block_is_an_entity_of_its_own() -> None:
    assert parse("<blockquote expandable>x</blockquote>")[1] == [Entity("expandable_blockquote", 0, 1)]


def test_character_references_are_resolved() -> None:
    assert parse("&lt;&gt;&amp;&quot;&#7841;&#x1F600;&amp;lt;")[0] == '<>&"ạ😀&lt;'


@pytest.mark.parametrize(
    ("markup", "message"),
    [
        ("a<br>b", 'Unsupported start tag "br" at byte offset 1'),
        ("ạ<p>b</p>", 'Unsupported start tag "p" at byte offset 3'),
        ("<b>a", "Can't find end tag corresponding to start tag b"),
        ("a</b>", "Unexpected end tag at byte offset 1"),
        ("<b><i>a</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>", "Blockquotes can't be nested at byte offset 13"),
        ("<code>a<b>b</b></code>", "Nothing can be marked inside of code at byte offset 7"),
        ('<b class="x">a</b>', 'Unexpected attributes " class="x"" of the tag "b" at byte offset 0'),
        ("<blockquote EXPANDABLE>a</blockquote>", 'Unexpected attributes " EXPANDABLE"'),
        ("<a>a</a>", "A link needs a quoted href"),
        ("<a href=https://a.vn>a</a>", "A link needs a quoted href"),
        ('<a href="javascript:x">a</a>', "'javascript:x' is no address that can be opened"),
        ('<a href="https://a.vn/?a&b">a</a>', 'Unescaped "&"'),
        ("1 < 2", 'Unescaped "<"'),
        ("1 > 2", 'Unescaped ">"'),
        ("A & B", 'Unescaped "&"'),
        ("&nbsp;", 'Unescaped "&"'),
        ("&lt", 'Unescaped "&"'),
    ],
)
def test_markup_that_is_not_legal_is_refused(markup: str, message: str) -> None:
    with pytest.raises(HtmlError) as failure:
        parse(markup)
    assert str(failure.value).startswith(message)


def test_control_characters_are_blanks_and_some_others_vanish_and_entities_follow() -> None:
    text, entities = tidied(" \n\x00a\r\u202eb\tc \n", [Entity("bold", 3, 4), Entity("italic", 6, 3)])
    assert text == "ab c"
    assert entities == [Entity("bold", 0, 2), Entity("italic", 1, 3)]


def test_blank_entities_vanish_and_leading_blanks_are_not_marked() -> None:
    text, entities = tidied("a  b", [Entity("bold", 1, 2), Entity("italic", 1, 3)])
    assert (text, entities) == ("a  b", [Entity("italic", 3, 1)])


def test_runs_of_direction_marks_become_non_joiners() -> None:
    assert tidied("a\u200e\u200f\u200eb", [])[0] == "a\u200c\u200c\u200eb"


@pytest.mark.parametrize(
    ("text", "description"),
    [
        ("", "message text is empty"),
        (" \u200b\n", "message text is empty"),
        ("<b> </b>", "message text is empty"),
        ("a" * 4097, "message is too long"),
        ("😀" * 2049, "message is too long"),
        ("&lt;" * 8193, "message is too long"),
        ("<b>a</b> " * 101, "101 entities, only 100 are shown"),
        (
            '<a href="https://a.vn/' + "x" * 3000 + '">a</a> ' + '<a href="https://a.vn/' + "x" * 7000 + '">a</a>',
            "ENTITI",
        ),
        ("<p>", "can't parse entities: Unsupported start tag"),
    ],
)
def test_message_that_is_not_legal_is_refused(text: str, description: str) -> None:
    with pytest.raises(RefusedError) as failure:
        read_text(text, "HTML")
    assert str(failure.value).startswith(description)


@pytest.mark.parametrize("text", ["a" * 4096, "😀" * 2048, "&lt;" * 4096, "<b>a</b> " * 100])
def test_message_at_the_limit_is_accepted(text: str) -> None:
    assert read_text(text, "HTML")[0]


def test_plain_text_keeps_its_markup() -> None:
    assert read_text("<b>a & b", None) == ("<b>a & b", [])


@pytest.mark.parametrize(
    ("button", "description"),
    [
        ({"text": "a", "callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({"text": "a", "callback_data": "ạ" * 22}, "BUTTON_DATA_INVALID"),
        ({"text": "a", "copy_text": {"text": ""}}, "BUTTON_COPY_TEXT_INVALID"),
        ({"text": "a", "copy_text": {"text": "a" * 257}}, "BUTTON_COPY_TEXT_INVALID"),
        ({"text": "a", "url": "javascript:x"}, "BUTTON_URL_INVALID"),
        ({"text": "a", "url": "https://a.vn/x y"}, "BUTTON_URL_INVALID"),
        ({"text": "a", "url": "https://[a.vn"}, "BUTTON_URL_INVALID"),
        ({"text": "a"}, "a button needs a text and exactly one action"),
        ({"text": " ", "callback_data": "a"}, "a button needs a text and exactly one action"),
        ({"text": "a", "callback_data": "a", "url": "https://a.vn"}, "a button needs a text and exactly one action"),
        ({"text": "a", "callback_data": "a", "style": "red"}, "invalid button style specified"),
    ],
)
def test_buttons_that_are_not_legal_are_refused(button: dict[str, object], description: str) -> None:
    with pytest.raises(RefusedError, match=description):
        check_keyboard({"inline_keyboard": [[{"text": "ok", "callback_data": "x" * 64}], [button]]})


def test_buttons_that_are_just_legal_are_accepted() -> None:
    buttons = [
        {"text": "a", "callback_data": "x" * 64},
        {"text": "a", "callback_data": "ạ" * 21, "style": "danger"},
        {"text": "a", "copy_text": {"text": "ạ" * 256}},
        {"text": "a", "url": "https://a.vn"},
    ]
    check_keyboard({"inline_keyboard": [buttons * 2, *[buttons] * 23]})


@pytest.mark.parametrize("rows", [[9], [0], [1] * 101])
def test_too_many_buttons_or_an_empty_row_are_refused(rows: list[int]) -> None:
    button = {"text": "a", "callback_data": "x"}
    with pytest.raises(RefusedError, match="REPLY_MARKUP_TOO_LONG"):
        check_keyboard({"inline_keyboard": [[button] * width for width in rows]})


def test_commands_and_mentions_in_messages_of_people_are_marked() -> None:
    assert found_entities("/hoi@a_bot 😀 @nam a@b /x/y http://a/b") == [
        Entity("bot_command", 0, 10),
        Entity("mention", 14, 4),
    ]
