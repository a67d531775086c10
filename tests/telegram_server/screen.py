"""Draws messages as Telegram shows them on a phone: as HTML, and as PNG if Chromium is installed.

    python -m tests.telegram_server.screen card.json --to screens/

A JSON file holds a list of messages as the Bot API has them, such as `[said.json, reply.json]`; for each file there is
`card-light.png` and `card-dark.png` in the end. It looks right with the fonts Roboto and Noto Color Emoji.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from tests.telegram_server.drawing import drawn
from tests.telegram_server.text import Entity
from tests.telegram_server.values import Json

THEMES = ("light", "dark")
WIDTH = 430
"""Of the screen, in CSS pixels; a picture has twice as many."""
HANOI = dt.timezone(dt.timedelta(hours=7))
_STYLE = Path(__file__).with_name("screen.css")
_ARROW, _SHEETS, _FORWARD = (
    "M2 8 8 2M3 2h5v5",
    "M3.5 3.5h5v5h-5zM1.5 6v-4.5h4.5",
    "M1 8c0-3 2-4.5 5-4.5M5 1l3 2.5-3 2.5",
)
_SIGNS = {
    "url": _ARROW,
    "copy_text": _SHEETS,
    "switch_inline_query": _FORWARD,
    "switch_inline_query_current_chat": _FORWARD,
    "switch_inline_query_chosen_chat": _FORWARD,
}
"""What stands in the corner of a button, as the path of a drawing, by what it does."""
_SCRIPT = """
for (const block of document.querySelectorAll("blockquote.expandable"))
  block.classList.toggle("long", block.firstChild.scrollHeight > block.firstChild.clientHeight + 2);
document.documentElement.dataset.height = Math.ceil(document.body.getBoundingClientRect().height);
document.documentElement.dataset.places = [...document.querySelectorAll(".message")].map((message) => {
  const { top, bottom } = message.getBoundingClientRect(), block = message.querySelector("blockquote");
  return `${Math.ceil(bottom - top)}/${block ? Math.ceil(block.getBoundingClientRect().bottom - top) : 0}`;
}).join(" ");
"""
_HEIGHT = re.compile(r'data-height="(\d+)"')
_PLACES = re.compile(r'data-places="([\d/ ]*)"')


@dataclass(frozen=True, slots=True)
class DrawnMessage:
    """The size of a message as drawn, in CSS pixels."""

    height: int
    """From its upper edge to the lower edge of its buttons."""
    first_block_end: int
    """From its upper edge to the lower edge of its first block quotation; 0 without one."""


def page(messages: Sequence[Json], theme: str, width: int = WIDTH) -> str:
    """Returns a page that needs no other file; `theme` is one of `THEMES`, `width` that of the screen in CSS pixels."""
    return (
        f'<!DOCTYPE html>\n<html lang="vi" data-theme="{theme}" style="--width: {width}px">\n'
        '<meta charset="utf-8">\n<title>Telegram</title>\n'
        f"<style>\n{_STYLE.read_text('utf-8')}</style>\n<body>\n"
        + "\n".join(_message(message) for message in messages)
        + f"\n<script>{_SCRIPT}</script>\n</html>\n"
    )


def picture(html: str, to: Path, chromium: str, width: int = WIDTH, scale: int = 2) -> None:
    """Writes a page of a width in CSS pixels as a PNG of the height of its content, with `scale` dots a pixel.

    Raises:
        subprocess.CalledProcessError: Chromium did not.
    """
    with tempfile.TemporaryDirectory() as folder:
        common, address = _browser(html, Path(folder), chromium)
        height = _HEIGHT.search(_run([*common, f"--window-size={width},800", "--dump-dom", address]))
        size = f"--window-size={width},{height.group(1) if height else 800}"
        _run([*common, size, f"--force-device-scale-factor={scale}", f"--screenshot={to.resolve()}", address])


def measure(messages: Sequence[Json], width: int, chromium: str) -> list[DrawnMessage]:
    """Draws messages on a screen of a width, and returns the size of each.

    Raises:
        subprocess.CalledProcessError: Chromium did not.
    """
    with tempfile.TemporaryDirectory() as folder:
        common, address = _browser(page(messages, THEMES[0], width), Path(folder), chromium)
        places = _PLACES.search(_run([*common, f"--window-size={width},800", "--dump-dom", address]))
    pairs = (place.split("/") for place in (places.group(1).split() if places else ()))
    return [DrawnMessage(int(height), int(end)) for height, end in pairs]


def _browser(html: str, folder: Path, chromium: str) -> tuple[list[str], str]:
    """Writes a page, and returns the command that opens a browser with its own profile, and the page's address."""
    file = folder / "page.html"
    file.write_text(html, "utf-8")
    profile = f"--user-data-dir={folder}/profile"
    return [chromium, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", profile], file.as_uri()


def main(arguments: Sequence[str] | None = None) -> int:
    """Draws the files of the command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.telegram_server.screen", description="Draw messages.")
    parser.add_argument("files", nargs="+", type=Path, help="JSON files, each with a list of messages")
    parser.add_argument("--to", type=Path, default=Path(), metavar="FOLDER", help="where the pictures go")
    options = parser.parse_args(arguments)
    options.to.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        print("chromium is not installed: pages of HTML are written instead of pictures", file=sys.stderr)
    for file in options.files:
        messages = json.loads(file.read_text("utf-8"))
        for theme in THEMES:
            target = options.to / f"{file.stem}-{theme}.{'png' if chromium else 'html'}"
            if chromium:
                picture(page(messages, theme), target, chromium)
            else:
                target.write_text(page(messages, theme), "utf-8")
            print(target)
    return 0


def _run(command: list[str]) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=120).stdout


def _message(message: Json) -> str:
    own = not message.get("from", {}).get("is_bot", True)
    parts = [_via(message), _answered(message), _file(message), _text(message), _keyboard(message)]
    bubble = f'<div class="bubble">{"".join(parts[:4])}</div>'
    return f'<div class="message{" own" if own else ""}">{bubble}{parts[4]}</div>'


def _via(message: Json) -> str:
    return (
        f'<div class="via">via <b>@{escape(message["via_bot"]["username"])}</b></div>' if "via_bot" in message else ""
    )


def _answered(message: Json) -> str:
    answered = message.get("reply_to_message")
    if not answered:
        return ""
    name = escape(answered.get("from", answered.get("sender_chat", {})).get("first_name", ""))
    text = message.get("quote", {}).get("text") or answered.get("text") or answered.get("caption") or "Tệp"
    return f'<div class="answered"><b>{name}</b><span>{escape(" ".join(text.split()))}</span></div>'


def _file(message: Json) -> str:
    document = message.get("document")
    if not document:
        return ""
    size = f"{document['file_size'] / 1024:.1f} KB"
    return f'<div class="file"><i>↓</i><div><b>{escape(document["file_name"])}</b><span>{size}</span></div></div>'


def _text(message: Json) -> str:
    text = message.get("text") or message.get("caption", "")
    marks = message.get("entities") or message.get("caption_entities", [])
    clock = f"{dt.datetime.fromtimestamp(message['date'], HANOI):%H:%M}"
    time = f'<span class="time">{"đã sửa " if "edit_date" in message else ""}{clock}</span>'
    return f'<div class="text">{drawn(text, [Entity(**mark) for mark in marks])}{time}</div>'


def _keyboard(message: Json) -> str:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    drawn_rows = [f'<div class="row">{"".join(_button(button) for button in row)}</div>' for row in rows]
    return f'<div class="keyboard">{"".join(drawn_rows)}</div>' if rows else ""


def _button(button: Json) -> str:
    signs = [path for kind, path in _SIGNS.items() if kind in button]
    sign = f'<svg viewBox="0 0 10 10"><path d="{signs[0]}"/></svg>' if signs else ""
    style = f" {button['style']}" if "style" in button else ""
    return f'<div class="button{style}">{escape(button["text"])}{sign}</div>'


if __name__ == "__main__":
    sys.exit(main())
