"""Input methods: converts Vietnamese syllables to their keystrokes in Telex and VNI.

The keystrokes stay in a text that is typed with the input method off.
"""

from __future__ import annotations

import unicodedata

_TELEX_KEYS = {
    "\u0301": "s", "\u0300": "f", "\u0309": "r", "\u0303": "x", "\u0323": "j", "\u031b": "w", "\u0306": "w",
}  # fmt: skip
_VNI_KEYS = {
    "\u0301": "1", "\u0300": "2", "\u0309": "3", "\u0303": "4", "\u0323": "5", "\u0302": "6", "\u031b": "7",
    "\u0306": "8",
}  # fmt: skip
_TONE_MARKS = frozenset("\u0301\u0300\u0309\u0303\u0323")
_CIRCUMFLEX = "\u0302"


def telex(syllable: str) -> str:
    """Returns the Telex keystrokes of a syllable, with the tone key last: `vieetj` for `việt`."""
    keys, tone = "", ""
    for char in unicodedata.normalize("NFD", syllable.replace("đ", "dd").replace("Đ", "DD")):
        if char in _TONE_MARKS:
            tone = _TELEX_KEYS[char]
        else:
            keys += keys[-1] if char == _CIRCUMFLEX else _TELEX_KEYS.get(char, char)
    return keys + tone


def vni(syllable: str) -> str:
    """Returns the VNI keystrokes of a syllable, with the tone key last: `vie6t5` for `việt`."""
    keys, tone = "", ""
    for char in unicodedata.normalize("NFD", syllable.replace("đ", "d9").replace("Đ", "D9")):
        if char in _TONE_MARKS:
            tone = _VNI_KEYS[char]
        else:
            keys += _VNI_KEYS.get(char, char)
    return keys + tone


def sorted_keystrokes(syllable: str) -> set[str]:
    """Returns the keystrokes of every way to type a syllable, each sorted.

    Sorting makes the ways equal that type a mark at once and at the end of the syllable.
    """
    sequences = {telex(syllable), vni(syllable)}
    sequences |= {keys.replace("uwow", "uow") for keys in sequences} | {
        keys.replace("u7o7", "uo7") for keys in sequences
    }
    sequences |= {keys.replace("uw", "w", 1) for keys in sequences}  # "w" alone types ư
    return {"".join(sorted(keys)) for keys in sequences}


def diacritics(syllable: str) -> frozenset[tuple[str, str]]:
    """Returns (letter, combining mark) of each mark, and ("", tone) of a tone.

    A tone has no letter, as it may stand on another one.
    """
    carried, letter = set(), ""
    for char in unicodedata.normalize("NFD", syllable.replace("đ", "d\u0335")):
        if unicodedata.combining(char):
            carried.add(("", char) if char in _TONE_MARKS else (letter, char))
        else:
            letter = char
    return frozenset(carried)
