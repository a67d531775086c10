"""Short forms: finds the words of a text that may be short forms of chats or of the press, or English."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

from retrieval.datatypes import Span
from retrieval.question.spelling_lattice import Frequencies
from retrieval.vietnamese import ChatWord, abbreviations_in, chat_words, could_be_syllable, english_words, fold

UNITS = frozenset(("k", "kg", "s", "tb"))
"""Short forms that are units or thousands behind a number (`5 kg`, `10 k`)."""

MAX_ARTICLES = 100
"""Number of news articles from which a syllable is a word, and no short form unless it is typed in capitals."""

MAX_ENGLISH_ARTICLES = 20
"""Number of news articles from which an English word is a loanword, which stays."""

_MIN_ENGLISH_LETTERS = 4
_COUNTING = frozenset(("bn", "bnhiu", "may", "mấy", "nhieu", "nhiu", "nhiêu"))
_JOINING_BEFORE = re.compile(r"[\w][-+/&'’.@_#]$|[#@]$")
_JOINING_AFTER = re.compile(r"[+&@]|[-/'’._]\w")
_YEAR = re.compile(r"(?:19|20)\d\d")


def short_forms(
    text: str,
    typed: Sequence[tuple[str, Span]],
    capitals: Sequence[bool],
    news: Mapping[str, int],
    exact: Frequencies,
) -> list[ChatWord | None]:
    """Finds what each word of a text may stand for as a short form; None for other words.

    Parts of other words (`K+`, `v.league`, `e-class`), initials, units behind a number and what articles expand too are
    none; nor is a word in capitals that an article writes in the same way.

    Args:
        text: the text as typed.
        typed: its syllables, folded, each with its span.
        capitals: for each syllable, whether it is capitalised as a name.
        news: the number of news articles that hold each syllable.
        exact: counts the articles of the corpus that hold terms.
    """
    known = _known()
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
        if not span.of(text).isupper() and could_be_syllable(token) and news.get(token, 0) >= MAX_ARTICLES:
            continue
        if token not in chat_words() and news.get(token, 0) > MAX_ENGLISH_ARTICLES:
            continue
        if place == 0 and span.of(text).istitle() and any(capitals[1:2]):  # a name such as "Ng Eng Hen"
            continue
        found[place] = known[token]
    return found


@cache
def _known() -> Mapping[str, ChatWord]:
    """Returns the short forms, and as such the words of English that are no Vietnamese syllables."""
    words = {
        word: ChatWord("chat", (tuple(vietnamese.split()),))
        for word, vietnamese in ((fold(one), fold(other)) for one, other in english_words().items())
        if len(word) >= _MIN_ENGLISH_LETTERS and word.isalpha() and not could_be_syllable(word)
        if vietnamese not in ("", word)
    }
    return {**words, **chat_words()}


def _is_joined(text: str, span: Span) -> bool:
    before = _JOINING_BEFORE.search(text[max(0, span.start - 2) : span.start])
    return before is not None or _JOINING_AFTER.match(text, span.end) is not None


def _is_unit(tokens: Sequence[str], place: int) -> bool:
    before = tokens[place - 1] if place else ""
    counts = before in _COUNTING or (before[:1].isdigit() and not _YEAR.fullmatch(before))
    return counts and tokens[place] in UNITS
