"""Text: normalises and folds Vietnamese text, and finds its syllables and tones.

Offsets always count code points of the given text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from retrieval.datatypes import Span

# --- normal form -----------------------------------------------------------------------------------------------------

_LINE_BREAKS = "\r\x0b\x0c\u2028\u2029"
_DROPPED_CHARS = "\ufeff\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_CONTROL_CODES = (*range(0x09), *range(0x0E, 0x20), *range(0x7F, 0xA0))
_CLEANED_CHARS: dict[int, str | None] = (
    dict.fromkeys(_CONTROL_CODES, " ")
    | dict.fromkeys(map(ord, _LINE_BREAKS), "\n")
    | dict.fromkeys(map(ord, _DROPPED_CHARS))
)
_SURROGATE = re.compile("[\ud800-\udfff]")


def clean(text: str) -> str:
    """Normalises a text to NFC, with line feeds as line breaks and without control characters.

    Lone surrogates become U+FFFD; byte order marks and bidirectional controls are dropped; every kind of line break
    becomes a line feed; other control characters (all but tab) become a space. Spelling does not change. Idempotent.
    Readers of articles call it once.
    """
    text = _SURROGATE.sub("\ufffd", text).replace("\r\n", "\n").translate(_CLEANED_CHARS)
    return unicodedata.normalize("NFC", text)


# --- tones and syllables ---------------------------------------------------------------------------------------------

# Rimes whose tone may stand on either letter (hoà, hòa). `quý` has none of them, as its u belongs to the q.
_NEW_TONES = ("oà", "oá", "oả", "oã", "oạ", "oè", "oé", "oẻ", "oẽ", "oẹ", "uỳ", "uý", "uỷ", "uỹ", "uỵ")
_OLD_TONES = ("òa", "óa", "ỏa", "õa", "ọa", "òe", "óe", "ỏe", "õe", "ọe", "ùy", "úy", "ủy", "ũy", "ụy")
_OLD_BY_NEW_TONES = dict(zip(_NEW_TONES, _OLD_TONES, strict=True))
# Two patterns, each with a literal first letter, so that the search can skip to it.
_NEW_STYLE_TONES = re.compile(r"o[àáảãạèéẻẽẹ](?!\w)"), re.compile(r"u(?<!qu)[ỳýỷỹỵ](?!\w)")
_COMBINING_MARKS = re.compile("[\u0300-\u036f]")
_VIETNAMESE_MARK = re.compile("[aeiouy][\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323]|đ", re.IGNORECASE)
_INVISIBLE_CHARS = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_INVISIBLE = dict.fromkeys(map(ord, _INVISIBLE_CHARS))
# Characters that fold to one character each: composed Latin letters and common punctuation, without İ and the soft
# hyphen.
_FOLDS_ONE_TO_ONE = re.compile("[\0-\xac\xae-\u012f\u0131-\u02ff\u1e00-\u1eff\u2010-\u2027]*")
_SYLLABLE = re.compile(r"\w+")
_SYLLABLE_SHAPE = re.compile(
    r"(?:b|c|ch|d|g|gh|gi|h|k|kh|l|m|n|ng|ngh|nh|p|ph|qu|r|s|t|th|tr|v|x)?[aeiouy]{1,3}(?:c|ch|m|n|ng|nh|p|t)?"
)
_PUNCTUATION = ".,;:?!…()[]\"'“”‘’/-–%&+*=<>•|~@#"
"""Common punctuation; apart from it, most texts consist of syllables and whitespace."""

_NON_SPACE = re.compile(r"\S+")
_MAX_SYLLABLE_CHARS = 64


def fold(text: str) -> str:
    """Folds a text to lower case and NFC, with tone marks in the old place.

    `Hoà` becomes `hòa`. Idempotent.
    """
    # Only the lower case of the Greek final sigma depends on its neighbours; folding makes it independent of them.
    lowered = unicodedata.normalize("NFC", text.lower()).replace("ς", "σ")
    if not lowered.isascii():
        for pattern in _NEW_STYLE_TONES:
            lowered = pattern.sub(_with_old_tone_place, lowered)
    return lowered


def _with_old_tone_place(rime: re.Match[str]) -> str:
    return _OLD_BY_NEW_TONES[rime.group()]


def toneless(text: str) -> str:
    """Removes tones, vowel marks and the stroke of đ: `Đà Nẵng` becomes `Da Nang`. Case stays."""
    if text.isascii():
        return text
    bare = _COMBINING_MARKS.sub("", unicodedata.normalize("NFD", text))
    return unicodedata.normalize("NFC", bare.replace("đ", "d").replace("Đ", "D"))


def has_tones(text: str) -> bool:
    """Tells whether a text has any Vietnamese mark: a tone, a vowel mark or đ."""
    return not text.isascii() and _VIETNAMESE_MARK.search(unicodedata.normalize("NFD", text)) is not None


def could_be_syllable(token: str) -> bool:
    """Tells whether a token is spelt like a Vietnamese syllable, whatever its marks.

    `sông` and `song` are, `spring` is not.
    """
    return _SYLLABLE_SHAPE.fullmatch(toneless(token)) is not None


def syllables(text: str) -> list[str]:
    """Returns the folded syllables (runs of letters and digits) of a text, in order.

    Each is cut to 64 characters. Zero-width characters and soft hyphens are ignored. `1.500` has two syllables, `1` and
    `500`.
    """
    for char in _INVISIBLE_CHARS:
        text = text.replace(char, "")
    text = fold(text)
    runs = _split_at_punctuation(text)
    if not "".join(runs).isalnum():  # rarer punctuation is left, or there is no syllable
        runs = _SYLLABLE.findall(text)
    if max(map(len, runs), default=0) > _MAX_SYLLABLE_CHARS:
        return [syllable[:_MAX_SYLLABLE_CHARS] for syllable in runs]
    return runs


def _split_at_punctuation(text: str) -> list[str]:
    """Splits a text at whitespace and common punctuation, which is faster than matching syllables."""
    for sign in _PUNCTUATION:
        text = text.replace(sign, " ")
    return text.split()


def syllable_spans(text: str) -> list[tuple[str, Span]]:
    """Returns the syllables of `syllables`, each with its span in the given text."""
    if _FOLDS_ONE_TO_ONE.fullmatch(text):
        return [(match.group()[:_MAX_SYLLABLE_CHARS], Span(*match.span())) for match in _SYLLABLE.finditer(fold(text))]
    spans: list[tuple[str, Span]] = []
    for word in _NON_SPACE.finditer(text):
        folded, sources = _fold_with_sources(word.group())
        for match in _SYLLABLE.finditer(folded):
            start, end = sources[match.start()].start, sources[match.end() - 1].end
            spans.append((match.group()[:_MAX_SYLLABLE_CHARS], Span(word.start() + start, word.start() + end)))
    return spans


def _fold_with_sources(word: str) -> tuple[str, list[Span]]:
    """Folds a word; returns (folded word, span in the word of each folded character)."""
    if _FOLDS_ONE_TO_ONE.fullmatch(word):
        return fold(word), [Span(offset, offset + 1) for offset in range(len(word))]
    parts: list[str] = []
    sources: list[Span] = []
    for start, end in _letter_clusters(word):
        part = unicodedata.normalize("NFC", word[start:end].translate(_INVISIBLE).lower())
        parts.append(part)
        sources.extend([Span(start, end)] * len(part))
    # The parts are already composed and in lower case: `fold` only moves tone marks and changes no length.
    return fold("".join(parts)), sources


def _letter_clusters(word: str) -> Iterator[tuple[int, int]]:
    """Yields (start, end) of each letter with its marks; folding never combines two of them."""
    start = 0
    for offset, char in enumerate(word):
        if offset and not _belongs_to_cluster(char):
            yield start, offset
            start = offset
    yield start, len(word)


def _belongs_to_cluster(char: str) -> bool:
    is_hangul_jamo = "\u1160" <= char <= "\u11ff"
    return ord(char) in _INVISIBLE or is_hangul_jamo or unicodedata.category(char).startswith("M")
