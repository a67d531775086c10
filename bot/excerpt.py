"""Which part of a quote to show when all of it does not fit: whole sentences around the one that answers."""

from __future__ import annotations

import re

from bot.markup import clean, fit, width
from retrieval.datatypes import Span

_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*\s+|\n+")


def excerpt(text: str, answer: Span, room: int) -> Span:
    """The part of the text to show, at most `room` UTF-16 units wide, without blanks at its ends.

    The answering sentence is kept whole, with as many whole sentences around it as fit; one that is itself too long
    is cut at a space.
    """
    whole = trimmed(text, Span(0, len(text)))
    if width(whole.of(text)) <= room:
        return whole
    core = trimmed(text, answer)
    if width(core.of(text)) > room:
        return trimmed(text, Span(core.start, core.start + fit(core.of(text), room)))
    return _grown(text, whole, core, room)


def trimmed(text: str, span: Span) -> Span:
    """The span without the blanks at its ends; it may be empty."""
    start, end = max(0, span.start), min(len(text), span.end)
    while start < end and _is_blank(text[start]):
        start += 1
    while start < end and _is_blank(text[end - 1]):
        end -= 1
    return Span(start, max(start, end))


def _is_blank(character: str) -> bool:
    return not clean(character).strip()


def _grown(text: str, whole: Span, core: Span, room: int) -> Span:
    """The core with the sentences before and after it, half of the room for each side, and what is left for both."""
    spare = room - width(core.of(text))
    starts = [whole.start, *(match.end() for match in _SENTENCE_END.finditer(text, whole.start, core.start))]
    ends = [*(match.start() + _mark(match) for match in _SENTENCE_END.finditer(text, core.end, whole.end)), whole.end]
    before = _furthest_start(text, starts, core, spare // 2)
    after = _furthest_end(text, ends, core, spare - width(text[before : core.start]))
    before = _furthest_start(text, starts, core, spare - width(text[core.end : after]))
    return trimmed(text, Span(before, after))


def _mark(match: re.Match[str]) -> int:
    """How much of a sentence's end belongs to the sentence: all but the blanks."""
    return len(match.group().rstrip())


def _furthest_start(text: str, starts: list[int], core: Span, room: int) -> int:
    return next((start for start in starts if width(text[start : core.start]) <= room), core.start)


def _furthest_end(text: str, ends: list[int], core: Span, room: int) -> int:
    return next((end for end in reversed(ends) if width(text[core.end : end]) <= room), core.end)
