"""Spelling correction: restores tones, decodes Telex and VNI keys, and corrects typing errors.

It is a noisy channel model (Kernighan, Church and Gale 1990). Every typed syllable may stand for several spellings,
each with the log probability of typing it so; Viterbi's algorithm finds the most probable sequence under a bigram model
of syllables (Jurafsky and Martin, Speech and Language Processing, ch. 3, 8 and B). Bigrams are counted in the indexed
corpus, and with a small weight in a table of newspaper Vietnamese, so that a corpus of one article gives sensible
spellings too.

A text typed with all its tones, in syllables that the table or the corpus knows, is not changed.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import cached_property
from operator import attrgetter
from threading import Lock
from typing import Self

from cachetools import LRUCache, cachedmethod

from retrieval.config import SearchSettings, SpellingSettings
from retrieval.datatypes import Span
from retrieval.question.spelling_lattice import Frequencies, Lattice, Option
from retrieval.vietnamese import (
    LAST_QUESTION_WORDS,
    DocumentFrequencies,
    SyllablePairFrequencies,
    abbreviation_words,
    could_be_syllable,
    diacritics,
    has_tones,
    sorted_keystrokes,
    syllable_spans,
    toneless,
)

MAX_SPELLINGS = 20
"""Most spellings of one toneless syllable that are considered; the most frequent are kept."""

_LETTERS = "abcdđeghiklmnopqrstuvxyáàảãạăắằẳẵặâấầẩẫậéèẻẽẹêếềểễệíìỉĩịóòỏõọôốồổỗộơớờởỡợúùủũụưứừửữựýỳỷỹỵ"
_LEAST_LETTERS = 2
_SLIPS_KEPT = 4096


@dataclass(frozen=True, slots=True)
class SpellingCorrection:
    """Holds a text with corrected spelling, and what was corrected."""

    text: str
    toned: bool
    """Whether the text counts as typed with tones."""
    mended: bool
    """Whether letters were corrected, and not only tones."""
    origins: tuple[Span, ...] | None = None
    """For each syllable of `text`, its span in the typed text; None if nothing was changed."""


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


def correct_spelling(
    text: str,
    spellings: Spellings,
    frequencies: Frequencies,
    feedback: Callable[[str], Frequencies] | None,
    settings: SearchSettings,
    *,
    english: bool,
) -> SpellingCorrection:
    """Corrects the spelling of a text by a noisy channel model.

    Capitals, numbers, punctuation and unknown names stay.

    Args:
        text: the text as typed.
        spellings: the syllables of newspaper Vietnamese and their frequencies.
        frequencies: counts articles of the indexed corpus.
        feedback: given the first correction, returns counts to add for a second one; None to correct once.
        settings: the log probabilities of typing errors, and the weight of the table.
        english: whether the text is in English; it is then not corrected.
    """
    channel = settings.spelling
    typed = syllable_spans(text)[: channel.max_syllables]
    tokens = [token for token, _ in typed]
    toned = has_tones(text)
    if english or (not toned and _is_foreign(tokens, spellings, channel)):
        return SpellingCorrection(text, toned, False)
    strange = _strange(tokens, spellings, frequencies)
    omitted = _omission(tokens, spellings, channel, toned=toned)
    if not tokens or not (omitted or strange):
        return SpellingCorrection(text, toned, False)
    lattice = Lattice(_choices(text, typed, spellings, channel, strange, omitted), spellings, frequencies, settings)
    best = lattice.best()
    written = _written(text, typed, best)
    if feedback and written != text:
        best = lattice.best(feedback(written))
        written = _written(text, typed, best)
    return SpellingCorrection(
        written,
        toned and omitted < channel.toneless_share,
        any(toneless(" ".join(spelt)) != toneless(token) for token, spelt in zip(tokens, best, strict=True)),
        _origins(text, typed, best) if written != text else None,
    )


def _strange(tokens: Sequence[str], spellings: Spellings, frequencies: Frequencies) -> set[str]:
    """Finds the words that are neither in the table nor in the corpus, abbreviations apart."""
    unknown = {token for token in tokens if _is_word(token) and token not in spellings.counts} - abbreviation_words()
    listed = sorted(unknown)
    counts = frequencies(listed) if listed else ()
    return unknown - {token for token, count in zip(listed, counts, strict=True) if count}


def _choices(
    text: str,
    typed: Sequence[tuple[str, Span]],
    spellings: Spellings,
    channel: SpellingSettings,
    strange: Set[str],
    omitted: float,
) -> list[list[Option]]:
    """Lists the spellings that each typed syllable may stand for."""
    shouted = text.isupper()
    options = [
        list(
            _options(
                token,
                spellings,
                channel,
                omitted=omitted,
                strange=token in strange,
                named=not shouted and _is_name(span.of(text), first=not number),
            )
        )
        for number, (token, span) in enumerate(typed)
    ]
    tokens = [token for token, _ in typed]
    if text.rstrip().endswith("?") and tokens[-1:] != tokens[-2:-1]:  # "đau đầu?"
        options[-1] = [_preferred_if_asking(option, channel) for option in options[-1]]
    return options


def _origins(text: str, typed: Sequence[tuple[str, Span]], best: Iterable[tuple[str, ...]]) -> tuple[Span, ...]:
    """Returns the typed span of each syllable of the corrected text."""
    corrected = [span for (_, span), spelt in zip(typed, best, strict=True) for _ in spelt]
    return (*corrected, *(span for _, span in syllable_spans(text)[len(typed) :]))


def _is_name(typed: str, *, first: bool) -> bool:
    """Tells whether a word is capitalised as a name or an acronym.

    A text's first word must be all capitals, and longer than one letter.
    """
    return typed[:1].isupper() and (not first or (typed.isupper() and len(typed) > 1))


def _is_word(token: str) -> bool:
    return token.isalpha() or (token.isascii() and token.isalnum() and sum(map(str.isalpha, token)) >= _LEAST_LETTERS)


def _is_foreign(tokens: Sequence[str], spellings: Spellings, channel: SpellingSettings) -> bool:
    words = [token for token in tokens if _is_word(token)]
    like = sum(could_be_syllable(word) or bool(_decoded(word, spellings)) for word in words)
    return like < channel.foreign_share * len(words)


def _omission(tokens: Sequence[str], spellings: Spellings, channel: SpellingSettings, *, toned: bool) -> float:
    """Estimates the probability that a mark was omitted, 0 to 1.

    It is the share of syllables that are implausible without marks, among these and the syllables with marks; 1 for a
    text without marks.
    """
    if not toned:
        return 1.0
    omitted = sum(_is_implausible(token, spellings, channel) for token in tokens)
    return omitted / (omitted + sum(has_tones(token) for token in tokens)) if omitted else 0.0


def _is_implausible(token: str, spellings: Spellings, channel: SpellingSettings) -> bool:
    if not could_be_syllable(token):
        return False
    total = sum(count for _, count in spellings.by_toneless.get(token, ()))
    return spellings.counts.get(token, 0) < channel.implausible_share * total


def _options(
    token: str, spellings: Spellings, channel: SpellingSettings, *, omitted: float, strange: bool, named: bool
) -> Iterator[Option]:
    count = spellings.counts.get(token, 0)
    if not _is_word(token):
        yield Option((token,), 1)
        return
    yield Option((token,), count, channel.unknown if strange else 0.0)
    if token.isascii() and omitted > (channel.toneless_share if named else 0.0):
        for spelt, common in spellings.by_toneless.get(token, ()):
            if spelt != token:
                yield Option((spelt,), common, math.log(omitted))
    if strange or (omitted == 1.0 and not could_be_syllable(token)):
        for spelt in _decoded(token, spellings):
            yield Option((spelt,), spellings.counts[spelt], channel.undecoded_keys)
    if strange and token.isalpha():
        yield from _mended(token, spellings, channel, named=named)


def _preferred_if_asking(option: Option, channel: SpellingSettings) -> Option:
    asks = option.syllables[-1] in LAST_QUESTION_WORDS
    return replace(option, typed_so=option.typed_so + channel.final_question_word) if asks else option


def _decoded(token: str, spellings: Spellings) -> list[str]:
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
    for spelt in spellings.one_letter_off(token):
        yield Option((spelt,), spellings.counts[spelt], channel.letter_slip)
    for at in range(2, len(token) - 1):
        left, right = token[:at], token[at:]
        if all(part in spellings.counts and could_be_syllable(part) for part in (left, right)):
            yield Option((left, right), min(spellings.counts[left], spellings.counts[right]), channel.missing_space)


def one_edit_away(token: str) -> set[str]:
    """Returns all strings one edit away: deletion, transposition, substitution, insertion (Damerau 1964)."""
    splits = [(token[:at], token[at:]) for at in range(len(token) + 1)]
    found = {left + right[1:] for left, right in splits if right}
    found |= {left + right[1] + right[0] + right[2:] for left, right in splits if len(right) > 1}
    found |= {left + letter + right[1:] for left, right in splits if right for letter in _LETTERS}
    return (found | {left + letter + right for left, right in splits for letter in _LETTERS}) - {token}


def _written(text: str, typed: Sequence[tuple[str, Span]], best: Iterable[tuple[str, ...]]) -> str:
    parts, end = [], 0
    for (token, span), spelt in zip(typed, best, strict=True):
        as_typed = span.of(text)
        parts += [text[end : span.start], as_typed if spelt == (token,) else _in_case_of(as_typed, " ".join(spelt))]
        end = span.end
    return "".join([*parts, text[end:]])


def _in_case_of(typed: str, spelt: str) -> str:
    if typed.isupper() and len(typed) > 1:
        return spelt.upper()
    return spelt[:1].upper() + spelt[1:] if typed[:1].isupper() else spelt
