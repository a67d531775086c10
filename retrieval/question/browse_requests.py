"""Browse requests: reads a message that asks for the newest articles, such as `tin thể thao hôm qua`.

The rules prefer precision to recall: a message that they do not know from beginning to end is a question.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from retrieval.datatypes import Browse, Filter, Period
from retrieval.question.periods import read_period
from retrieval.vietnamese import fold, syllable_spans, toneless

MAX_REQUEST_SYLLABLES = 14
"""Syllables beyond which a message is no browse request."""

MAX_TOPIC_SYLLABLES = 4
"""Most syllables of a topic; what is longer may be a question."""

MAX_NAMED_SYLLABLES = 8
"""Most syllables of a topic that follows `bài viết về`."""

_TODAY = re.compile(r"\b(?:(?:ngay )?(?:hom|bua|sang|trua|chieu|toi|dem) nay|h ?nay|hn nay|trong ngay|today)\b")
_YESTERDAY = re.compile(r"\b(?:hqua|h qua|hom wa|bua qua|yesterday)\b")

_FRESH = (
    "(?:(?:moi|nong|hot|noi bat) nhat|moi|nong hoi|sot deo|nong|hot|hay|noi bat|dac biet|dang chu y|quan trong|khac|nua"
    "|la|thu vi)"
)
_NO = "(?:khong|ko|k|hong|hok|hem|khum)"
_WHAT = "(?:nhung )?(?:gi|j|ji|chi)"
_TAIL = (
    f"(?: (?:{_FRESH}|{_NO}|co {_WHAT}|{_WHAT}|nao|thi sao|the nao|ra sao|di|nhe|nha|voi|a|ah|ad|admin|bot|ban|em|oi"
    "|xem|vay|v|the|day|luon|thoi|cho (?:toi|minh|em)))*"
)
_WISH = (
    "(?:(?:cho|giup|gui|dua|bao|ke)(?: (?:toi|minh|em|tui|tao|anh|chi))?(?: (?:xem|doc|biet|nghe))? "
    "|xem |doc |muon (?:xem|doc|biet) |tim |liet ke |tong hop |cap nhat |diem (?:lai )?"
    "|the |vay |thi |con |co |ban |bot )*"
)
_HEAD = (
    "(?:nhung |cac |vai |may |mot so |ban |diem |chum )*(?:tin(?: tuc)?(?: gi)?(?: thoi su)?|thoi su|diem bao)"
    f"(?: {_FRESH}| chinh| nhanh)*"
)
_ABOUT = "(?:ve |lien quan (?:den |toi )?|(?:chuyen )?muc |mang |chu de |linh vuc |nganh )"
_TOPIC = rf"(?P<topic>\S+(?: \S+){{0,{MAX_TOPIC_SYLLABLES - 1}}}?)"
_LONG_TOPIC = rf"(?P<topic>\S+(?: \S+){{0,{MAX_NAMED_SYLLABLES - 1}}}?)"
_SECTIONS = (
    "the thao|bong da|quoc te|the gioi|trong nuoc|viet nam|kinh te|kinh doanh|tai chinh|chung khoan|bat dong san"
    "|giai tri|van hoa|phap luat|an ninh|xa hoi|thoi su|chinh tri|giao duc|suc khoe|y te|cong nghe|khoa hoc|du lich"
    "|doi song|xe co|o to|moi truong|quan su|showbiz|sao viet|tennis|esports|thoi tiet"
)
_ENGLISH = (
    "(?:(?:any|the|show|me|give|today s|latest|newest|breaking|top|recent) )*(?:news|headlines)(?: please)?"
    "|what (?:s|is) (?:new|happening)|anything new"
)
_REQUEST = re.compile(rf"{_WISH}{_HEAD}(?: {_ABOUT}?{_TOPIC})??{_TAIL}")
_WHAT_IS_NEW = re.compile(
    rf"(?:the |vay |thi )?(?:(?P<section>{_SECTIONS}) )?(?:dang |thi )?"
    r"co (?:(?P<news>tin tuc|tin|bai bao|bai) |chuyen |su kien )?"
    rf"{_WHAT}(?P<fresh> {_FRESH})*(?: ve {_TOPIC})??{_TAIL}"
    rf"|{_ENGLISH}"
)
_ARTICLES_ON = re.compile(
    rf"{_WISH}(?:nhung |cac |may |vai )*(?:bai bao|bai viet|bai|tin tuc|tin|co gi)(?: nao| gi)?(?: khac| moi)*"
    rf"(?: (?:viet|noi|dua tin|de cap))? (?:ve|toi|den) {_LONG_TOPIC}{_TAIL}"
)
_SECTION_ALONE = re.compile(rf"(?P<section>{_SECTIONS})(?: thoi| di)?")
_QUICK = re.compile(
    rf"\b(?:{_SECTIONS}|tin|thoi su|diem bao|bai|bao|co (?:\w+ )*?(?:gi|j|ji|chi)|news|headlines|new|happening)\b"
)

_NO_TOPICS_BEGIN = frozenset(
    "của trên từ theo trong cua tren theo"
    " đồn tặc nhắn học tưởng rằng vào giả cậy lành yêu là vịt hiệu chỉ dùng bảo don tac nhan tuong rang vao".split()
)
"""Syllables that make another word of `tin` before them."""

_NO_TOPICS_HOLD = frozenset(
    "gì j ji nào đâu mấy không ko chưa bao ai có được bị sẽ đã phải sao tuần tháng ngày hôm giờ năm cuối đầu nao dau"
    " khong chua duoc tuan thang ngay hom qua nay bao".split()
)
"""Syllables that no topic holds: they ask, tell, or name a time that was not understood."""

_POINTING = frozenset("này ấy đó kia đấy nay ay do day ta".split())
"""Syllables that end a topic which only the turn before tells, as `vụ này` and `chú ấy`."""

_BEFORE_SOURCE = frozenset("cua tren tu o ben theo bao trang to".split())
_DOMAIN_ENDINGS = frozenset("com vn net org edu gov info news www".split())
_MAX_SOURCE_SYLLABLES = 3
_LEAST_SOURCE_LETTERS = 3


@dataclass(frozen=True, slots=True)
class BrowseRequest:
    """Pairs the articles that a message asks for with the period that names their days."""

    browse: Browse
    period: Period | None
    """The days, without slack, and the words that name them; None for any day."""


def read_browse(
    text: str, today: dt.date, sources: Callable[[], Sequence[str]], where: Filter | None = None
) -> BrowseRequest | None:
    """Reads a request for the newest articles; None if the message is none for certain.

    Args:
        text: the message, on one line.
        today: the day on which it is sent.
        sources: returns the sources of the corpus, the largest first; called only if the message may be a request.
        where: a filter given beside the message; its dates and its source go before those of the message.
    """
    located = [(toneless(syllable), text[span.start : span.end]) for syllable, span in syllable_spans(text)]
    if len(located) > MAX_REQUEST_SYLLABLES or not _QUICK.search(" ".join(bare for bare, _ in located)):
        return None
    where = where or Filter()
    period = _read_days(text, today)
    rest = text.replace(period.words, " ") if period else text
    source, left = _read_source(
        [(toneless(syllable), span.of(rest)) for syllable, span in syllable_spans(rest)], sources()
    )
    topic = _read_topic(left, narrowed=period is not None or source is not None)
    if topic is None:
        return None
    if where.since or where.until:
        period = None
    days = (period.since, period.last) if period else (where.since, where.until)
    return BrowseRequest(Browse(Filter(*days, where.source or source), topic or None), period)


def _read_days(text: str, today: dt.date) -> Period | None:
    if period := read_period(text, today):
        last = period.last or period.until
        return Period(period.since, last, period.words, last=last)
    bare = toneless(fold(text))
    if len(bare) != len(text):
        return None
    for pattern, age in ((_TODAY, 0), (_YESTERDAY, 1)):
        if found := pattern.search(bare):
            day = today - dt.timedelta(days=age)
            return Period(day, day, text[found.start() : found.end()], last=day)
    return None


def _read_source(
    located: Sequence[tuple[str, str]], sources: Sequence[str]
) -> tuple[str | None, list[tuple[str, str]]]:
    """Finds the source that a message names; returns it, and the syllables besides its name."""
    keys = {_key(source): source for source in reversed(sources) if len(_key(source)) >= _LEAST_SOURCE_LETTERS}
    for start in range(len(located)):
        for end in range(min(len(located), start + _MAX_SOURCE_SYLLABLES), start, -1):
            source = keys.get("".join(bare for bare, _ in located[start:end]))
            first = start
            while first and located[first - 1][0] in _BEFORE_SOURCE:
                first -= 1
            if source and ("." in source or first < start):
                end += sum(1 for bare, _ in located[end : end + 2] if bare in _DOMAIN_ENDINGS)
                return source, [*located[:first], *located[end:]]
    return None, list(located)


def _key(source: str) -> str:
    """Returns what a source is called: its name in letters, or the name in its address."""
    if "." in source and " " not in source:
        labels = [label for label in source.lower().split(".") if label not in _DOMAIN_ENDINGS]
        return labels[-1] if labels else ""
    return "".join(toneless(syllable) for syllable, _ in syllable_spans(source)).removeprefix("bao")


def _read_topic(located: Sequence[tuple[str, str]], *, narrowed: bool) -> str | None:
    """Reads the topic of a request without its days and its source.

    Args:
        located: the syllables, each without marks and as typed.
        narrowed: whether the request names days or a source.

    Returns:
        The topic as typed, empty for none; None if the message is no request.
    """
    bare = " ".join(syllable for syllable, _ in located)
    found = _WHAT_IS_NEW.fullmatch(bare)
    if found:
        is_certain = narrowed or any(found[name] for name in ("section", "news", "fresh")) or "new" in bare
        found = found if is_certain else None
    if not bare and narrowed:
        return ""
    found = found or _SECTION_ALONE.fullmatch(bare) or _REQUEST.fullmatch(bare) or _ARTICLES_ON.fullmatch(bare)
    if not found:
        return None
    name = next((name for name in ("topic", "section") if found.groupdict().get(name)), None)
    if name is None:
        return ""
    first = bare.count(" ", 0, found.start(name))
    words = [word for _, word in located[first : first + len(found[name].split())]]
    return " ".join(words) if _is_topic(words) else None


def _is_topic(words: Sequence[str]) -> bool:
    folded = [word if word == "AI" else fold(word) for word in words]
    if folded[-1] in _POINTING:
        return False
    return folded[0] not in _NO_TOPICS_BEGIN and not any(word in _NO_TOPICS_HOLD or word.isdigit() for word in folded)
