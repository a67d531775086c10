"""Telegram's HTML: cleaning, escaping, measuring and links.

Telegram changes some characters of a message by itself. The same is done here first, so that what is measured and
sent is what is shown.
"""

from __future__ import annotations

import html
import re
import unicodedata
from urllib.parse import urlsplit

LONGEST_URL_BYTES = 1024
"""As sent, with its escapes; all links of a message together may not weigh more than about 9,500 bytes."""

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
    """The text as Telegram will show it: no control characters, no direction overrides, no half surrogates."""
    return _DIRECTION_MARK_IN_RUN.sub("\u200c", text.translate(_CLEANING))


def escape(text: str) -> str:
    """The cleaned text, safe between tags and inside of a quoted attribute."""
    return clean(text).translate(_ESCAPES)


def width(text: str) -> int:
    """Length in UTF-16 units, which is how Telegram's clients count; never less than the code points."""
    return len(text) + sum(character > "\uffff" for character in text)


def visible_width(markup: str) -> int:
    """Width of what is left of escaped markup once its tags are read."""
    return width(html.unescape(_TAG.sub("", markup)))


def cut_position(text: str, room: int) -> int:
    """Where to cut the text so that the part before is at most `room` UTF-16 units wide: at a space if one is near."""
    end = _widest(text, room)
    if end == len(text):
        return end
    space = max(text.rfind(" ", 0, end + 1), text.rfind("\n", 0, end + 1))
    if space > end // 2:
        return space
    return _cluster_start(text, end)


def shorten(text: str, room: int) -> str:
    """The text on one line, with an ellipsis where it had to be cut to fit `room` UTF-16 units."""
    text = " ".join(clean(text).split())
    if width(text) <= room:
        return text
    return text[: cut_position(text, room - 1)].rstrip() + "…"


def web_link(url: str | None) -> str | None:
    """The address if it is one that Telegram takes as a link, else None."""
    if not url or len(escape(url).encode()) > LONGEST_URL_BYTES:
        return None
    if any(character.isspace() or not character.isprintable() for character in url):
        return None
    return url if host(url) else None


def host(url: str) -> str | None:
    """The host name of an http(s) address, without `www.`; None for anything else."""
    try:
        parts = urlsplit(url)
        name, _ = parts.hostname, parts.port
    except ValueError:
        return None
    # An address with a user name in it shows one site and opens another.
    if parts.scheme not in ("http", "https") or not name or "." not in name or "@" in parts.netloc:
        return None
    return name.removeprefix("www.")


def link(label: str, url: str | None) -> str:
    """The label, as a link where the address is a good one."""
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
    """Go back to where a visible character begins, so that no accent or emoji is torn."""
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
