"""Short forms: finds the words of a text that may be short forms of chats or of the press."""

from __future__ import annotations

import re
from collections.abc import Sequence

from retrieval.datatypes import Span
from retrieval.question.spelling_lattice import Frequencies
from retrieval.vietnamese import ChatWord, abbreviations_in, chat_words

UNITS = frozenset(("g", "h", "k", "kg", "l", "m", "p", "s", "t"))
"""Short forms that are units or thousands behind a number (`5 kg`, `10 k`)."""

_JOINING_BEFORE = re.compile(r"[\w][-+/&'’.@_#]$|[#@]$")
_JOINING_AFTER = re.compile(r"[+&@]|[-/'’._]\w")
_YEAR = re.compile(r"(?:19|20)\d\d")


def short_forms(
    text: str, typed: Sequence[tuple[str, Span]], capitals: Sequence[bool], exact: Frequencies
) -> list[ChatWord | None]:
    """Finds what each word of a text may stand for as a short form; None for other words.

    Parts of other words (`K+`, `v.league`, `e-class`), initials, units behind a number and what articles expand too are
    none; nor is a word in capitals that an article writes in the same way.

    Args:
        text: the text as typed.
        typed: its syllables, folded, each with its span.
        capitals: for each syllable, whether it is capitalised as a name.
        exact: counts the articles that hold terms.
    """
    known = chat_words()
    tokens = [token for token, _ in typed]
    places = [place for place, token in enumerate(tokens) if token in known]
    if not places:
        return [None] * len(tokens)
    expanded = {place for start, end, _ in abbreviations_in(tokens) for place in range(start, end)}
    found: list[ChatWord | None] = [None] * len(tokens)
    for place in places:
        token, span = typed[place]
        if place in expanded or _is_joined(text, span) or _is_unit(tokens, place):
            continue
        if capitals[place] and (len(token) == 1 or not span.of(text).isupper() or exact([token])[0]):
            continue
        if place == 0 and span.of(text).istitle() and any(capitals[1:2]):  # a name such as "Ng Eng Hen"
            continue
        found[place] = known[token]
    return found


def _is_joined(text: str, span: Span) -> bool:
    before = _JOINING_BEFORE.search(text[max(0, span.start - 2) : span.start])
    return before is not None or _JOINING_AFTER.match(text, span.end) is not None


def _is_unit(tokens: Sequence[str], place: int) -> bool:
    before = tokens[place - 1] if place else ""
    return tokens[place] in UNITS and before[:1].isdigit() and not _YEAR.fullmatch(before)
