"""Telegram's HTML: cleans, escapes and measures texts, and makes links.

Telegram replaces some characters of a message. They are replaced here first, so that the measured and sent text is the
one that is shown.
"""

from __future__ import annotations

import html
import re
import unicodedata
from urllib.parse import urlsplit

LONGEST_URL_BYTES = 1024
"""Length with escapes, as sent; all links of a message together may have about 9,500 bytes."""

_CLEANING: dict[int, str | None] = {
    **dict.fromkeys(range(0x20), " "),
    ord("\n"): "\n",
    **dict.fromkeys([ord("\r"), *range(0x2028, 0x202F), 0x030A, 0x0333, 0x033F], None),
    # Half a surrogate pair cannot be sent as UTF-8.
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),
}
_DIRECTION_MARK_IN_RUN = re.compile("[\u200e\u200f](?=[\u200e\u200f])")
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})
_TAG = re.compile("<[^>]*>")
_LONGEST_CLUSTER = 16


def clean(text: str) -> str:
    """Returns the text as Telegram shows it, without control characters, direction overrides and lone surrogates."""
    return _DIRECTION_MARK_IN_RUN.sub("\u200c", text.translate(_CLEANING))


def escape(text: str) -> str:
    """Returns the cleaned text, safe between tags and inside a quoted attribute."""
    return clean(text).translate(_ESCAPES)


def width(text: str) -> int:
    """Returns the length in UTF-16 units, as Telegram's clients count. Never less than the number of code points."""
    return len(text) + sum(character > "\uffff" for character in text)


def visible_width(markup: str) -> int:
    """Returns the width of escaped markup without its tags."""
    return width(html.unescape(_TAG.sub("", markup)))


def cut_position(text: str, room: int) -> int:
    """Returns where to cut the text to `room` UTF-16 units, preferably at a space."""
    end = _widest(text, room)
    if end == len(text):
        return end
    space = max(text.rfind(" ", 0, end + 1), text.rfind("\n", 0, end + 1))
    if space > end // 2:
        return space
    return _cluster_start(text, end)


def shorten(text: str, room: int) -> str:
    """Cuts the text to one line of at most `room` UTF-16 units, with an ellipsis."""
    text = " ".join(clean(text).split())
    if width(text) <= room:
        return text
    return text[: cut_position(text, room - 1)].rstrip() + "…"


def web_link(url: str | None) -> str | None:
    """Returns the address if Telegram accepts it as a link, else None."""
    if not url or len(escape(url).encode()) > LONGEST_URL_BYTES:
        return None
    if any(character.isspace() or not character.isprintable() for character in url):
        return None
    return url if host(url) else None


def host(url: str) -> str | None:
    """Returns the host name of an http(s) address, without `www.`; None for anything else."""
    try:
        parts = urlsplit(url)
        name, _ = parts.hostname, parts.port
    except ValueError:
        return None
    # An address with a user name may look like one site and open another.
    if parts.scheme not in ("http", "https") or not name or "." not in name or "@" in parts.netloc:
        return None
    return name.removeprefix("www.")


def link(label: str, url: str | None) -> str:
    """Returns the label in HTML, as a link where Telegram accepts the address."""
    address = web_link(url)
    return f'<a href="{escape(address)}">{escape(label)}</a>' if address else escape(label)


def _widest(text: str, room: int) -> int:
    used = 0
    for position, character in enumerate(text):
        used += 2 if character > "\uffff" else 1
        if used > room:
            return position
    return len(text)


def _cluster_start(text: str, end: int) -> int:
    """Moves a cut back to the start of a visible character. No accent or emoji is split."""
    for position in range(end, max(0, end - _LONGEST_CLUSTER), -1):
        if not _continues(text, position):
            return position
    return end


def _continues(text: str, position: int) -> bool:
    character, before = text[position], text[position - 1]
    return (
        unicodedata.category(character).startswith("M")
        or "\u200d" in (character, before)
        or "\U0001f3fb" <= character <= "\U0001f3ff"
    )
