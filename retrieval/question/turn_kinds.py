"""Turn kinds: tells questions for a list, for a summary and for advice from other questions.

Rules decide by a few phrases, most of them at the beginning or the end of a message. A list that was not meant does
little harm, as it begins with the quote that a question would get; summaries and advice need certain words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from retrieval.datatypes import DialogueAct
from retrieval.vietnamese import fold, has_tones, syllable_spans, toneless

_KIND = (
    "vụ|bài|tin|người|ai|nước|quốc gia|tỉnh|thành phố|địa phương|nơi|công ty|doanh nghiệp|ngân hàng|trường|phim|trận"
    "|dự án|loại|món|sản phẩm|ca|đợt|sự kiện|chương trình|đội|ngành|nghề|cuộc|tuyến|điểm|mẫu|dòng|hãng|ca sĩ|diễn viên"
    "|nghệ sĩ|cầu thủ|lãnh đạo|bị cáo|nghi phạm|nạn nhân|trường hợp|biện pháp|quy định|hoạt động|lễ hội|giải"
)
"""Nouns that a list may name the items by."""

_EVENTS = (
    "(?:vụ|trận) (?:cháy|nổ|tai nạn|ngộ độc|lừa đảo|cướp|trộm|giết|ma túy|hiếp|đánh bạc|bạo lực|sập|lở|động đất"
    "|bóng|đấu)"
)

_LIST = (
    "(?:xin |hãy |bạn |bot |ad |cho (?:tôi|mình|em) |giúp (?:tôi|mình|em) )*"
    "(?:kể tên|liệt kê|nêu tên|điểm danh|danh sách|điểm qua|kể (?:ra |lại )?(?:những|các|mấy|vài)) .+",
    "những .+ (?:nào|là ai|là gì|gồm những .+)(?: .+)?",
    "những (?:ai|nơi nào|ai đã) .+",
    f"(?:có )?(?:những|các) (?:{_KIND}) .+",
    "(?:có )?(?:những|các) (?:mốc|đợt|khoản|mức|vị trí|mặt hàng|tài sản|cách|dấu hiệu) .+",
    f"(?:có )?mấy {_EVENTS}.*",
    ".+ (?:có|gồm|bao gồm|trong đó có) những (?:ai|gì|\\S+(?: \\S+)? nào)(?: .+)?",
    ".+ những (?:\\S+ ){1,3}nào(?: .+)?",
    ".+ (?:những gì|những ai|gồm ai|là những ai|gồm những .+)",
    f"(?:.+ )?có (?:{_EVENTS})(?: .+)? nào(?: .+)?",
    f"(?:{_KIND})(?: \\S+){{0,3}} nào (?:mới|vừa|đã|bị) .+"
    " (?:gần đây|dạo này|(?:tuần|tháng) (?:này|qua)|hôm (?:nay|qua))",
    ".+ (?:liệt kê|kể tên|kể ra|nêu tên)(?: (?:giúp|hết|ra|cho|tôi|mình|em|tên|đi|với|cụ thể|từng))*",
    ".+ (?:từng người|từng trận|từng vụ|các trận|từng nước|từng tỉnh|từng ngân hàng)(?: .+)?",
    "(?:danh sách|tổng hợp các|mốc thời gian|các mốc) .+",
)
"""Patterns of whole messages that ask for a list."""

_FOR_ME = "(?:giúp|giùm|dùm|hộ|cho|với|đi|nhé|nha|ạ|tôi|mình|em|tui|tao|anh|chị|bạn|ad|bot|ngắn gọn|nhanh|xem|cái)"
_FOR_ME_BARE = "(?:giup|gium|voi|nhe|nha|toi|minh|em|tui|anh|chi|ban|ad|bot|ngan gon|nhanh)"
"""Those of the words before that, without marks, are no other words ("cho" may be a market)."""
_MATTER = "(?:vụ việc|vụ án|vụ|chuyện|sự việc|sự kiện|câu chuyện|tin tức|tin|thông tin|diễn biến|bài|nội dung)"
_OF = "(?:về|của|liên quan đến|xung quanh)"
_SUMMARY = (
    f"(?:{_FOR_ME} |hãy |xin )*(?:tóm tắt|tóm lược|tóm gọn|sơ lược)(?: {_FOR_ME})*(?: lại)?(?: (?:{_MATTER}|{_OF}))*"
    f" (?P<a>.+?)(?: {_FOR_ME})*",
    f"(?:{_FOR_ME} |hãy |xin )*(?:tóm lại|tóm|kể lại|thuật lại|điểm lại|toàn cảnh|tổng hợp|tổng kết|cập nhật)"
    f"(?: {_FOR_ME})* {_MATTER}(?: (?:{_MATTER}|{_OF}))* (?P<b>.+?)(?: {_FOR_ME})*",
    f"diễn biến(?: (?:mới nhất|chính|mới|đầy đủ|tiếp theo))?(?: (?:{_MATTER}|{_OF}))+ (?P<c>.+?)(?: {_FOR_ME})*",
    f"(?:{_MATTER} )?(?P<d>.+?)(?: (?:xử )?(?:là )?(?:sao|thế nào|ra sao)(?: rồi)?)?"
    f" (?:{_FOR_ME} )*(?:tóm tắt|tóm lược|tóm gọn)(?: (?:từ đầu|lại|{_FOR_ME}))*",
    "(?:thế |vậy |còn )?(?:vụ|chuyện|vụ việc|vụ án) (?P<e>.+?) (?:(?:giờ|bây giờ) )?"
    "(?:(?:như )?thế nào|ra sao|sao)(?: rồi)(?: (?:nhỉ|ạ|vậy|ad|bạn))*",
)
"""Patterns of whole messages that ask for a summary; a group is what to sum up."""

_ONE = (
    "(?:tôi|em|mình|tớ|cháu|con|tui|(?:vợ chồng|gia đình|nhà|bố|mẹ|ba|má|vợ|chồng|con|bé|con trai|con gái)"
    " (?:nhà )?(?:tôi|em|mình|tớ|cháu|tui))"
)
_SELF = (
    "(?:tôi|mình|tui|tớ|(?:vợ chồng|gia đình|nhà|bố|mẹ|ba|má|vợ|chồng|con|bé|con trai|con gái) (?:nhà )?"
    "(?:tôi|em|mình|tớ|cháu|tui))"
)
_ADVICE = (
    f"{_ONE} .*(?:có nên|nên) .+",
    "(?:có )?nên (?:cho con|mua .+ hay|gửi .+ hay|đầu tư .+ (?:không|hay)|nghỉ việc) .*",
    f"{_ONE} bị .+ (?:phải làm sao|phải làm gì|làm sao|làm gì|uống (?:thuốc )?gì|kiện .+|khám ở đâu|có sao không)"
    "(?: (?:bây giờ|ạ|vậy|đây|hả|thế))*",
    f"(?:{_SELF}|em) bị .+ (?:ăn|uống|kiêng|tập) (?:\\S+ ){{0,2}}(?:gì|được|không)(?: .+)?",
    f"{_SELF} (?:bị|vay|nợ|muốn|lỡ|đang|có) .+ (?:có (?:bị|phải|được) .+ không|thì làm thế nào|phải làm thế nào)",
    "(?:vợ chồng )?(?:tôi|em|mình|tui) .*lương .+ (?:được không|nổi không)",
    "(?:tết này |năm nay )?nên (?:biếu|tặng|mừng|lì xì) .+",
    "(?:.+ )?nên (?:biếu|tặng) (?:sếp|bố|mẹ|thầy|cô|vợ|chồng|người yêu).*",
)
"""Patterns of whole messages in which a person asks what to do."""


@dataclass(frozen=True, slots=True)
class TurnKind:
    """Tells what a message asks for, and of what."""

    act: DialogueAct
    text: str
    """The words to search for: what to sum up, else the whole message."""


def read_turn_kind(text: str) -> TurnKind:
    """Reads whether a message asks for a list, a summary or advice; else it is a question.

    Args:
        text: the message, on one line.
    """
    spans = [span for _, span in syllable_spans(text)]
    spoken = " ".join(fold(span.of(text)) for span in spans)
    if not has_tones(text):
        spoken = toneless(spoken)
    patterns = _TONED if has_tones(text) else _TONELESS
    for pattern in patterns[DialogueAct.SUMMARY]:
        if found := pattern.fullmatch(spoken):
            name = next(name for name, words in found.groupdict().items() if words)
            first = spoken.count(" ", 0, found.start(name))
            last = first + found[name].count(" ")
            return TurnKind(DialogueAct.SUMMARY, text[spans[first].start : spans[last].end])
    for act in (DialogueAct.ADVICE, DialogueAct.LIST):
        if act is DialogueAct.LIST and _YES_NO.search(toneless(spoken)):
            continue
        if any(pattern.fullmatch(spoken) for pattern in patterns[act]):
            return TurnKind(act, text)
    return TurnKind(DialogueAct.QUESTION, text)


_YES_NO = re.compile(r" co .+(?:(?<! nao) (?:khong|ko|k|hay khong)| chua)$")
_PATTERNS = {DialogueAct.SUMMARY: _SUMMARY, DialogueAct.ADVICE: _ADVICE, DialogueAct.LIST: _LIST}
_TONED = {act: [re.compile(pattern) for pattern in own] for act, own in _PATTERNS.items()}
_TONELESS = {
    act: [re.compile(toneless(pattern.replace(_FOR_ME, _FOR_ME_BARE))) for pattern in own]
    for act, own in _PATTERNS.items()
}
