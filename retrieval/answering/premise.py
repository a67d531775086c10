"""Premises: checks that an article holds the names and numbers which a question takes for granted.

An article about another country, person, year or amount than that of the question does not answer it, however much else
of the question it holds.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from itertools import pairwise

from retrieval.datatypes import Article, Period
from retrieval.question import Question, Token, one_edit_away
from retrieval.vietnamese import could_be_syllable, number_terms, places_in, tokens_of, toneless

MAX_ABBREVIATION_LETTERS = 4
"""Longest word in capitals that counts as an abbreviation, which an article may write out."""

MIN_MISSPELT_LETTERS = 5
"""Shortest word of a foreign name that may be misspelt; one edit makes another word of a shorter one."""

MIN_FULL_NAME = 3
"""Fewest words of a name whose last two must stand together."""

MIN_FIRST_WORD_IDF = 1.5
"""Least IDF of a question's first word to belong to a name that goes on: "Theo", "Ngoài" and "Người" do not."""

MAX_DAYS_APART = 1
"""Days by which an article may be published before or after a day that it tells of without naming it."""

_DIGITS = re.compile(r"\d+")
_INSIDE_NUMBER = ("/", "-", ".", ",")
"""Signs between the parts of a number: a date, a score, a decimal."""
_MEASURES = frozenset(
    ("km", "kg", "ha", "m2", "m3", "tấn", "tạ", "lít", "mét", "tuổi", "inch", "mah", "gb", "tb", "kw", "mw")
)
"""Units that an article must hold right after their number."""
_NUMBERED = frozenset(
    (
        "định",
        "tư",
        "quyết",
        "luật",
        "điều",
        "khoản",
        "lộ",
        "quận",
        "phường",
        "kỳ",
        "vòng",
        "đợt",
        "lần",
        "khóa",
        "thứ",
        "số",
    )
)
"""Last syllables of what is told apart by a number behind: nghị định, thông tư, quốc lộ, vòng, lần."""
_YEAR = re.compile(r"(?:19|20)\d\d(?!\d)")
_ALSO_WORDS = frozenset(("hòa bình", "thái bình", "tiền giang"))
"""Places whose names in small letters may be other words."""
_SPANS_OF_YEARS = frozenset(("ky", "nien"))
"""The syllables before the number of a century (thế kỷ) or a decade (thập niên)."""
_SPELT_OUT = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười")
"""The number words of 0 to 10."""


def missing_premises(question: Question, article: Article) -> tuple[str, ...]:
    """Lists the names and numbers of a question that an article lacks, as the question writes them.

    A name is missing if the article lacks one of its words, or nowhere has its last two Vietnamese words together; a
    merged province may have its other name. Single Vietnamese syllables and abbreviations are not checked, as articles
    write them in other ways.

    A number, listed with the word that it counts, is missing if the article has it neither in digits nor, up to ten, as
    a word. Amounts from 1,000 are compared by their value. What is measured (`1.400 km`) and what is told apart by a
    number (`nghị định 46`, `iPhone 9`) must stand together in the article, and so must the parts of a date, unless it
    is the day of publication. Years are checked in dated articles only, and those of their publication and event count
    as held: an undated text may tell of any year without naming it.

    Questions in English are not checked, since their names may be translated; nor are texts that ask nothing, such as
    headlines, which retell an event in other words.
    """
    if question.language == "en" or not question.asks:
        return ()
    held = _Held.of(article, toned=question.toned)
    names = (name for name in _names(question) if not held.has_name([held.spell(token.folded) for token in name]))
    numbers = (number.words for number in _numbers(question) if not held.has_number(number))
    missing = dict.fromkeys(_written(question, words) for words in [*names, *numbers])
    period = question.period
    if period and period.words not in question.text and not held.has_period(period):
        missing[period.words] = None
    return tuple(missing)


@dataclass(frozen=True, slots=True)
class _Number:
    """Represents a number of a question."""

    parts: Sequence[Token]
    """Its parts: one, or those of a date, a score or a decimal."""
    before: Token | None
    after: Token | None
    value: str | None
    """Its term for lexical search, if it is an amount from 1,000."""
    is_date: bool
    """Whether its parts are those of a date or of a month."""

    @property
    def words(self) -> Sequence[Token]:
        """Returns the number with the word that it counts; years, dates and numbers that tell apart by themselves."""
        is_alone = self.is_date or self.is_numbered or _YEAR.match(self.parts[0].folded)
        if is_alone or self.after is None or self.after.asks or self.after.is_number:
            return self.parts
        return [*self.parts, self.after]

    @property
    def is_numbered(self) -> bool:
        """Tells whether it may tell apart what stands before it: `nghị định 46`, `iPhone 9`."""
        return not self.value and self.before is not None and (self.before.is_name or self.before.folded in _NUMBERED)


@dataclass(frozen=True, slots=True)
class _Held:
    """Holds what an article has: its words, neighbouring words and amounts."""

    tokens: frozenset[str]
    """Tokens, the digits at their start, and the years of the article's dates."""
    pairs: Set[tuple[str, str]]
    """Each two neighbouring tokens."""
    values: frozenset[str]
    """Terms of the amounts from 1,000."""
    days: frozenset[tuple[str, str]]
    """(day, month) of publication, and of the days beside it."""
    years: frozenset[str]
    """The years of the article's dates; none for an undated article."""
    toned: bool

    @classmethod
    def of(cls, article: Article, *, toned: bool) -> _Held:
        """Collects what an article has, with tones or without."""
        tokens = tokens_of(article.text, toned=toned)
        digits = (match[0] for match in map(_DIGITS.match, tokens) if match)
        dates = [date for date in (article.published, article.event) if date]
        days = {
            (str(day.day), str(day.month))
            for date in dates
            if date.month and date.day
            for apart in range(-MAX_DAYS_APART, MAX_DAYS_APART + 1)
            if (day := dt.date(date.year, date.month, date.day) + dt.timedelta(days=apart))
        }
        years = frozenset(str(date.year) for date in dates)
        return cls(
            frozenset((*tokens, *digits, *years)),
            frozenset(pairwise(tokens)),
            frozenset(number_terms(article.text)),
            frozenset(days),
            years,
            toned,
        )

    @property
    def is_dated(self) -> bool:
        """Tells whether the article has a date."""
        return bool(self.years)

    def spell(self, word: str) -> str:
        """Spells a word as the tokens are spelt."""
        return word if self.toned else toneless(word)

    def has_name(self, words: Sequence[str]) -> bool:
        """Tells whether the article holds all words of a name, or of a merged province another name."""
        missing = {place for place, word in enumerate(words) if not self._has_word(word)}
        if missing:
            for place in places_in(words, toned=self.toned):
                if any(self.tokens.issuperset(name) for name in place.others):
                    missing.difference_update(range(place.start, place.end))
            return not missing
        first, second = words[-2:] if len(words) >= MIN_FULL_NAME else ("", "")
        return not (could_be_syllable(first) and could_be_syllable(second)) or (first, second) in self.pairs

    def _has_word(self, word: str) -> bool:
        """Tells whether the article holds a word of a name; a foreign word may differ by one edit (Damerau 1964)."""
        if word in self.tokens:
            return True
        is_foreign = len(word) >= MIN_MISSPELT_LETTERS and not could_be_syllable(word)
        return is_foreign and not self.tokens.isdisjoint(one_edit_away(word))

    def has_number(self, number: _Number) -> bool:
        """Tells whether the article holds a number, and not another one in its place."""
        if number.value:
            return number.value in self.values
        parts = [part.folded for part in number.parts]
        if number.is_date:
            return self._has_date(parts)
        if any(not self._has_single(part) for part in parts):
            return False
        if len(parts) > 1 or _YEAR.match(parts[0]):
            return True
        return not self._has_another(parts[0], number)

    def has_period(self, period: Period) -> bool:
        """Tells whether the article holds the day, the month or the year that a period states.

        What a period does not state in digits, such as "hôm qua", and what the article was published in is held.
        """
        parts = [part.lstrip("0") for part in _DIGITS.findall(period.words)]
        is_stated = bool(parts) and (len(parts) > 1 or _YEAR.match(parts[0])) and "-" not in period.words
        if period.kept or not is_stated:
            return True
        return self._has_date(parts) if len(parts) > 1 else not self.is_dated or parts[0] in self.tokens

    def _has_date(self, parts: Sequence[str]) -> bool:
        """Tells whether the article holds a date: day and month, month and year, or all three."""
        month_word = self.spell("tháng")
        *days, month = parts if not _YEAR.match(parts[-1]) else parts[:-1]
        if _YEAR.match(parts[-1]) and self.is_dated and parts[-1] not in self.tokens:
            return False
        months = {own for _, own in self.days}
        if not days:
            is_named = month in months or (month_word, month) in self.pairs
            return not self.is_dated or (month, parts[-1]) in self.pairs or (is_named and parts[-1] in self.years)
        day = days[0]
        return (
            (day, month) in self.days | self.pairs
            or {(day, month_word), (month_word, month)} <= self.pairs
            or (month in months and (self.spell("ngày"), day) in self.pairs)
        )

    def _has_another(self, number: str, of: _Number) -> bool:
        """Tells whether the article has other numbers, and not this one, where the question has it.

        That is before the same unit, or behind the same word that a number tells apart.
        """
        own = {number, *self._spelt_out(number)}
        if of.after and (unit := self.spell(of.after.folded)) in _MEASURES:
            found = {first for first, second in self.pairs if second == unit and _DIGITS.match(first)}
            return bool(found) and own.isdisjoint(first for first, second in self.pairs if second == unit)
        if of.before and of.is_numbered:
            word = self.spell(of.before.folded)
            found = {second for first, second in self.pairs if first == word and _DIGITS.match(second)}
            words = {word, self.spell("số"), self.spell("thứ")}
            return bool(found) and own.isdisjoint(second for first, second in self.pairs if first in words)
        return False

    def _spelt_out(self, number: str) -> Sequence[str]:
        return [self.spell(_SPELT_OUT[int(number)])] if number.isdigit() and int(number) < len(_SPELT_OUT) else []

    def _has_single(self, number: str) -> bool:
        digits = _DIGITS.match(number)
        if digits is None or (_YEAR.match(number) and not self.is_dated):
            return True
        return not self.tokens.isdisjoint((number, digits[0], *self._spelt_out(digits[0])))


def _names(question: Question) -> Iterator[Sequence[Token]]:
    """Yields each name as its tokens: words in capitals, and places in small letters."""
    yield from _capitalised_names(question)
    for place in places_in([token.folded for token in question.tokens], toned=True):
        name = question.tokens[place.start : place.end]
        is_small = not any(token.is_name or token.asks for token in name)
        if is_small and not _is_ambiguous([token.folded for token in name]):
            yield name


def _is_ambiguous(name: Sequence[str]) -> bool:
    """Tells whether a name in small letters may be another word."""
    return (len(name) == 1 and could_be_syllable(name[0])) or " ".join(name) in _ALSO_WORDS


def _capitalised_names(question: Question) -> Iterator[Sequence[Token]]:
    """Yields each name in capitals as its tokens; it ends at a comma, and may begin with the question's first token."""
    tokens, start = question.tokens, 0
    while start < len(tokens):
        end = start
        while end < len(tokens) and _is_in_name(tokens[end], is_first=end == 0):
            end += 1
            if end < len(tokens) and _is_apart(question.text[tokens[end - 1].span.end : tokens[end].span.start]):
                break
        name = [token for token in tokens[start:end] if not _is_abbreviation(token.text)]
        if any(token.is_name for token in name) and (len(name) > 1 or not could_be_syllable(name[0].folded)):
            yield name
        start = max(end, start + 1)


def _numbers(question: Question) -> Iterator[_Number]:
    """Yields the numbers; those of centuries and decades are left out, as they are written in several ways."""
    tokens, start = question.tokens, 0
    while start < len(tokens):
        if not tokens[start].is_number:
            start += 1
            continue
        end = start + 1
        while end < len(tokens) and tokens[end].is_number and _between(question, end) in _INSIDE_NUMBER:
            end += 1
        before = tokens[start - 1] if start and not _between(question, start).strip() else None
        after = tokens[end] if end < len(tokens) else None
        if not start or toneless(tokens[start - 1].folded) not in _SPANS_OF_YEARS:
            follows = after.span.end if after else len(question.text)
            values = number_terms(question.text[tokens[start].span.start : follows])
            is_date = end - start > 1 and all(_between(question, place) == "/" for place in range(start + 1, end))
            yield _Number(tokens[start:end], before, after, next(iter(values), None), is_date)
        start = end


def _between(question: Question, place: int) -> str:
    """Returns the text between a token and the one before it."""
    return question.text[question.tokens[place - 1].span.end : question.tokens[place].span.start]


def _is_in_name(token: Token, *, is_first: bool) -> bool:
    if token.asks or token.is_number:
        return False
    if is_first:
        return token.text[:1].isupper() and token.idf >= MIN_FIRST_WORD_IDF
    return token.is_name


def _is_apart(between: str) -> bool:
    """Tells whether the text between two tokens ends a name; hyphens and the dots of initials do not."""
    return between.strip() not in ("", "-", ".")


def _is_abbreviation(word: str) -> bool:
    return word.isupper() and len(word) <= MAX_ABBREVIATION_LETTERS


def _written(question: Question, words: Sequence[Token]) -> str:
    return question.text[words[0].span.start : words[-1].span.end]
