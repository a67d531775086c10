"""Premises: checks that an article holds the names and numbers which a question takes for granted.

An article about another country, person, year or amount than that of the question does not answer it, however much else
of the question it holds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from retrieval.datatypes import Article
from retrieval.question import Question, Token, one_edit_away
from retrieval.vietnamese import could_be_syllable, provinces_in, tokens_of, toneless

MAX_ABBREVIATION_LETTERS = 4
"""Longest word in capitals that counts as an abbreviation, which an article may write out."""

MIN_MISSPELT_LETTERS = 5
"""Shortest word of a foreign name that may be misspelt; one edit makes another word of a shorter one."""

MIN_FIRST_WORD_IDF = 1.5
"""Least IDF of a question's first word to belong to a name that goes on: "Theo", "Ngoài" and "Người" do not."""

_DIGITS = re.compile(r"\d+")
_YEAR = re.compile(r"(?:19|20)\d\d(?!\d)")
_SPANS_OF_YEARS = frozenset(("ky", "nien"))
"""The syllables before the number of a century (thế kỷ) or a decade (thập niên)."""
_SPELT_OUT = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười")
"""The number words of 0 to 10."""


def missing_premises(question: Question, article: Article) -> tuple[str, ...]:
    """Lists the names and numbers of a question that an article lacks, as the question writes them.

    A name is missing if the article lacks one of its words; a merged province may have its other name. Single
    Vietnamese syllables and abbreviations are not checked, as articles write them in other ways. A number, listed with
    the word that it counts, is missing if the article has it neither in digits nor, up to ten, as a word. Years are
    checked in dated articles only, and those of their publication and event count as held: an undated text may tell of
    any year without naming it.

    Questions in English are not checked, since their names may be translated; nor are texts that ask nothing, such as
    headlines, which retell an event in other words.
    """
    if question.language == "en" or not question.asks:
        return ()
    held = _held(article, toned=question.toned)
    spell = str if question.toned else toneless
    names = (
        name
        for name in _names(question)
        if not _holds_name(held, [spell(token.folded) for token in name], toned=question.toned)
    )
    is_dated = article.published is not None or article.event is not None
    numbers = (
        number
        for number in _numbers(question.tokens)
        if (is_dated or not _YEAR.match(number[0].folded)) and not _holds_number(held, number[0].folded, spell)
    )
    return tuple(dict.fromkeys(_written(question, words) for words in [*names, *numbers]))


def _held(article: Article, *, toned: bool) -> frozenset[str]:
    """Collects an article's tokens, the digits at their start, and the years of its dates."""
    tokens = tokens_of(article.text, toned=toned)
    digits = (match[0] for match in map(_DIGITS.match, tokens) if match)
    years = (str(date.year) for date in (article.published, article.event) if date)
    return frozenset((*tokens, *digits, *years))


def _names(question: Question) -> Iterator[Sequence[Token]]:
    """Yields each name as its tokens; a name ends at a comma, and may begin with the question's first token."""
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


def _numbers(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """Yields the numbers, each with the word that it counts; years by themselves.

    Those of centuries and decades are left out, as they are written in several ways.
    """
    for place, token in enumerate(tokens):
        is_span_of_years = place > 0 and toneless(tokens[place - 1].folded) in _SPANS_OF_YEARS
        if not token.is_number or is_span_of_years:
            continue
        counted = tokens[place + 1 : place + 2]
        is_alone = _YEAR.match(token.folded) or not counted or counted[0].asks or counted[0].is_number
        yield tokens[place : place + (1 if is_alone else 2)]


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


def _holds_name(held: frozenset[str], words: Sequence[str], *, toned: bool) -> bool:
    """Tells whether an article holds all words of a name, or of a merged province another name."""
    missing = {place for place, word in enumerate(words) if not _holds(held, word)}
    if missing:
        for start, end, others in provinces_in(words, toned=toned):
            if any(held.issuperset(name) for name in others):
                missing.difference_update(range(start, end))
    return not missing


def _holds(held: frozenset[str], word: str) -> bool:
    """Tells whether an article holds a word of a name, where a foreign word may differ by one edit (Damerau 1964)."""
    if word in held:
        return True
    is_foreign = len(word) >= MIN_MISSPELT_LETTERS and not could_be_syllable(word)
    return is_foreign and not held.isdisjoint(one_edit_away(word))


def _holds_number(held: frozenset[str], number: str, spell: Callable[[str], str]) -> bool:
    digits = _DIGITS.match(number)
    if number in held or digits is None or digits[0] in held:
        return True
    value = int(digits[0])
    return value < len(_SPELT_OUT) and spell(_SPELT_OUT[value]) in held


def _written(question: Question, words: Sequence[Token]) -> str:
    return question.text[words[0].span.start : words[-1].span.end]
