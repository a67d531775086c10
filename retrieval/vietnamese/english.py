"""English: gives the Vietnamese of the words and phrases of English that people mix into questions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

from retrieval.vietnamese.text import could_be_syllable, has_tones

ENGLISH_WORDS_FILE = "english_words.tsv"
"""Package file with one word or phrase a line: `English<TAB>Vietnamese`; `#` begins a comment."""

MAX_UNKNOWN_WORDS = 1
"""Most words in small letters that the table may lack for a text to be put into Vietnamese."""

_QUESTIONS: tuple[tuple[str, str], ...] = (
    (r"how much (?:is|are|was|does|do|did) (.+?)(?: cost)?", r"\1 bao nhiêu"),
    (r"how much (.+)", r"bao nhiêu \1"),
    (r"how many (.+)", r"bao nhiêu \1"),
    (r"how old (?:is|was) (.+)", r"\1 bao nhiêu tuổi"),
    (r"how long (.+)", r"\1 bao lâu"),
    (r"how (?:did|do|does|is|are|was|were|to) (.+)", r"\1 như thế nào"),
    (r"who(?: is|s| are| was) (.+)", r"\1 là ai"),
    (r"who (.+)", r"ai \1"),
    (r"what (?:time|day) (?:is|are|was|does|do|did|will) (.+)", r"\1 khi nào"),
    (r"what happened (?:to|in|at|with) (.+)", r"\1 xảy ra chuyện gì"),
    (r"what(?: is|s| are| was| were) the (price|score|result|temperature|weather|name|date)s? (?:of |in |for )?(.+)",
     r"\1 \2"),
    (r"what(?: is|s| are| was| were) (.+)", r"\1 là gì"),
    (r"when (?:is|are|was|were|did|does|do|will) (.+)", r"\1 khi nào"),
    (r"where (?:is|are|was|were|did|does|do|will) (.+)", r"\1 ở đâu"),
    (r"why (?:is|are|was|were|did|does|do) (.+)", r"vì sao \1"),
    (r"which (\w+) (.+)", r"\1 nào \2"),
)  # fmt: skip
"""English questions, each with the order of its Vietnamese."""

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTH = r"(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_DAY = r"(\d{1,2})(?:st|nd|rd|th)?"
_ABOUT_A_PERSON = re.compile(r"who(?: is|'?s|’s) \w+(?: \w+){1,2}\??", re.IGNORECASE)
_UNMISTAKABLE_LETTERS = 3
_LONGEST_PHRASE = 4


@cache
def english_words() -> Mapping[str, str]:
    """Returns the Vietnamese of each English word or phrase; empty for words that add nothing.

    Names have capitals, other words are in small letters.
    """
    content = resources.files("retrieval.vietnamese").joinpath(ENGLISH_WORDS_FILE).read_text(encoding="utf-8")
    rows = (line.split("\t") for line in content.splitlines() if not line.startswith("#"))
    return {english: vietnamese for english, vietnamese in rows}


def in_vietnamese(text: str) -> str:
    """Puts a plain English question about the news into Vietnamese words; another text stays as it is.

    The text must have no marks, a word that only English has, and few words that the table lacks. It comes out word by
    word, which is no Vietnamese sentence, but has the words that articles have.
    """
    about = _ABOUT_A_PERSON.fullmatch(text.strip())
    if has_tones(text) or not (about or _is_known(text)):
        return text
    asked = text.strip().rstrip("?!. ")
    asked = re.sub(rf"\b{_MONTH} {_DAY}\b", lambda match: _date(match[2], match[1]), asked, flags=re.IGNORECASE)
    asked = re.sub(rf"\b{_DAY} {_MONTH}\b", lambda match: _date(match[1], match[2]), asked, flags=re.IGNORECASE)
    for english, vietnamese in _QUESTIONS:
        if match := re.fullmatch(english, asked, flags=re.IGNORECASE):
            asked = match.expand(vietnamese)
            break
    written = _translated(asked.split())
    if not _ASKING.isdisjoint(word.lower() for word in written):
        return text
    return " ".join(written) + ("?" if text.rstrip().endswith("?") else "")


def _date(day: str, month: str) -> str:
    return f"ngày {day}/{_MONTHS.index(month[:3].lower()) + 1}"


def _is_known(text: str) -> bool:
    """Tells whether a text is English of which the table knows enough.

    It must have a word that no Vietnamese could type, which says something.
    """
    words = [word for word in re.findall(r"[\w'’]+", text) if not word[0].isdigit()]
    parts = _words_of_phrases()
    small = [word for number, word in enumerate(words) if word.islower() or (not number and word.lower() in parts)]
    unknown = [word for word in small if word.lower() not in parts and not re.fullmatch(_MONTH, word)]
    only = [word for word in small if _is_unmistakable(word.lower())]
    return bool(only) and len(unknown) <= MAX_UNKNOWN_WORDS


def _is_unmistakable(word: str) -> bool:
    return word in _words_of_phrases() and not could_be_syllable(word) and len(word) >= _UNMISTAKABLE_LETTERS


_ASKING = frozenset("how what when where which who whos why much many long will whats".split())


@cache
def _words_of_phrases() -> frozenset[str]:
    return _ASKING.union(word.lower() for phrase in english_words() for word in phrase.split())


@cache
def _names() -> Mapping[str, str]:
    """Returns the Vietnamese of each name, by its small letters."""
    return {english.lower(): vietnamese for english, vietnamese in english_words().items() if not english.islower()}


def _translated(words: Sequence[str]) -> list[str]:
    """Puts words into Vietnamese, the longest phrases first; other names than those of the table stay."""
    found: list[str] = []
    at = 0
    while at < len(words):
        for length in range(min(_LONGEST_PHRASE, len(words) - at), 0, -1):
            around = [*words[max(0, at - 1) : at], *words[at + length : at + length + 1]]
            if (vietnamese := _phrase(words[at : at + length], around, is_first=at == 0)) is not None:
                found += vietnamese.split()
                at += length
                break
        else:
            found.append(words[at])
            at += 1
    return found


def _phrase(words: Sequence[str], around: Sequence[str], *, is_first: bool) -> str | None:
    """Looks up a phrase; None if the table lacks it, or if it is part of a longer name."""
    phrase = " ".join(words)
    if phrase.lower() in _names():
        is_longer_name = phrase != phrase.lower() and any(word.istitle() for word in around)
        return None if is_longer_name else _names()[phrase.lower()]
    return english_words().get(phrase.lower() if is_first else phrase)
