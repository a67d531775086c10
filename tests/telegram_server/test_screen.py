"""Messages as they are drawn."""

from __future__ import annotations

import json
import shutil
import struct
from pathlib import Path
from typing import Any

import pytest

from tests.telegram_server import Person, TelegramServer
from tests.telegram_server.calling import result
from tests.telegram_server.drawing import drawn
from tests.telegram_server.html import parse
from tests.telegram_server.screen import WIDTH, main, page, picture

Json = dict[str, Any]
CHROMIUM = shutil.which("chromium")


@pytest.mark.parametrize(
    ("markup", "html"),
    [
        ("a &lt; b", "a &lt; b"),
        ("😀 <b>đậm <i>và</i> <u>gạch</u></b> <s>x</s>", "😀 <b>đậm <i>và</i> <u>gạch</u></b> <s>x</s>"),
        ('<a href="https://a.vn/?x=1&amp;y=2">a</a>', '<a href="https://a.vn/?x=1&amp;y=2">a</a>'),
        ("<b>a</b><b>b</b>", "<b>a</b><b>b</b>"),
        ("<b>a</b><i>b</i>c", "<b>a</b><i>b</i>c"),
        ("a\n\n<blockquote>b\n<b>c</b></blockquote>\n\nd", "a\n\n<blockquote>b\n<b>c</b></blockquote>\nd"),
        ("<b>a\n<blockquote>b</blockquote>\nc</b>", "<b>a\n<blockquote>b</blockquote>c</b>"),
        ("<b><blockquote>a</blockquote></b>", "<blockquote><b>a</b></blockquote>"),
        ("<blockquote expandable>a</blockquote>", '<blockquote class="expandable"><div>a</div></blockquote>'),
        ("<tg-spoiler>a</tg-spoiler>", '<span class="spoiler">a</span>'),
        ("<code>a</code>", "<code>a</code>"),
        ("<pre>\na</pre>b", "<pre>\n\na</pre>b"),
    ],
)
def test_text_is_drawn_with_its_marks(markup: str, html: str) -> None:
    text, entities = parse(markup)
    assert drawn(text, entities) == html


def conversation(server: TelegramServer, alice: Person) -> list[Json]:
    """A question with an answer that has buttons, and a file."""
    said = alice.says("Giá <vàng>?")
    row = [
        {"text": "Mở & đọc", "url": "https://a.vn"},
        {"text": "Thêm", "callback_data": "1"},
        {"text": "Xóa", "callback_data": "2", "style": "danger"},
    ]
    keyboard = {"inline_keyboard": [row, [{"text": "Chép", "copy_text": {"text": "a"}}]]}
    answer = {"reply_parameters": {"message_id": said.id, "quote": "vàng"}, "reply_markup": keyboard}
    result(server, "sendMessage", chat_id=alice.chat.id, text="<b>A</b>", parse_mode="HTML", **answer)
    file = alice.sends_document("a.txt", bytes(2048), "Tệp")
    return [said.json, alice.hears().json, file.json]


def test_page_shows_who_says_what_and_the_buttons_row_by_row(server: TelegramServer, alice: Person) -> None:
    html = page(conversation(server, alice), "dark")
    assert '<html lang="vi" data-theme="dark" style="--width: 430px">' in html
    own, answer, file = html.split('<div class="message')[1:]
    assert own.startswith(' own">') and "Giá &lt;vàng&gt;?" in own
    assert '<div class="answered"><b>Alice</b><span>vàng</span></div>' in answer
    assert '<div class="text"><b>A</b><span class="time">05:13</span></div>' in answer
    first, second = answer.split('<div class="row">')[1:]
    assert [first.count('class="button'), second.count('class="button')] == [3, 1]
    assert 'class="button danger">Xóa<' in first
    assert first.count("<svg") == second.count("<svg") == 1
    assert "Mở &amp; đọc" in first
    assert "a.txt</b><span>2.0 KB" in file and "Tệp" in file


def test_page_tells_of_edits_and_of_inline_mode(server: TelegramServer, alice: Person) -> None:
    typed = alice.types_inline("giá")
    article = {"type": "article", "id": "1", "title": "A", "input_message_content": {"message_text": "A"}}
    result(server, "answerInlineQuery", inline_query_id=typed.query.id, results=[article])
    sent = alice.chooses(typed, "A").json
    assert "via <b>@hoibao_test_bot</b>" in page([sent], "light")
    assert "đã sửa 05:13" in page([{**sent, "edit_date": 0}], "light")


def test_page_needs_no_other_file(server: TelegramServer, alice: Person) -> None:
    html = page(conversation(server, alice), "light")
    assert "@import" not in html and "url(" not in html and "src=" not in html


def size(png: Path) -> tuple[int, int]:
    width, height = struct.unpack(">II", png.read_bytes()[16:24])
    return width, height


@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
def test_picture_is_as_high_as_what_is_on_it(tmp_path: Path, server: TelegramServer, alice: Person) -> None:
    messages = conversation(server, alice)
    sizes = []
    for count in (1, 3):
        picture(page(messages[:count], "light"), tmp_path / "a.png", CHROMIUM or "")
        sizes.append(size(tmp_path / "a.png"))
    assert {width for width, _ in sizes} == {2 * WIDTH}
    assert 100 < sizes[0][1] < sizes[1][1] - 200


def test_command_draws_each_file_in_both_themes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")
    messages = [{"date": 0, "text": name, "from": {"is_bot": True}} for name in ("Một", "Hai")]
    files = [tmp_path / "one.json", tmp_path / "two.json"]
    for file, message in zip(files, messages, strict=True):
        file.write_text(json.dumps([message]), "utf-8")
    assert main([*map(str, files), "--to", str(tmp_path / "out")]) == 0
    names = ["one-dark.html", "one-light.html", "two-dark.html", "two-light.html"]
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == names
    assert "Hai" in (tmp_path / "out" / "two-dark.html").read_text("utf-8")
    assert "chromium is not installed" in capsys.readouterr().err
