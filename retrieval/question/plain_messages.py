"""Plain messages: puts a chat message into plain words, without courtesies, emoticons and stretched letters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from retrieval.question.phrases import EMOTICON
from retrieval.vietnamese import (
    asking_phrases,
    chat_words,
    has_tones,
    in_vietnamese,
    syllable_spans,
    syllables,
    toneless,
)

MIN_LEFT_SYLLABLES = 2
"""Fewest syllables that courtesies may leave of a message."""

MAX_SYLLABLES = 30
"""Length in syllables above which a text is no chat message, and its courtesies stay."""

_CALLED = (
    "(?:ad|add|admin|bot|bạn|bn|mn|mng|mọi người|ae|anh em|cả nhà|các bác|mấy bác|các bạn|mấy bạn|các bạn|các anh chị"
    "|anh chị|bác nào|ai|các mẹ|em|anh|chị|hội mình|shop)"
)
_I = "(?:mình|mik|mk|m|em|e|tôi|tui|tớ|t|cháu|con|anh|chị|bác|xin)"
_OPENINGS = (
    "alo ",
    f"{_CALLED} ơi ",
    f"(?:{_CALLED} )?(?:làm ơn |vui lòng |xin )?cho (?:{_I} )?hỏi (?:(?:là|chút|xíu|tí|tý|với|cái|ké|thăm) ){{0,2}}",
    f"(?:{_I} )?(?:xin hỏi|hỏi chút|hỏi xíu|hỏi tí|hỏi tý|hỏi ngu) (?:(?:là|với) )?",
    f"{_I} muốn hỏi (?:là )?",
    f"(?:hãy |làm ơn |xin |vui lòng )?cho {_I} biết (?:là )?",
)
"""What may stand before a question."""
_TONED_OPENINGS = "(?:à mà|dạ|ê|ủa|ơ|à|này|vâng|ừm) "
_WHO_KNOWS = f"(?:có )?(?:{_CALLED}|không|ko) (?:nào )?(?:có )?biết (?:là )?"
"""What may stand before a question that asks by itself."""

_CALLS = "|".join(f"{called}{oi}" for oi in (" ơi", "") for called in ("mn", "mng", "ad", "add", "admin", "bot", "ae"))
_PARTICLES = f"z|v|zậy|dzậy|dz|(?:z|v|vậy) trời|(?:bạn|bn|mọi người|cả nhà|các bác|anh em) ơi|{_CALLS}"
"""What may end a message wherever it stands."""
_TONED_PARTICLES = "ạ|nhỉ|nhể|nhé"
"""Particles that are other words without their marks."""
_AFTER_ASKING = (
    "vậy|thế|nha|nhá|ta|à|á|hả|hở|với|đi|đó|đấy|luôn|lun|bạn|bn|em|anh|anh em|mọi người|cả nhà|các bác|bác|trời|ha|hen"
    "|nhở|nè|chỉ với|chỉ giúp|giúp|giúp mình|giúp em|giùm|hộ|zợ|hén|dị|zị|zạ|dạ|vại"
)
"""What may end a message behind a word that asks."""
_KNOWING = "chỉ (?:em |mình |tôi )?(?:với|giúp)|chỉ với ạ|giúp (?:em|mình)|không|ko|k|kg|hok|hông"
_ASKING_TOKENS = (
    "j|ji|jì|chưa|không|ko|k|kg|hok|hông|hong|khum|kh|nhiêu|nhiu|bn|bnhiu|mấy|ntn|ntnao|tnao|chi|bao xa|bao lâu"
)
_NOT_BEFORE_PARTICLE = frozenset("gen gene hệ dòng phần tập mùa hạng lớp vitamin như vì do bởi hồi size".split())
"""Words behind which a letter or `vậy` is no particle."""

_LEAST_BEFORE_SO = 4
_MULTIPLES = {"tr": "triệu", "trđ": "triệu đồng", "tỷ": "tỷ", "tỉ": "tỷ"}
_STRETCHED = re.compile(r"([a-z])\1{2,}")
_NUMERAL = re.compile(r"m{0,3}(?:cm|cd|d?c{0,3})(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})|w+")
_AMOUNT = re.compile(r"(?<![\w.,/-])(\d+(?:[.,]\d+)?)(tr|trđ|tỷ|tỉ)(?![\w/-])", re.IGNORECASE)
_HIDDEN = re.compile("[\u200d\ufe0e\ufe0f\U0001f000-\U0001faff\u2600-\u27bf\u2b50-\u2b55]")
_FINAL_MARKS = re.compile(r"[\s.,!?…~]*$")


def plain_message(text: str) -> str:
    """Puts a message into plain words; a text that is no chat language stays as it is.

    Emoticons, courtesies (`cho mình hỏi`) and particles (`vậy ạ`) are left out, stretched letters are written once,
    words of time (`hnay`) and amounts (`500tr`) are written out, and plain English is put into Vietnamese.
    """
    plain = text
    if found := EMOTICON.search(plain) or _HIDDEN.search(plain):
        cleared = " ".join(_HIDDEN.sub(" ", EMOTICON.sub(" ", plain)).split())
        plain = cleared if found and len(syllables(cleared)) >= 1 else plain
    plain = _AMOUNT.sub(lambda found: f"{found[1]} {_MULTIPLES[found[2].lower()]}", plain)
    plain = _spelt_plainly(plain)
    plain = _without_courtesies(plain)
    return in_vietnamese(plain)


def _spelt_plainly(text: str) -> str:
    """Writes stretched letters once, and short words of time in full."""
    known = _time_words()
    is_stretched = _STRETCHED.search(toneless(text)) is not None
    if not is_stretched and known.keys().isdisjoint(syllables(text)):
        return text
    parts, end = [], 0
    for token, span in syllable_spans(text):
        word = span.of(text)
        plain = known.get(token) or _unstretched(word)
        if plain != word:
            parts += [text[end : span.start], plain]
            end = span.end
    return "".join([*parts, text[end:]])


def _unstretched(word: str) -> str:
    """Writes letters once that are repeated for emphasis: `gìiii` is `gì`; Roman numerals and `www` stay."""
    bare = toneless(word).lower()
    if len(bare) != len(word) or not _STRETCHED.search(toneless(word)) or _NUMERAL.fullmatch(bare):
        return word
    kept = []
    for run in re.finditer(r"(.)\1*", bare):
        letters = word[run.start() : run.end()]
        if len(letters) > 2:
            letters = next((letter for letter in letters if not letter.isascii()), letters[0])
        kept.append(letters)
    return "".join(kept)


@cache
def _time_words() -> Mapping[str, str]:
    return {short: " ".join(word.usual) for short, word in chat_words().items() if word.kind == "time"}


def _without_courtesies(text: str) -> str:
    """Leaves out what stands before and after a question for courtesy."""
    toned = has_tones(text)
    located = syllable_spans(text)
    spoken = [token for token, _ in located]
    if len(spoken) > MAX_SYLLABLES:
        return text
    first, asks_who = _opening_length(spoken, toned=toned)
    last = _closing_start(spoken, first, asks_who=asks_who, toned=toned)
    if (first, last) == (0, len(spoken)) or last - first < MIN_LEFT_SYLLABLES:
        return text
    kept = text[located[first][1].start : located[last - 1][1].end]
    if last == len(spoken):
        return kept + text[located[-1][1].end :]
    marks = _FINAL_MARKS.search(text)
    ending = marks[0].rstrip() if marks else ""
    return kept + ("?" if "?" in ending else "")


def _opening_length(spoken: list[str], *, toned: bool) -> tuple[int, bool]:
    """Counts the syllables that open a question; tells whether they ask who knows."""
    said = " ".join(spoken) + " "
    start = 0
    openings = "|".join((*_OPENINGS, _TONED_OPENINGS) if toned else _OPENINGS)
    while match := _pattern(openings, toned=toned).match(said, start):
        start = match.end()
    knows = _pattern(_WHO_KNOWS, toned=toned).match(said, start)
    rest = said[knows.end() :].split() if knows else []
    if knows and _asks(rest[:-1] or rest, toned=toned):
        return len(said[: knows.end()].split()), True
    return len(said[:start].split()), False


def _closing_start(spoken: list[str], first: int, *, asks_who: bool, toned: bool) -> int:
    """Returns the number of syllables before the particles at the end."""
    last = len(spoken)
    particles = f"{_PARTICLES}|{_TONED_PARTICLES}" if toned else _PARTICLES
    while last - first > MIN_LEFT_SYLLABLES:
        said = " ".join(spoken[first:last])
        if asks_who and (match := _pattern(f".* (?P<end>{_KNOWING})", toned=toned).fullmatch(said)):
            before = said[: match.start("end")].split()
            asks_who = False
            if not _asks(before, toned=toned):
                break
        elif match := _pattern(f".* (?P<end>{particles})", toned=toned).fullmatch(said):
            before = said[: match.start("end")].split()
            if before[-1] in _NOT_BEFORE_PARTICLE:
                break
        elif match := _pattern(f".* (?P<end>{_AFTER_ASKING})", toned=toned).fullmatch(said):
            before = said[: match.start("end")].split()
            is_particle = match["end"] == "vậy" and _is_particle_behind(before, toned=toned)
            if not (is_particle or _ends_asking(before, toned=toned)):
                break
        else:
            break
        last = first + len(before)
    return last if last - first >= MIN_LEFT_SYLLABLES else len(spoken)


def _is_particle_behind(before: list[str], *, toned: bool) -> bool:
    """Tells whether `vậy` behind words that do not ask is a particle, and not what is pointed at (`sao làm vậy`)."""
    is_long = len(before) >= _LEAST_BEFORE_SO and "sao" not in before and before[-1] not in _NOT_BEFORE_PARTICLE
    return is_long and _asks(before, toned=toned)


def _ends_asking(spoken: list[str], *, toned: bool) -> bool:
    return _pattern(f"(?:.* )?(?:{_asking()})", toned=toned).fullmatch(" ".join(spoken)) is not None


def _asks(spoken: list[str], *, toned: bool) -> bool:
    return _pattern(f"(?:.* )?(?:{_asking()})(?: .*)?", toned=toned).fullmatch(" ".join(spoken)) is not None


@cache
def _asking() -> str:
    return "|".join((*asking_phrases(), "sao", _ASKING_TOKENS))


@cache
def _pattern(written: str, *, toned: bool) -> re.Pattern[str]:
    """Compiles a pattern of folded syllables, for a text with tones or without."""
    return re.compile(written if toned else toneless(written))
