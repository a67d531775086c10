"""Text as Telegram stores it: cleaned, trimmed, with entities in UTF-16 units."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Any

_COMMAND = re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>])")
_MENTION = re.compile(r"(?<!\w)@[A-Za-z0-9_]{2,32}(?!\w)")
_INVISIBLE = frozenset("\u200b\u200c\u200d\u200e\u200f\ufeff\u00a0\u2800\u3000\u180e\u1680\u205f\u202f")


@dataclass(frozen=True, slots=True)
class Entity:
    """A marked part of a text; offset and length in UTF-16 units."""

    type: str
    offset: int
    length: int
    url: str | None = None

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.offset + self.length

    def of(self, text: str) -> str:
        """The marked part."""
        return text.encode("utf-16-le")[2 * self.offset : 2 * self.end].decode("utf-16-le")

    def json(self) -> dict[str, Any]:
        """As the Bot API hands it out."""
        return {name: value for name, value in asdict(self).items() if value is not None}


def utf16_length(text: str) -> int:
    """Length in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def kept(character: str) -> str:
    """Returns a character as Telegram stores it: control characters become blanks, some others vanish."""
    code = ord(character)
    if character == "\r" or 0x2028 <= code <= 0x202E or code in (0x030A, 0x0333, 0x033F):
        return ""
    return " " if code < 0x20 and character != "\n" else character


def tidied(text: str, entities: list[Entity]) -> tuple[str, list[Entity]]:
    """Returns the text cleaned and trimmed, with its entities moved along; blank entities are dropped."""
    positions, kept_text = _positions(text)
    start = len(kept_text) - len(kept_text.lstrip(" \n"))
    trimmed = kept_text.strip(" \n")
    end = start + utf16_length(trimmed)
    moved = []
    for entity in entities:
        first, last = max(positions[entity.offset], start), min(positions[entity.end], end)
        span = Entity(entity.type, first - start, max(0, last - first), entity.url)
        blank = len(span.of(trimmed)) - len(span.of(trimmed).lstrip(" \n"))
        if span.length > blank:
            moved.append(Entity(span.type, span.offset + blank, span.length - blank, span.url))
    return _without_runs_of_marks(trimmed), sorted(moved, key=lambda entity: (entity.offset, -entity.length))


def is_empty(text: str) -> bool:
    """Tells whether no character of a text is visible."""
    return all(character.isspace() or character in _INVISIBLE for character in text)


def found_entities(text: str) -> list[Entity]:
    """Returns the commands and mentions that Telegram marks in people's messages."""
    found = [
        Entity(kind, utf16_length(text[: match.start()]), utf16_length(match.group()))
        for kind, pattern in (("bot_command", _COMMAND), ("mention", _MENTION))
        for match in pattern.finditer(text)
    ]
    commands = [entity for entity in found if entity.type == "bot_command"]
    alone = (entity for entity in found if entity in commands or not any(_inside(entity, c) for c in commands))
    return sorted(alone, key=lambda entity: entity.offset)


def _positions(text: str) -> tuple[list[int], str]:
    """Returns for each UTF-16 offset of the text the offset in the cleaned text; and the cleaned text."""
    positions, pieces, at = [], [], 0
    for character in text:
        piece = kept(character)
        positions += [at] * utf16_length(character)
        at += utf16_length(piece)
        pieces.append(piece)
    return [*positions, at], "".join(pieces)


def _without_runs_of_marks(text: str) -> str:
    characters = list(text)
    for position in range(len(characters) - 1):
        if characters[position] in "\u200e\u200f" and characters[position + 1] in "\u200e\u200f":
            characters[position] = "\u200c"
    return "".join(characters)


def _inside(entity: Entity, other: Entity) -> bool:
    return other.offset <= entity.offset and entity.end <= other.end
