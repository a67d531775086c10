"""Question words: lists the words that a question asks with, and the answer types they ask for."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Literal, NamedTuple, get_args

from retrieval.vietnamese.language_id import english_names
from retrieval.vietnamese.tokens import tokens_of

AnswerType = Literal["number", "time", "person", "place", "reason"]
"""The kind of thing that an answer has to name."""

ANSWER_TYPES: tuple[AnswerType, ...] = get_args(AnswerType)


class QuestionPhrase(NamedTuple):
    """Represents a phrase of a question, with the answer types that it asks for."""

    words: str
    """The words, with tones."""
    asks: bool
    """Whether the words are question words, which an answer need not repeat; they are not searched for or weighed."""
    answer_types: frozenset[AnswerType]


_PHRASES = """
    ai               asks  person
    bao giờ          asks  time
    bao lâu          asks  number time
    bao nhiêu        asks  number
    bao xa           -     number
    bác sĩ nào       -     person
    bằng cách nào    asks  -
    bệnh viện nào    -     place
    cái gì           asks  -
    cầu thủ nào      -     person
    do đâu           -     reason
    giai đoạn nào    -     time
    gì               asks  -
    hay không        asks  -
    hôm nào          -     time
    khi nào          asks  time
    là ai            asks  -
    là gì            asks  -
    làm sao          asks  -
    lí do            -     reason
    lúc nào          asks  time
    lý do            -     reason
    mấy              asks  number
    mức nào          -     number
    nguyên nhân      -     reason
    người nào        -     person
    ngày nào         -     time
    như thế nào      asks  -
    những gì         asks  -
    nào              asks  -
    năm nào          -     time
    nơi nào          -     place
    nước nào         -     place
    quốc gia nào     -     place
    ra sao           asks  -
    số lượng         -     number
    tháng nào        -     time
    thành phố nào    -     place
    thế nào          asks  -
    thời gian nào    -     time
    thời điểm nào    -     time
    tại sao          asks  reason
    tỉnh nào         -     place
    tỉ lệ            -     number
    tỷ lệ            -     number
    vì sao           asks  reason
    vùng nào         -     place
    điều gì          asks  -
    đâu              asks  place
    địa phương nào   -     place
    ông nào          -     person
    ở đâu            asks  -
"""
"""One phrase per line: its words, whether they are question words, and their answer types."""

LAST_QUESTION_WORDS = frozenset(("ai", "gì", "nào", "sao", "đâu"))
"""Syllables that are question words at the end of a question; `sao` only there, as elsewhere it means "star"."""

_FINAL_ONLY = "sao"

_CLOSING_PARTICLES = frozenset(("vậy", "thế", "ạ", "nhỉ", "nhé", "nha", "ta", "bạn", "ad", "nữa", "rồi"))
"""Syllables that may follow the words a yes-no question ends with."""

_POLAR_ENDS = frozenset(("chưa", "hả", "hử", "hở", "à"))
"""Syllables that make a yes-no question of a sentence which ends with them."""

_POLAR_FIRST = frozenset(("có", "còn", "được", "đúng", "phải", "thật", "nên", "cần", "kịp", "chịu", "bị"))
"""Syllables that a final `không` asks about; without one of them it is a part of a word (`hàng không`)."""

_ARTIFICIAL_INTELLIGENCE = re.compile(r"\bAI\b")


@cache
def question_phrases() -> tuple[QuestionPhrase, ...]:
    """Returns all phrases of questions, in the order of the list."""
    return tuple(map(_phrase, _PHRASES.strip().splitlines()))


def _phrase(line: str) -> QuestionPhrase:
    words, asks, types = re.split(r"\s{2,}", line.strip())
    named = types.split()
    return QuestionPhrase(words, asks == "asks", frozenset(one for one in ANSWER_TYPES if one in named))


@cache
def asking_phrases() -> tuple[str, ...]:
    """Returns the question words, as phrases with tones, the longest first."""
    return tuple(sorted((one.words for one in question_phrases() if one.asks), key=len, reverse=True))


def question_word_flags(text: str, tokens: Sequence[str], *, english: bool) -> list[bool]:
    """Tells, for each token of a question, whether it belongs to a question word.

    Question words are recognised with tones only. In an English question, every word counts as one that is neither a
    name nor a number: only these can occur in a Vietnamese article.

    Args:
        text: the question.
        tokens: the tokens of the question, with tones.
        english: whether the question is in English.
    """
    if english:
        shared = {token for name in english_names(text) for token in tokens_of(name, toned=True)}
        flags = [token not in shared and not token[0].isdigit() for token in tokens]
    else:
        flags = _vietnamese_flags(tokens)
    if _ARTIFICIAL_INTELLIGENCE.search(text) and not text.isupper():
        flags = [asks and token != "ai" for token, asks in zip(tokens, flags, strict=True)]
    return flags


def _vietnamese_flags(tokens: Sequence[str]) -> list[bool]:
    flags = [False] * len(tokens)
    phrases = _asking_tokens()
    for start, token in enumerate(tokens):
        for phrase in phrases.get(token, ()):
            if list(tokens[start : start + len(phrase)]) == phrase:
                flags[start : start + len(phrase)] = [True] * len(phrase)
    if tokens and tokens[-1] == _FINAL_ONLY:
        flags[-1] = True
    return flags


def is_yes_no(tokens: Sequence[str]) -> bool:
    """Tells whether a question is answered by yes or no: "có ... không", "đã ... chưa", "... thật à".

    Args:
        tokens: the tokens of the question, with tones.
    """
    end = len(tokens)
    while end and tokens[end - 1] in _CLOSING_PARTICLES:
        end -= 1
    if not end:
        return False
    last = tokens[end - 1]
    return last in _POLAR_ENDS or (last == "không" and not _POLAR_FIRST.isdisjoint(tokens[: end - 1]))


@cache
def _asking_tokens() -> Mapping[str, Sequence[list[str]]]:
    """Returns the tokens of each question word, by first token."""
    phrases: defaultdict[str, list[list[str]]] = defaultdict(list)
    for words in asking_phrases():
        phrase = tokens_of(words, toned=True)
        phrases[phrase[0]].append(phrase)
    return phrases
