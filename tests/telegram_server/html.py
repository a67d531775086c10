"""Parses Telegram's HTML mode into entities, by the documented rules and no more."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from tests.telegram_server.text import Entity, utf16_length

_KINDS = {
    **dict.fromkeys(["b", "strong"], "bold"),
    **dict.fromkeys(["i", "em"], "italic"),
    **dict.fromkeys(["u", "ins"], "underline"),
    **dict.fromkeys(["s", "strike", "del"], "strikethrough"),
    "tg-spoiler": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
}
_TAG = re.compile(r"<(/?)([a-zA-Z-]*)([^<>]*)>")
_HREF = re.compile(r'\s+href="([^"<>]*)"\s*')
_REFERENCE = re.compile(r"&(?:(lt|gt|amp|quot)|#(\d{1,7})|#x([0-9a-fA-F]{1,6}));")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}


class HtmlError(Exception):
    """A text is not legal in HTML mode; the message says why and at which byte."""


@dataclass(frozen=True, slots=True)
class _Open:
    tag: str
    offset: int
    kind: str
    url: str | None = None


def parse(markup: str) -> tuple[str, list[Entity]]:
    """Returns the text without its tags, and their entities.

    Raises:
        HtmlError: an unknown tag or attribute, one not closed or closed in the wrong order, a block inside of a
            block, a link without a proper address, or a `<`, `>` or `&` that is not escaped.
    """
    text, entities, opened, at = "", list[Entity](), list[_Open](), 0
    for match in _TAG.finditer(markup):
        text += _decoded(markup[at : match.start()], markup, at)
        at = match.end()
        where = f"at byte offset {len(markup[: match.start()].encode())}"
        closing, tag, attributes = match.group(1), match.group(2).lower(), match.group(3)
        if not closing:
            opened.append(_opened(tag, attributes, utf16_length(text), opened, where))
            continue
        entity = _closed(tag, opened, utf16_length(text), where)
        if entity.length:
            entities.append(entity)
    if opened:
        raise HtmlError(f"Can't find end tag corresponding to start tag {opened[-1].tag}")
    return text + _decoded(markup[at:], markup, at), entities


def is_address(url: str) -> bool:
    """Tells whether Telegram's clients open an address."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and "." in (parts.hostname or "") and not re.search(r"\s", url)


def _opened(tag: str, attributes: str, offset: int, around: list[_Open], where: str) -> _Open:
    if tag not in _KINDS:
        raise HtmlError(f'Unsupported start tag "{tag}" {where}')
    if any(outer.tag in ("pre", "code") for outer in around) and (tag, around[-1].tag) != ("code", "pre"):
        # Telegram drops such marks in silence.
        raise HtmlError(f"Nothing can be marked inside of code {where}")
    if tag == "blockquote" and any(outer.tag == "blockquote" for outer in around):
        raise HtmlError(f"Blockquotes can't be nested {where}")
    if tag == "a":
        return _Open(tag, offset, _KINDS[tag], _address(attributes, where))
    if tag == "blockquote" and attributes == " expandable":
        return _Open(tag, offset, "expandable_blockquote")
    if attributes:
        raise HtmlError(f'Unexpected attributes "{attributes}" of the tag "{tag}" {where}')
    return _Open(tag, offset, _KINDS[tag])


def _closed(tag: str, opened: list[_Open], end: int, where: str) -> Entity:
    if not opened:
        raise HtmlError(f"Unexpected end tag {where}")
    start = opened.pop()
    if tag != start.tag:
        raise HtmlError(f'Unmatched end tag {where}, expected "</{start.tag}>", found "</{tag}>"')
    return Entity(start.kind, start.offset, end - start.offset, start.url)


def _address(attributes: str, where: str) -> str:
    match = _HREF.fullmatch(attributes)
    if not match:
        raise HtmlError(f"A link needs a quoted href and nothing else {where}")
    url = _decoded(match.group(1), match.group(1), 0)
    if not is_address(url):
        # Telegram drops such a link in silence; the reader would miss it.
        raise HtmlError(f"{url!r} is no address that can be opened {where}")
    return url


def _decoded(piece: str, markup: str, at: int) -> str:
    """Resolves the character references of a piece of text, which may hold no other markup."""
    for character in "<>&":
        bare = _REFERENCE.sub("", piece).find(character)
        if bare >= 0:
            raise HtmlError(f'Unescaped "{character}" after byte offset {len(markup[:at].encode())}')
    return _REFERENCE.sub(_resolved, piece)


def _resolved(match: re.Match[str]) -> str:
    name, decimal, hexadecimal = match.groups()
    return _NAMED[name] if name else chr(int(decimal) if decimal else int(hexadecimal, 16))
