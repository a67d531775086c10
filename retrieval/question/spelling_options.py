"""Spelling options: lists the spellings that a typed syllable may stand for, with the cost of typing each so."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import attrgetter
from threading import Lock
from typing import Self

from cachetools import LRUCache, cachedmethod

from retrieval.config import SpellingSettings
from retrieval.question.spelling_lattice import Option
from retrieval.vietnamese import (
    ChatWord,
    DocumentFrequencies,
    SyllablePairFrequencies,
    could_be_syllable,
    diacritics,
    sorted_keystrokes,
    toneless,
)

MAX_SPELLINGS = 20
"""Most spellings of one toneless syllable that are considered; the most frequent are kept."""

_LETTERS = "abcdđeghiklmnopqrstuvxyáàảãạăắằẳẵặâấầẩẫậéèẻẽẹêếềểễệíìỉĩịóòỏõọôốồổỗộơớờởỡợúùủũụưứừửữựýỳỷỹỵ"
_FOREIGN_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_LEAST_LETTERS = 2
_SLIPS_KEPT = 4096
_MIN_SLIP_LETTERS = 4
"""Shortest token without the shape of a syllable that may be one with a slip; shorter ones are abbreviations."""
_VOWEL = re.compile("[aeiouy]")
_MIN_TWO_SLIPS_LETTERS = 7
"""Shortest token that may have two slips."""


@dataclass(frozen=True, eq=False)
class Spellings:
    """Holds the syllables of newspaper Vietnamese, their document frequencies and those of their pairs."""

    counts: Mapping[str, int]
    """Number of news articles that hold each syllable."""
    pairs: SyllablePairFrequencies
    by_toneless: Mapping[str, Sequence[tuple[str, int]]]
    """For each toneless syllable, (spelling, count) of at most `MAX_SPELLINGS` spellings, the most frequent first."""
    _slips: LRUCache[str, Sequence[str]] = field(default_factory=lambda: LRUCache(_SLIPS_KEPT), init=False, repr=False)
    _lock: Lock = field(default_factory=Lock, init=False, repr=False)

    @classmethod
    def of(cls, news: DocumentFrequencies) -> Self:
        """Collects the spellings of the table of syllables that ships with the package."""
        found: defaultdict[str, list[tuple[str, int]]] = defaultdict(list)
        for syllable, count in news.counts.items():
            found[toneless(syllable)].append((syllable, count))
        ordered = {
            bare: sorted(spelt, key=lambda one: (-one[1], one[0]))[:MAX_SPELLINGS] for bare, spelt in found.items()
        }
        return cls(news.counts, SyllablePairFrequencies.load(news), ordered)

    @cached_property
    def by_keys(self) -> Mapping[str, Sequence[str]]:
        """Maps the sorted keystrokes of Telex and VNI to the syllables that they type."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for syllable in self.counts:
            if not syllable.isascii() and could_be_syllable(syllable):
                for keys in sorted_keystrokes(syllable):
                    found[keys].append(syllable)
        return found

    @cachedmethod(attrgetter("_slips"), lock=attrgetter("_lock"))
    def one_letter_off(self, token: str) -> Sequence[str]:
        """Lists the known syllables one typing error away from a token, in any order; cached."""
        return [*filter(self.counts.__contains__, one_edit_away(token))]


@dataclass(frozen=True, slots=True)
class TypedWord:
    """Describes how a syllable was typed, which decides what it may stand for."""

    token: str
    """The syllable, folded."""
    omitted: float
    """The probability that a mark was omitted, 0 to 1."""
    strange: bool = False
    """Whether neither the news nor the corpus have it; of a short form, whether the corpus does not have it."""
    named: bool = False
    """Whether it is capitalised as a name."""
    keyed: bool = False
    """Whether the text is typed in the keys of Telex or VNI."""
    short: ChatWord | None = None
    """What it stands for as a short form; None for none."""
    names: tuple[str, ...] = ()
    """Names of the corpus that it may be with a slip."""


def options_of(word: TypedWord, spellings: Spellings, channel: SpellingSettings) -> Iterator[Option]:
    """Lists the spellings that a typed word may stand for, itself first.

    Args:
        word: the word.
        spellings: the syllables of newspaper Vietnamese.
        channel: the log probabilities of typing errors.
    """
    token = word.token
    if not is_word(token) and not (word.keyed and decoded(token, spellings)):
        yield Option((token,), 1)
        return
    yield Option((token,), spellings.counts.get(token, 0), channel.unknown if word.strange else 0.0)
    if token.isascii() and word.omitted > (channel.toneless_share if word.named else 0.0):
        for spelt, common in spellings.by_toneless.get(token, ()):
            if spelt != token:
                yield Option((spelt,), common, math.log(word.omitted))
    if word.short:
        yield from _written_out(word.short, spellings, channel)
        return
    if word.strange or (word.keyed and not could_be_syllable(token)):
        for spelt in decoded(token, spellings):
            yield Option((spelt,), spellings.counts[spelt], channel.undecoded_keys)
    if word.strange and token.isalpha():
        yield from _mended(token, spellings, channel, named=word.named)
    for name in word.names:
        yield Option((name,), spellings.counts.get(name, 0), channel.letter_slip)


def _written_out(short: ChatWord, spellings: Spellings, channel: SpellingSettings) -> Iterator[Option]:
    for reading in short.readings:
        if short.kind == "press":
            cost = channel.abbreviated
        else:
            cost = channel.chat_word if reading == short.usual else channel.rare_chat_word
        yield Option(reading, min(spellings.counts.get(one, 0) for one in reading), cost)


def is_word(token: str) -> bool:
    """Tells whether a token is made of letters, or of digits and at least two letters."""
    return token.isalpha() or (token.isascii() and token.isalnum() and sum(map(str.isalpha, token)) >= _LEAST_LETTERS)


def decoded(token: str, spellings: Spellings) -> list[str]:
    """Lists the syllables that a token types in Telex or VNI."""
    if not token.isascii():
        return []
    found = spellings.by_keys.get("".join(sorted(token)), ())
    return [syllable for syllable in found if _in_order(toneless(syllable), token)]


def _in_order(letters: str, token: str) -> bool:
    rest = iter(token)
    return all(letter in rest for letter in letters)


def _mended(token: str, spellings: Spellings, channel: SpellingSettings, *, named: bool) -> Iterator[Option]:
    bare, typed = toneless(token), diacritics(token)
    for spelt, count in spellings.by_toneless.get(bare, ()):
        if typed and (typed <= diacritics(spelt) or not named):
            yield Option(
                (spelt,), count, channel.forgotten_marks if typed <= diacritics(spelt) else channel.changed_marks
            )
    if named:  # a name that nobody has written yet is more probable than a slip
        return
    shaped = could_be_syllable(token)
    if shaped or len(token) >= _MIN_SLIP_LETTERS:
        for spelt in spellings.one_letter_off(token):
            if shaped or could_be_syllable(spelt):
                yield Option((spelt,), spellings.counts[spelt], channel.letter_slip)
    for at in range(2, len(token) - 1):
        left, right = token[:at], token[at:]
        if all(part in spellings.counts and could_be_syllable(part) for part in (left, right)):
            yield Option((left, right), min(spellings.counts[left], spellings.counts[right]), channel.missing_space)


def could_be_misspelt(token: str) -> bool:
    """Tells whether a token that no article holds may be a foreign name with a slip."""
    is_spoken = _VOWEL.search(token) is not None
    return (
        len(token) >= _MIN_SLIP_LETTERS
        and token.isascii()
        and token.isalpha()
        and is_spoken
        and not could_be_syllable(token)
    )


def foreign_slips(token: str) -> list[str]:
    """Lists the strings of the letters a to z one typing error away from a token, in ascending order."""
    return sorted(_one_edit(token, _FOREIGN_LETTERS))


def near_names(token: str, words: Iterable[str]) -> list[str]:
    """Lists the foreign words that a token may be with a slip or two, in ascending order.

    They have its first letter, which is seldom mistyped (Yannakoudakis and Fawthrop 1983), and differ by one typing
    error, by two if the token has seven letters; a token of four letters has too many words around it.

    Args:
        token: the token, of the letters a to z.
        words: folded words.
    """
    if len(token) <= _MIN_SLIP_LETTERS:
        return sorted(word for word in words if toneless(word) == token)
    most = 2 if len(token) >= _MIN_TWO_SLIPS_LETTERS else 1
    found = []
    for word in words:
        bare = toneless(word)
        is_like = bare[:1] == token[:1] and abs(len(bare) - len(token)) <= most and bare.isalpha()
        if is_like and not could_be_syllable(word) and (bare == token or _distance(bare, token) <= most):
            found.append(word)
    return sorted(found)


def _distance(one: str, other: str) -> int:
    """Computes the number of deletions, insertions, substitutions and transpositions (Damerau 1964)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, letter in enumerate(one):
        last, before, row = before, row, [at + 1]
        for place, wanted in enumerate(other):
            cost = min(before[place] + (letter != wanted), before[place + 1] + 1, row[place] + 1)
            if at and place and letter == other[place - 1] and one[at - 1] == wanted:
                cost = min(cost, last[place - 1] + 1)
            row.append(cost)
    return row[-1]


def one_edit_away(token: str) -> set[str]:
    """Returns all strings one edit away: deletion, transposition, substitution, insertion (Damerau 1964)."""
    return _one_edit(token, _LETTERS)


def _one_edit(token: str, letters: str) -> set[str]:
    splits = [(token[:at], token[at:]) for at in range(len(token) + 1)]
    found = {left + right[1:] for left, right in splits if right}
    found |= {left + right[1] + right[0] + right[2:] for left, right in splits if len(right) > 1}
    found |= {left + letter + right[1:] for left, right in splits if right for letter in letters}
    return (found | {left + letter + right for left, right in splits for letter in letters}) - {token}
