"""English: gives the Vietnamese of the words and phrases of English that people mix into questions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources

from retrieval.vietnamese.text import could_be_syllable, has_tones

ENGLISH_WORDS_FILE = "english_words.tsv"
"""Package file with one word or phrase a line: `English<TAB>Vietnamese`; `#` begins a comment."""

MIN_KNOWN_SHARE = 0.75
"""Share of a text's words, names counted in, that the table must know for the text to be put into Vietnamese."""

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


@cache
def english_words() -> Mapping[str, str]:
    """Returns the Vietnamese of each English word or phrase, in small letters; empty for words that add nothing."""
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
    """Tells whether a text is English of which the table knows enough."""
    words = [word for word in re.findall(r"[\w'’]+", text) if not word[0].isdigit()]
    parts = _words_of_phrases()
    listed = [word for word in words if word.lower() in parts]
    only = [word for word in listed if not could_be_syllable(word.lower()) and len(word) >= _UNMISTAKABLE_LETTERS]
    names = [word for word in words if word[0].isupper() and word not in listed]
    months = [word for word in words if re.fullmatch(_MONTH, word.lower())]
    enough = len(listed) + len(names) + len(months) > MIN_KNOWN_SHARE * len(words)
    return bool(only) and enough


_ASKING = frozenset("how what when where which who whos why much many long will whats".split())


@cache
def _words_of_phrases() -> frozenset[str]:
    return _ASKING.union(word for phrase in english_words() for word in phrase.split())


def _translated(words: Sequence[str]) -> list[str]:
    known = english_words()
    found: list[str] = []
    at = 0
    while at < len(words):
        for length in (4, 3, 2, 1):
            phrase = " ".join(words[at : at + length]).lower()
            if len(words) - at >= length and phrase in known:
                found += known[phrase].split()
                at += length
                break
        else:
            found.append(words[at])
            at += 1
    return found
