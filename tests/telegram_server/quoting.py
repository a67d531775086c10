"""Quotes in replies: a part of the replied message, equal in text and entities."""

from __future__ import annotations

from tests.telegram_server.errors import RefusedError
from tests.telegram_server.messages import read_text
from tests.telegram_server.text import Entity, utf16_length
from tests.telegram_server.values import Json

LONGEST_QUOTE = 1024
KEPT = frozenset({"bold", "italic", "underline", "strikethrough", "spoiler"})
"""The marks that count in a quote, and are kept."""
INVALID = "QUOTE_TEXT_INVALID"


def without_what_it_answers(message: Json) -> Json:
    """Returns a message as a reply carries it: without the message that it replies to."""
    return {key: value for key, value in message.items() if key != "reply_to_message"}


def checked_quote(message: Json, reply: Json) -> Json | None:
    """Returns the quote of `reply_parameters`, as it is shown, if they hold one.

    Raises:
        RefusedError: it is too long, or not in the message just so.
    """
    if "quote" not in reply:
        return None
    if "quote_entities" in reply:
        raise RefusedError("this server knows of entities by quote_parse_mode only")
    text, entities = read_text(reply["quote"], reply.get("quote_parse_mode"))
    if utf16_length(text) > LONGEST_QUOTE:
        raise RefusedError("message quote is too long")
    return quote_of(
        message, text, [entity for entity in entities if entity.type in KEPT], reply.get("quote_position", 0)
    )


def quote_of(message: Json, text: str, entities: list[Entity] | None = None, near: int = 0) -> Json:
    """Returns a part of a message as a quote: its occurrence nearest to a position, in UTF-16 units.

    Raises:
        RefusedError: it is not in the message, or (where they are given) with other marks.
    """
    whole, marks = _content(message)
    places = [
        start
        for start in _places(whole, text)
        if entities is None or _clipped(marks, start, start + utf16_length(text)) == entities
    ]
    if not text or not places:
        raise RefusedError(INVALID)
    start = min(places, key=lambda place: abs(place - near))
    kept = _clipped(marks, start, start + utf16_length(text))
    quote: Json = {"text": text, "position": start, "is_manual": True}
    return {**quote, "entities": [entity.json() for entity in kept]} if kept else quote


def _content(message: Json) -> tuple[str, list[Entity]]:
    marks: list[Json] = message.get("entities") or message.get("caption_entities") or []
    text = str(message.get("text") or message.get("caption", ""))
    return text, [Entity(**mark) for mark in marks if mark["type"] in KEPT]


def _places(whole: str, text: str) -> list[int]:
    starts = (start for start in range(len(whole)) if whole.startswith(text, start))
    return [utf16_length(whole[:start]) for start in starts]


def _clipped(entities: list[Entity], start: int, end: int) -> list[Entity]:
    """Returns the entities between two offsets, relative to the first."""
    spans = [(entity.type, max(entity.offset, start), min(entity.end, end)) for entity in entities]
    return [Entity(kind, first - start, last - first) for kind, first, last in spans if first < last]
