"""Language identification: tells English from Vietnamese questions, also without tones or in Telex and VNI keys.

Only names and numbers of an English question can match Vietnamese articles.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from retrieval.vietnamese.text import could_be_syllable, has_tones

_ENGLISH_QUESTION_WORDS = frozenset("how what when where which who whose why".split())

_ENGLISH_ONLY = _ENGLISH_QUESTION_WORDS | frozenset(
    "and are been could did does for from had has is of should was were will with would".split()
)
"""English words that are hardly typed in Vietnamese, except as Telex keys. Two of them, or an English question word
among the first two words that are no names, make a text a candidate for English."""

_AMBIGUOUS = frozenset(
    "a an any at be by can do have he her him his i in it its many may me much my no not on one or our she so than that"
    " the their them there these they this those to us we you your".split()
)
"""Common English words that are also Vietnamese words without tones, with another meaning."""

_MIN_WORDS, _MIN_ENGLISH_WORDS = 4, 2

_WORD = re.compile(r"\w+")
_MARK_KEYS = re.compile(r"(?<=[aeiouy])[sfrxjw]|(?<=[aeiouy].)[sfrxj]$|(?<=[aeiouy]..)[sfrxj]$|\d|([aeod])(?=\1)")
"""Keys that Telex and VNI add to a syllable's letters for its marks."""


def is_english(text: str) -> bool:
    """Tells whether a text is in English.

    An English text has English words and no Vietnamese tones outside of names. Fewer than half of its words, names
    apart, could be Vietnamese syllables, where common English words do not count as such. A text of fewer than four
    words is never English.
    """
    words = _WORD.findall(text)
    common = [word.lower() for place, word in enumerate(words) if not place or word[0].islower() or text.isupper()]
    if len(words) < _MIN_WORDS or any(map(has_tones, common)):
        return False
    if (
        _ENGLISH_QUESTION_WORDS.isdisjoint(common[:2])
        and sum(word in _ENGLISH_ONLY for word in common) < _MIN_ENGLISH_WORDS
    ):
        return False
    others = [word for word in common if word not in _ENGLISH_ONLY and word not in _AMBIGUOUS]
    return sum(map(_could_be_vietnamese, others)) < len(common) / 2


def _could_be_vietnamese(word: str) -> bool:
    return could_be_syllable(word) or could_be_syllable(_MARK_KEYS.sub("", word))


def english_names(text: str) -> Sequence[str]:
    """Returns the names in an English text.

    Names are acronyms, and capitalised words that are no common English words.
    """
    words = _WORD.findall(text)
    return [word for word in words if word[0].isupper() and (_is_acronym(word) or not _is_common(word))]


def _is_acronym(word: str) -> bool:
    return word.isupper() and len(word) > 1


def _is_common(word: str) -> bool:
    return word.lower() in _ENGLISH_ONLY or word.lower() in _AMBIGUOUS
