"""Renders a text with its entities as HTML for a browser."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from tests.telegram_server.text import Entity

_TAGS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "code": "code",
    "pre": "pre",
}
_BLOCKS = ("blockquote", "expandable_blockquote", "pre")


@dataclass(frozen=True, slots=True)
class _Piece:
    """A piece of text inside the same entities throughout; `entities` from the outermost in."""

    text: str
    entities: tuple[Entity, ...]


def drawn(text: str, entities: list[Entity]) -> str:
    """Returns the HTML of a text, to be shown with its line breaks.

    A block ends the line before it and its own last line: a browser drops the line break before it, and the one after
    it is dropped here.
    """
    return _drawn(_pieces(text, entities))


def _pieces(text: str, entities: list[Entity]) -> list[_Piece]:
    units = text.encode("utf-16-le")
    ends = {0, len(units) // 2, *(entity.offset for entity in entities), *(entity.end for entity in entities)}
    outermost_first = sorted(entities, key=lambda entity: (entity.offset, -entity.length, entity.type not in _BLOCKS))
    pieces = []
    for start, end in zip(sorted(ends), sorted(ends)[1:], strict=False):
        around = tuple(entity for entity in outermost_first if entity.offset <= start and end <= entity.end)
        pieces.append(_Piece(units[2 * start : 2 * end].decode("utf-16-le"), around))
    return pieces


def _drawn(pieces: list[_Piece]) -> str:
    html = ""
    while pieces:
        outer = pieces[0].entities[:1]
        count = next((i for i, piece in enumerate(pieces) if piece.entities[:1] != outer), len(pieces))
        inside, pieces = pieces[:count], pieces[count:]
        if not outer:
            html += escape(inside[0].text, quote=False)
            continue
        within = _drawn([_Piece(piece.text, piece.entities[1:]) for piece in inside])
        if outer[0].type in _BLOCKS:
            pieces = _without_line_break(pieces)
        html += _marked(outer[0], within)
    return html


def _without_line_break(pieces: list[_Piece]) -> list[_Piece]:
    if not pieces:
        return []
    return [_Piece(pieces[0].text.removeprefix("\n"), pieces[0].entities), *pieces[1:]]


def _marked(entity: Entity, within: str) -> str:
    if tag := _TAGS.get(entity.type):
        # A browser drops a line break at the start of preformatted text.
        start = "\n" if tag == "pre" else ""
        return f"<{tag}>{start}{within}</{tag}>"
    if entity.type == "blockquote":
        return f"<blockquote>{within}</blockquote>"
    if entity.type == "expandable_blockquote":
        return f'<blockquote class="expandable"><div>{within}</div></blockquote>'
    if entity.type == "spoiler":
        return f'<span class="spoiler">{within}</span>'
    address = f' href="{escape(entity.url)}"' if entity.url else ""
    return f"<a{address}>{within}</a>"
