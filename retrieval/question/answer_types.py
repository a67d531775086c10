"""What kind of answer a question asks for, and whether a sentence could be of that kind.

Rules of the Vietnamese language alone: "bao nhiêu" asks for a number, and a sentence without one does not answer it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Set
from typing import Literal, get_args

from retrieval.vietnamese import syllables, toneless

Kind = Literal["number", "time", "person", "place", "reason"]
KINDS: tuple[Kind, ...] = get_args(Kind)

_ASKED_WITH: dict[Kind, str] = {
    "number": "bao nhiêu|mấy|bao lâu|bao xa|tỷ lệ|tỉ lệ|số lượng|mức nào",
    "time": "khi nào|bao giờ|lúc nào|năm nào|ngày nào|tháng nào|thời gian nào|thời điểm nào|hôm nào|bao lâu"
    "|giai đoạn nào",
    "person": "ai|người nào|bác sĩ nào|ông nào|cầu thủ nào",
    "place": "đâu|nơi nào|nước nào|quốc gia nào|thành phố nào|tỉnh nào|bệnh viện nào|địa phương nào|vùng nào",
    "reason": "vì sao|tại sao|nguyên nhân|lý do|lí do|do đâu",
}
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


def expected(question: str) -> frozenset[Kind]:
    """The kinds that a question asks for, typed with tones or without; none for most."""
    typed = f" {' '.join(syllables(question))} "
    bare = toneless(typed)
    return frozenset(
        kind
        for kind, phrases in _ASKED_WITH.items()
        if any(
            f" {phrase} " in typed or (bare == typed and f" {toneless(phrase)} " in bare)
            for phrase in phrases.split("|")
        )
    )


def fits(kind: Kind, sentence: str, asked: Set[str]) -> float:
    """How well a sentence could answer a question of that kind: 0, 0.5 or 1.

    Args:
        kind: what the question asks for.
        sentence: as it stands in the article.
        asked: the question's syllables, which are no news.
    """
    return _FITS[kind](sentence, asked)


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


_FITS: dict[Kind, Callable[[str, Set[str]], float]] = {
    "number": _number,
    "time": _time,
    "person": _person,
    "place": _place,
    "reason": _reason,
}
