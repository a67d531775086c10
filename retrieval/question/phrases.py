"""Phrases of messages: compiles patterns of whole messages, and lists the ways of typing a phrase."""

from __future__ import annotations

import re
from functools import cache

from retrieval.vietnamese import fold, toneless

EMOTICON = re.compile(r"(?<!\S)(?:[:=;]+ ?['^-]?(?:[()\]]+|[DPpVv3]+)|[xX]D+|\^_*\^|<3+|T_T|-_+-)(?!\w)")
"""Emoticons between spaces, such as `:v` and `=))`."""

_SLOTS = {
    "<you>": (
        "(?:bạn|bn|mày|m|em|cậu|(?:con |bạn |em |chat)?bot(?: này)?|ad|admin|add|(?:con|bạn|app|kênh|trang) này"
        "|hệ thống này|hỏi báo|hoibao)"
    ),
    "<self>": "(?:bạn|bn|mày|em|cậu|(?:con bot|con|bot|app|kênh|trang) này|hỏi báo|hoibao)",
    "<i>": "(?:tôi|mình|em|tui|tao|tớ|anh|chị|người dùng)",
    "<no>": "(?:không|ko|k|kg|kh|hông|hong|hok|khum|hem|hăm)",
    "<what>": "(?:gì|j|ji|cái gì|chi)",
    "<how>": "(?:(?:như |ra |làm )?sao|(?:như )?thế nào|như nào|ntn|kiểu gì|cách nào)",
    "<where>": "(?:đâu(?: ra)?|(?:những )?(?:báo|trang|nguồn) nào)",
    "<when>": "(?:(?:ngày|hôm|khi|lúc|tháng|năm) nào|bao giờ|ngày mấy|ngày bao nhiêu)",
    "<is>": "(?:là|l)",
}
"""Slots of patterns, each with the words that may stand there."""

_END = "vậy|thế|hả|à|ạ|á|nhỉ|nha|nhé|nhở|đấy|đó|đây|đi|với|luôn|ta|ad|bot|bạn|em|ơi|nào|nè|v|z|zậy"
"""Words that may end a message without changing what it means."""

_MOST_END_WORDS = 3


@cache
def message_pattern(*patterns: str) -> re.Pattern[str]:
    """Compiles patterns of whole messages, as a person may type them.

    A pattern is a regular expression without escapes over syllables that are joined by spaces. It is written with
    marks and compiled without, so that it matches messages without marks. Words that only round off a message may
    follow.

    Args:
        patterns: the patterns; slots such as `<you>` stand for several words.
    """
    body = "|".join(patterns)
    for slot, words in _SLOTS.items():
        body = body.replace(slot, words)
    return re.compile(toneless(f"(?:{body})(?: (?:{_END})){{0,{_MOST_END_WORDS}}}"))


def spellings_of(phrase: str) -> set[str]:
    """Returns the ways of typing a phrase: each of its words with its marks or without any."""
    typed = {""}
    for word in fold(phrase).split():
        typed = {f"{before} {way}".strip() for before in typed for way in (word, toneless(word))}
    return typed
