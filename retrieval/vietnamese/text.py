"""What a text is made of: its normal form, its syllables and tones.

Offsets always count code points of the text as it was given.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from retrieval.datatypes import Span

# --- the one normal form of article text -----------------------------------------------------------------------------

_LINE_BREAKS = "\r\x0b\x0c\u2028\u2029"
_DROPPED = "\ufeff\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_CONTROLS = (*range(0x09), *range(0x0E, 0x20), *range(0x7F, 0xA0))
_CLEAN: dict[int, str | None] = (
    dict.fromkeys(_CONTROLS, " ") | dict.fromkeys(map(ord, _LINE_BREAKS), "\n") | dict.fromkeys(map(ord, _DROPPED))
)
_SURROGATE = re.compile("[\ud800-\udfff]")


def clean(text: str) -> str:
    """The one normalisation of article text, done by the readers: NFC, one kind of line break, nothing that reorders.

    Lone surrogates become U+FFFD; byte order marks and bidirectional controls go; every kind of line break becomes
    a line feed; other control characters (all but tab) become a space. Spelling stays as it is. Idempotent.
    """
    text = _SURROGATE.sub("\ufffd", text).replace("\r\n", "\n").translate(_CLEAN)
    return unicodedata.normalize("NFC", text)


# --- tones and syllables ---------------------------------------------------------------------------------------------

# One rime each: the tone may stand on either letter (hoà, hòa). `quý` is no such rime: its u belongs to the q.
_NEW_TONES = ("oà", "oá", "oả", "oã", "oạ", "oè", "oé", "oẻ", "oẽ", "oẹ", "uỳ", "uý", "uỷ", "uỹ", "uỵ")
_OLD_TONES = ("òa", "óa", "ỏa", "õa", "ọa", "òe", "óe", "ỏe", "õe", "ọe", "ùy", "úy", "ủy", "ũy", "ụy")
_TONE_PAIRS = dict(zip(_NEW_TONES, _OLD_TONES, strict=True))
# Two patterns that each begin with a letter: that is what the search skips to.
_NEW_STYLE_TONES = re.compile(r"o[àáảãạèéẻẽẹ](?!\w)"), re.compile(r"u(?<!qu)[ỳýỷỹỵ](?!\w)")
_MARKS = re.compile("[\u0300-\u036f]")
_VIETNAMESE_MARK = re.compile("[aeiouy][\u0300\u0301\u0302\u0303\u0306\u0309\u031b\u0323]|đ", re.IGNORECASE)
_INVISIBLE_CHARS = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
_INVISIBLE = dict.fromkeys(map(ord, _INVISIBLE_CHARS))
# Characters that fold one to one: composed Latin letters and the usual punctuation, without İ and the soft hyphen.
_LETTER_BY_LETTER = re.compile("[\0-\xac\xae-\u012f\u0131-\u02ff\u1e00-\u1eff\u2010-\u2027]*")
_SYLLABLE = re.compile(r"\w+")
_SHAPED = re.compile(
    r"(?:b|c|ch|d|g|gh|gi|h|k|kh|l|m|n|ng|ngh|nh|p|ph|qu|r|s|t|th|tr|v|x)?[aeiouy]{1,3}(?:c|ch|m|n|ng|nh|p|t)?"
)
_PUNCTUATION = ".,;:?!…()[]\"'“”‘’/-–%&+*=<>•|~@#"
"""What mostly stands beside syllables: without it, most texts are nothing but them and whitespace."""

_CHUNK = re.compile(r"\S+")
_MAX_SYLLABLE = 64


def fold(text: str) -> str:
    """Lower case, NFC, and one place for the tone mark: `Hoà` and `HÒA` both become `hòa`. Idempotent."""
    # Greek's final sigma is the one letter whose lower case depends on its neighbours: folded, it does not.
    lowered = unicodedata.normalize("NFC", text.lower()).replace("ς", "σ")
    if not lowered.isascii():
        for pattern in _NEW_STYLE_TONES:
            lowered = pattern.sub(_in_old_style, lowered)
    return lowered


def _in_old_style(rime: re.Match[str]) -> str:
    return _TONE_PAIRS[rime.group()]


def toneless(text: str) -> str:
    """The text as typed without tones: `Đà Nẵng` becomes `Da Nang`. Case stays."""
    if text.isascii():
        return text
    bare = _MARKS.sub("", unicodedata.normalize("NFD", text))
    return unicodedata.normalize("NFC", bare.replace("đ", "d").replace("Đ", "D"))


def has_tones(text: str) -> bool:
    """Whether the text carries any Vietnamese mark: a tone, a vowel mark or đ."""
    return not text.isascii() and _VIETNAMESE_MARK.search(unicodedata.normalize("NFD", text)) is not None


def could_be_syllable(token: str) -> bool:
    """Whether a syllable is spelt as Vietnamese ones are, marks apart: so are `sông` and `song`, but not `spring`."""
    return _SHAPED.fullmatch(toneless(token)) is not None


def syllables(text: str) -> list[str]:
    """The folded syllables (runs of letters and digits) in order, each cut to 64 characters.

    Zero-width characters and soft hyphens are ignored. `1.500` is two of them, `1` and `500`.
    """
    for char in _INVISIBLE_CHARS:
        text = text.replace(char, "")
    text = fold(text)
    found = _between_punctuation(text)
    if not "".join(found).isalnum():  # some other sign, or none at all
        found = _SYLLABLE.findall(text)
    if max(map(len, found), default=0) > _MAX_SYLLABLE:
        return [syllable[:_MAX_SYLLABLE] for syllable in found]
    return found


def _between_punctuation(text: str) -> list[str]:
    """The runs of a text that hold neither whitespace nor the usual punctuation: quicker to find than syllables."""
    for sign in _PUNCTUATION:
        text = text.replace(sign, " ")
    return text.split()


def syllable_spans(text: str) -> list[tuple[str, Span]]:
    """The same syllables as `syllables`, each with the characters of the text that spell it."""
    if _LETTER_BY_LETTER.fullmatch(text):
        return [(one.group()[:_MAX_SYLLABLE], Span(*one.span())) for one in _SYLLABLE.finditer(fold(text))]
    found: list[tuple[str, Span]] = []
    for chunk in _CHUNK.finditer(text):
        folded, pieces = _folded_with_pieces(chunk.group())
        for match in _SYLLABLE.finditer(folded):
            start, end = pieces[match.start()].start, pieces[match.end() - 1].end
            found.append((match.group()[:_MAX_SYLLABLE], Span(chunk.start() + start, chunk.start() + end)))
    return found


def _folded_with_pieces(chunk: str) -> tuple[str, list[Span]]:
    """The folded chunk, and for each of its characters the piece of the chunk that it stems from."""
    if _LETTER_BY_LETTER.fullmatch(chunk):
        return fold(chunk), [Span(offset, offset + 1) for offset in range(len(chunk))]
    parts: list[str] = []
    pieces: list[Span] = []
    for start, end in _clusters(chunk):
        part = unicodedata.normalize("NFC", chunk[start:end].translate(_INVISIBLE).lower())
        parts.append(part)
        pieces.extend([Span(start, end)] * len(part))
    # `fold` again, on what is already lower case and composed, places the tones and changes no length.
    return fold("".join(parts)), pieces


def _clusters(chunk: str) -> Iterator[tuple[int, int]]:
    """Pieces that neither lower-casing nor composing reaches across: a letter and the marks that follow it."""
    start = 0
    for offset, char in enumerate(chunk):
        if offset and not _attaches(char):
            yield start, offset
            start = offset
    yield start, len(chunk)


def _attaches(char: str) -> bool:
    is_hangul_jamo = "\u1160" <= char <= "\u11ff"
    return ord(char) in _INVISIBLE or is_hangul_jamo or unicodedata.category(char).startswith("M")
