"""How Vietnamese is typed: the keys of Telex and VNI, which a text shows where an input method was off."""

from __future__ import annotations

import unicodedata

_TELEX = {
    "\u0301": "s", "\u0300": "f", "\u0309": "r", "\u0303": "x", "\u0323": "j", "\u031b": "w", "\u0306": "w",
}  # fmt: skip
_VNI = {
    "\u0301": "1", "\u0300": "2", "\u0309": "3", "\u0303": "4", "\u0323": "5", "\u0302": "6", "\u031b": "7",
    "\u0306": "8",
}  # fmt: skip
_TONES = frozenset("\u0301\u0300\u0309\u0303\u0323")
_CIRCUMFLEX = "\u0302"


def telex(syllable: str) -> str:
    """The keys that type a syllable in Telex, the tone at the end: `việt`, `vieetj`."""
    keys, tone = "", ""
    for char in unicodedata.normalize("NFD", syllable.replace("đ", "dd").replace("Đ", "DD")):
        if char in _TONES:
            tone = _TELEX[char]
        else:
            keys += keys[-1] if char == _CIRCUMFLEX else _TELEX.get(char, char)
    return keys + tone


def vni(syllable: str) -> str:
    """The keys that type a syllable in VNI, the tone at the end: `việt`, `vie6t5`."""
    keys, tone = "", ""
    for char in unicodedata.normalize("NFD", syllable.replace("đ", "d9").replace("Đ", "D9")):
        if char in _TONES:
            tone = _VNI[char]
        else:
            keys += _VNI.get(char, char)
    return keys + tone


def key_sets(syllable: str) -> set[str]:
    """The keys that type a syllable, in order of the alphabet: people type marks at once or at the syllable's end."""
    ways = {telex(syllable), vni(syllable)}
    ways |= {keys.replace("uwow", "uow") for keys in ways} | {keys.replace("u7o7", "uo7") for keys in ways}
    return {"".join(sorted(keys)) for keys in ways}


def marks(syllable: str) -> frozenset[tuple[str, str]]:
    """Each mark with the letter that carries it; the tone with none, since it may stand on another letter."""
    found, letter = set(), ""
    for char in unicodedata.normalize("NFD", syllable.replace("đ", "d\u0335")):
        if unicodedata.combining(char):
            found.add(("", char) if char in _TONES else (letter, char))
        else:
            letter = char
    return frozenset(found)
