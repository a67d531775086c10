"""Chat words: lists the short forms of chats and of the press, with the readings of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Literal, get_args

from retrieval.vietnamese.text import could_be_syllable, toneless

CHAT_WORDS_FILE = "chat_words.tsv"
"""Package file with one short form a line: `short form<TAB>kind<TAB>reading<TAB>reading ...`; `#` begins a comment."""

ChatWordKind = Literal["chat", "press", "time"]
"""What a short form is: a word of chat language, an abbreviation or a short name, or surely a word of time."""


@dataclass(frozen=True, slots=True)
class ChatWord:
    """Represents a short form, folded, with what it may stand for."""

    kind: ChatWordKind
    readings: tuple[tuple[str, ...], ...]
    """The syllables of each reading, the usual one first."""

    @property
    def usual(self) -> tuple[str, ...]:
        """Returns the usual reading."""
        return self.readings[0]


@cache
def chat_words() -> Mapping[str, ChatWord]:
    """Returns the short forms by their folded spelling.

    A short form with marks is listed without them too, unless it is a syllable then, with the readings of all that look
    the same.
    """
    kinds: dict[str, ChatWordKind] = {}
    readings: defaultdict[str, dict[tuple[str, ...], None]] = defaultdict(dict)
    content = resources.files("retrieval.vietnamese").joinpath(CHAT_WORDS_FILE).read_text(encoding="utf-8")
    for line in content.splitlines():
        if line.startswith("#"):
            continue
        short, kind, *long = line.split("\t")
        listed = next(one for one in get_args(ChatWordKind) if one == kind)
        bare = toneless(short)
        for spelling in (short,) if bare == short or could_be_syllable(bare) else (short, bare):
            kinds.setdefault(spelling, listed)
            readings[spelling] |= dict.fromkeys(tuple(words.split()) for words in long)
    return {short: ChatWord(kind, tuple(readings[short])) for short, kind in kinds.items()}
