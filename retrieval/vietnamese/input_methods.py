"""Telex and VNI: the keys that type a Vietnamese syllable, which stay in a text typed with the input method off."""

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
    """Returns the keys that type a syllable in Telex, the tone's at the end: `vieetj` for `việt`."""
    keys, tone = "", ""
    for char in unicodedata.normalize("NFD", syllable.replace("đ", "dd").replace("Đ", "DD")):
        if char in _TONE_MARKS:
            tone = _TELEX_KEYS[char]
        else:
            keys += keys[-1] if char == _CIRCUMFLEX else _TELEX_KEYS.get(char, char)
    return keys + tone


def vni(syllable: str) -> str:
    """Returns the keys that type a syllable in VNI, the tone's at the end: `vie6t5` for `việt`."""
    keys, tone = "", ""
    for char in unicodedata.normalize("NFD", syllable.replace("đ", "d9").replace("Đ", "D9")):
        if char in _TONE_MARKS:
            tone = _VNI_KEYS[char]
        else:
            keys += _VNI_KEYS.get(char, char)
    return keys + tone


def sorted_keystrokes(syllable: str) -> set[str]:
    """Returns the keys of each way to type a syllable, sorted: a mark may be typed at once or at the syllable's end."""
    sequences = {telex(syllable), vni(syllable)}
    sequences |= {keys.replace("uwow", "uow") for keys in sequences} | {
        keys.replace("u7o7", "uo7") for keys in sequences
    }
    return {"".join(sorted(keys)) for keys in sequences}


def diacritics(syllable: str) -> frozenset[tuple[str, str]]:
    """Returns (letter, combining mark) of each mark; ("", tone) of a tone, which may stand on another letter."""
    carried, letter = set(), ""
    for char in unicodedata.normalize("NFD", syllable.replace("đ", "d\u0335")):
        if unicodedata.combining(char):
            carried.add(("", char) if char in _TONE_MARKS else (letter, char))
        else:
            letter = char
    return frozenset(carried)
