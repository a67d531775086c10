"""Whether a question is in English: its words then stand in no Vietnamese article, but for names and numbers."""

from __future__ import annotations

from collections.abc import Sequence

from retrieval.text import could_be_syllable

_ENGLISH = frozenset(
    "and are been could did does for from had has how is of should was were what when where which who whose why will"
    " with would".split()
)
"""What no Vietnamese is typed as but by the keys of Telex: two of them, or one in front, mostly show English."""

_ENGLISH_TOO = frozenset(
    "a an any at be by can do have he her him his i in it its many may me much my no not on one or our she so than that"
    " the their them there these they this those to us we you your".split()
)
"""What is common in English, and typed in Vietnamese for something else."""

_ENOUGH_ENGLISH = 2
"""Words, where none is the first."""

ENGLISH_WORDS = _ENGLISH | _ENGLISH_TOO
"""The commonest words of English."""


def in_english(tokens: Sequence[str]) -> bool:
    """Whether a text of these syllables is in English: it has words of it, and fewer than half could be Vietnamese."""
    if _ENGLISH.isdisjoint(tokens[:1]) and len(_ENGLISH.intersection(tokens)) < _ENOUGH_ENGLISH:
        return False
    return sum(could_be_syllable(token) and token not in _ENGLISH_TOO for token in tokens) < len(tokens) / 2
