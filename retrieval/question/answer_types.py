"""Answer types: reads what a question asks for, and scores how well a sentence fits.

The rules depend on the Vietnamese language alone: "bao nhiêu" asks for a number, and a sentence without a number does
not answer it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence, Set

from retrieval.vietnamese import AnswerType, question_phrases, toneless

_DIGITS = re.compile(r"\d+")
_NUMERAL = re.compile(
    r"\b(?:một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|chục|trăm|nghìn|ngàn|triệu|tỷ|nửa)\b", re.IGNORECASE
)
_TIME = re.compile(
    r"\b(?:ngày|tháng|năm|hôm|sáng|chiều|tối|tuần|giờ|thế kỷ|tuổi|sau|trước|phút)\b|\d{1,2}/\d|\b(?:19|20)\d\d\b",
    re.IGNORECASE,
)
_CAPITALISED = re.compile(r"(?<=[\w,;] )[^\W\d_]\w+")
_PLACE = re.compile(r"\b(?:tại|ở|từ|đến|thuộc|nước|tỉnh|thành phố|huyện|bang|bệnh viện|trường)\b", re.IGNORECASE)
_REASON = re.compile(r"\b(?:do|vì|bởi|nguyên nhân|khiến|nên|nhờ|lý do|dẫn đến|gây)\b", re.IGNORECASE)


def answer_types_of(syllables: Sequence[str]) -> frozenset[AnswerType]:
    """Returns the answer types that a question asks for; none for most questions.

    A question without any tones is matched without tones.

    Args:
        syllables: the folded syllables of the question, in order.
    """
    typed = f" {' '.join(syllables)} "
    bare = toneless(typed)
    return frozenset(
        answer_type
        for phrase in question_phrases()
        if f" {phrase.words} " in typed or (bare == typed and f" {toneless(phrase.words)} " in bare)
        for answer_type in phrase.answer_types
    )


def fit_answer_type(answer_type: AnswerType, sentence: str, asked: Set[str]) -> float:
    """Scores how well a sentence fits an answer type: 0, 0.5 or 1.

    Args:
        answer_type: the type that the question asks for.
        sentence: the sentence, as it stands in the article.
        asked: the syllables of the question; numbers and names among them are not new, and so answer nothing.
    """
    return _FITS[answer_type](sentence, asked)


def _number(sentence: str, asked: Set[str]) -> float:
    if any(digits not in asked for digits in _DIGITS.findall(sentence)):
        return 1.0
    return 0.5 if _NUMERAL.search(sentence) else 0.0


def _time(sentence: str, _: Set[str]) -> float:
    if not _TIME.search(sentence):
        return 0.0
    return 1.0 if _DIGITS.search(sentence) else 0.5


def _person(sentence: str, asked: Set[str]) -> float:
    return float(_names_somebody_new(sentence, asked))


def _place(sentence: str, asked: Set[str]) -> float:
    return 0.5 * _names_somebody_new(sentence, asked) + 0.5 * (_PLACE.search(sentence) is not None)


def _reason(sentence: str, _: Set[str]) -> float:
    return float(_REASON.search(sentence) is not None)


def _names_somebody_new(sentence: str, asked: Set[str]) -> bool:
    names = [word.lower() for word in _CAPITALISED.findall(sentence) if word[0].isupper()]
    return any(name not in asked and toneless(name) not in asked for name in names)


_FITS: dict[AnswerType, Callable[[str, Set[str]], float]] = {
    "number": _number,
    "time": _time,
    "person": _person,
    "place": _place,
    "reason": _reason,
}
