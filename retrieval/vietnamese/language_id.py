"""Whether a question is in English: its words then stand in no Vietnamese article, but for names and numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from retrieval.vietnamese.text import could_be_syllable, has_tones

_ASKS = frozenset("how what when where which who whose why".split())

_ENGLISH = _ASKS | frozenset(
    "and are been could did does for from had has is of should was were will with would".split()
)
"""What is hardly typed in Vietnamese, but by Telex: two of them, or one that asks near the front, may be English."""

_ENGLISH_TOO = frozenset(
    "a an any at be by can do have he her him his i in it its many may me much my no not on one or our she so than that"
    " the their them there these they this those to us we you your".split()
)
"""What is common in English, and typed in Vietnamese for something else."""

_LEAST_WORDS, _ENOUGH_ENGLISH = 4, 2

_WORD = re.compile(r"\w+")
_KEYS = re.compile(r"(?<=[aeiouy])[sfrxjw]|(?<=[aeiouy].)[sfrxj]$|(?<=[aeiouy]..)[sfrxj]$|\d|([aeod])(?=\1)")
"""What Telex and VNI add to the letters of a syllable."""


def is_english(text: str) -> bool:
    """Whether a text has words of English, and fewer than half, names apart, that somebody types in Vietnamese."""
    words = _WORD.findall(text)
    said = [word.lower() for place, word in enumerate(words) if not place or word[0].islower() or text.isupper()]
    if len(words) < _LEAST_WORDS or any(map(has_tones, said)):
        return False
    if _ASKS.isdisjoint(said[:2]) and sum(word in _ENGLISH for word in said) < _ENOUGH_ENGLISH:
        return False
    others = [word for word in said if word not in _ENGLISH and word not in _ENGLISH_TOO]
    return sum(map(_could_be_typed, others)) < len(said) / 2


def _could_be_typed(word: str) -> bool:
    return could_be_syllable(word) or could_be_syllable(_KEYS.sub("", word))


def english_names(text: str) -> Sequence[str]:
    """The words of a text in English that are names: those with a capital letter that are no common ones."""
    words = _WORD.findall(text)
    return [word for word in words if word[0].isupper() and (_is_acronym(word) or not _is_common(word))]


def _is_acronym(word: str) -> bool:
    return word.isupper() and len(word) > 1


def _is_common(word: str) -> bool:
    return word.lower() in _ENGLISH or word.lower() in _ENGLISH_TOO
