"""Forwarded messages: recognises what people pass on in chats without asking, and takes the claim out of it."""

from __future__ import annotations

import re

from retrieval.vietnamese import fold, has_tones, syllables, toneless

MIN_SYLLABLES = 16
"""Least syllables of a forwarded message that has a sign of being passed on; what is shorter is searched for."""

MIN_PLAIN_SYLLABLES = 24
"""Least syllables of one without such a sign."""

MIN_SENTENCES = 2
"""Least sentences of a message that is not loud."""

_PUBLIC = (
    "mọi người|bà con|cả nhà|anh em|các mẹ|các bạn|các sếp|các chủ|chị em|mấy ní|cô bác|quý vị|mấy bà|mấy ông|các bác"
    "|phụ huynh|ai có|ai đi|ai chưa|ai lỡ|ai ở|nhà ai|nhà nào|xe ai|mẹ nào"
)
_HEARSAY = "nghe nói|nghe bảo|nghe đâu|nghe đồn|nghe tin|người ta nói|người ta bảo|người ta đồn|thấy bảo|đồn là"
_ALARM = (
    "khẩn cấp|cảnh báo|nóng|cẩn thận|coi chừng|lưu ý|chú ý|chia sẻ|share|chuyển tin|gấp|tin vui|tin buồn|sơ tán|đừng"
    "|nhớ|kẻo|đọc ngay|đau lòng|thương quá|ghê thiệt|ghê quá|nha|nhé|luôn"
)
_SIGNS = f"\\b(?:{_PUBLIC}|{_HEARSAY}|{_ALARM})\\b"
_PICTURES = "\u200d\ufe0f\u203c\u2049\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
_LOUD = re.compile(rf"!!|[{_PICTURES}]")
_ASKS = (
    r"\b(?:cho (?:tôi|mình|em|hỏi)|(?:tôi|mình|em|tui) (?:muốn|cần) (?:biết|hỏi|tìm)|tìm giúp|giúp (?:tôi|mình|em)"
    r"|bạn tìm|(?:cảm|cám) ơn (?:bạn|ad|bot|mọi)"
    r"|(?:không|chẳng|chả) biết|ad ơi|bot ơi|có (?:thật|đúng|phải)|(?:thật|đúng|phải|hay|được|có) không"
    r"|không (?:ạ|vậy|nhỉ)"
    r"|bao nhiêu|bao giờ|bao lâu|khi nào|lúc nào|hồi nào|ngày nào|năm nào|mấy giờ|ở đâu|vì sao|thế nào|ra sao|làm sao"
    r"|là gì|gì vậy|tên gì|là ai|ai vậy|nào vậy|cách nào)\b"
)
_MAY_ASK = r"\b(?:gì|nào|ai|chưa|ko|hông|sao|mấy)\b|\bkhông\W*$"
"""Words by which a single sentence may ask."""
_ASKS_OTHERS = r"\b(?:coi|biết|thấy|xem|nghe|đọc) chưa\s*\?"
"""A question to the public, which asks nothing of the bot."""
_SENTENCE_END = re.compile(rf"[.!?…]+(?:\s|$)|\n|[{_PICTURES}]+")
_TO_OTHERS = re.compile(
    rf"[{_PICTURES}]+"
    r"|\b(?:nghe (?:nói|bảo|đâu|đồn)"
    r"|(?:bà con|mọi người|cả nhà|anh em|mấy ní|các (?:mẹ|sếp|bạn|bác))(?: (?:ơi|chú ý|lưu ý|nha))?"
    r"|(?:chia sẻ|share|chuyển)(?: (?:gấp|nhanh|cho nhau|cho anh em|tin này|giùm))?|nóng:|khẩn cấp|cảnh báo|tin vui)\b"
    r"\s*[:,!.]*",
    re.IGNORECASE,
)


def is_forwarded(text: str) -> bool:
    """Tells whether a message passes on what others told: long, of several sentences or loud, and without a question.

    Args:
        text: the message as typed.
    """
    count = len(syllables(text))
    if count < MIN_SYLLABLES:
        return False
    spell = str if has_tones(text) else toneless
    folded = re.sub(spell(_ASKS_OTHERS), ".", fold(text))
    if "?" in folded or re.search(spell(_ASKS), folded):
        return False
    is_loud, is_passed_on = _LOUD.search(text) is not None, re.search(spell(_SIGNS), folded) is not None
    sentences = sum(bool(syllables(part)) for part in _SENTENCE_END.split(text))
    if sentences < MIN_SENTENCES:
        may_ask = re.search(spell(_MAY_ASK), folded) is not None
        return is_passed_on and (is_loud or (count >= MIN_PLAIN_SYLLABLES and not may_ask))
    return is_loud or is_passed_on or count >= MIN_PLAIN_SYLLABLES


def claim_of(text: str) -> str:
    """Returns what a forwarded message claims: the message without pictures and words that only pass it on."""
    claim = " ".join(_TO_OTHERS.sub(" ", text).split())
    return claim if syllables(claim) else text
