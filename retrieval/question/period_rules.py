"""Period rules: a table of the expressions that name a period, each with its reader.

Patterns are written with tones. `periods` compiles each with tones and without, and decides which of them counts.
"""

from __future__ import annotations

from retrieval.question.period_bounds import (
    COUNTS,
    MONTH_NAMES,
    WEEKDAYS,
    Read,
    read_bare_date,
    read_date,
    read_dates,
    read_day,
    read_last_hours,
    read_last_units,
    read_months,
    read_next_units,
    read_part_of_month,
    read_quarter,
    read_relative_month,
    read_relative_week,
    read_relative_year,
    read_some_days,
    read_tet,
    read_tomorrow,
    read_units_ago,
    read_weekday,
    read_weekend,
    read_whole_month,
    read_year,
    read_yesterday,
)

_DAY, _MONTH, _YEAR = r"(?P<day>0?[1-9]|[12]\d|3[01])", r"(?P<month>0?[1-9]|1[0-2])", r"(?P<year>(?:19|20)\d\d)"
_LAST, _LAST_MONTH = r"(?P<last>0?[1-9]|[12]\d|3[01])", r"(?P<last_month>0?[1-9]|1[0-2])"
_LAST_YEAR = r"(?P<last_year>(?:19|20)\d\d)"
_NO_YEAR = r"(?P<year>(?!))?"
_SHORT_YEAR = r"(?P<year>[0-3]\d)"
_TO_YEAR = rf"(?:(?:/|,? năm ){_YEAR})?"
_END = r"(?![\w/%]|[.,-]\d)"
_START = r"(?<![\w/.,-])"
_TILL = r"\s*(?:đến|tới|-|–)\s*(?:hết )?(?:ngày )?"
_COUNT = rf"(?<!thứ )\b(?P<count>\d{{1,2}}|{'|'.join(COUNTS)})"
_PART = r"(?P<part>đầu|giữa|cuối) "
_OF_DAY = r"(?:rạng sáng|sáng|trưa|chiều|tối|đêm|khuya)"
_PAST = r"trước|qua|vừa qua|vừa rồi|rồi"


def _not_after(words: str) -> str:
    """Makes a pattern that does not match after any of some words, which are separated by commas."""
    return "".join(rf"(?<!\b{word.strip()} )" for word in words.split(","))


# A number after these words belongs to a name, a law, a birth or a measure, and names no period.
_NO_NAME = r"(?<!covid-)" + _not_after(
    "cúp, cup, số, định, luật, sinh, euro, lần, kế hoạch, tới, đến, phòng, tỷ lệ, tỉ lệ, quyết, sinh năm, games, khóa,"
    "thế hệ, thông tư, chỉ thị, công văn, văn bản, hiến pháp, u23, olympic, tỷ số, tỉ số, điều, khoản, hẻm, ngõ, kiệt,"
    "lô, hạng, tầm nhìn, mốc, chiếm, giảm, tăng, hơn, khoảng, gần"
)
# The name of a street, of a hospital or of an event holds a day, but is not about it.
_NO_PLACE = _not_after(
    "đường, phố, cầu, viện, trường, ngã tư, vòng xoay, công viên, chợ, khu, sự kiện, khủng bố, thảm kịch, lễ,"
    "giải phóng, nhà máy, phong trào, dịp, tượng đài, nghĩa trang"
)
_NO_COUNT = r"(?<!\d )" + _not_after(
    f"nhiều, những, các, vài, mấy, mọi, mỗi, hàng, từng, chục, rưỡi, trăm, nghìn, triệu, tỷ, tỉ, {','.join(COUNTS)}"
)
_NO_LUNAR = _not_after("sinh, rằm, cách mạng, mùng, mồng")
# "Trước" and "sau" may be measured from what follows instead of from today.
_NO_EVENT = (
    r"(?! (?:khi|đó|lúc|trận|bầu cử|giờ|ngày|thềm|kỳ|kì|vòng|mùa|lễ|tết|sinh|cưới|world cup|sea games|euro|mổ|phẫu"
    r"|khai|mặt|mắt|đại hội|hội nghị|sự cố|tòa|bão|vụ|thời|tai nạn|ly hôn|chia tay|kết hôn|động đất|đại dịch"
    r"|thảm họa|cách ly)\b)"
)
_THIS = r"(?: (?:này|tới|vừa rồi|vừa qua)\b)?"
_NO_RANK = _not_after("đứng, xếp, hạng, người, lần, con, trận, bên, cuộc, vụ, bài, ca, vòng, đợt, số, vị trí, là")
_UNLESS_COUNTED = r"(?! (?:âm lịch|lần|tuổi|ngày|tuần|người|con)\b)"
_NAMED_MONTH = rf"(?P<month>{'|'.join(MONTH_NAMES[::-1])})"

RULES: tuple[tuple[str, Read], ...] = (
    (
        rf"\btừ (?:ngày )?{_DAY}(?:/{_MONTH}(?:/{_YEAR})?)?{_TILL}{_LAST}/{_LAST_MONTH}(?:/{_LAST_YEAR})?{_END}",
        read_dates,
    ),
    (rf"(?:\A|\bngày ){_DAY}(?:/{_MONTH})?{_NO_YEAR}{_TILL}{_LAST}/{_LAST_MONTH}(?:/{_LAST_YEAR})?{_END}", read_dates),
    (
        rf"\btừ tháng {_MONTH}\s+(?:đến|tới) (?:hết )?tháng (?P<last>0?[1-9]|1[0-2])(?:(?:/| năm ){_YEAR})?{_END}",
        read_months,
    ),
    (rf"\bqu[ýí] (?P<quarter>[1-4]|i{{1,3}}|iv)(?:(?:/| năm | ){_YEAR})?{_END}", read_quarter),
    (rf"{_NO_NAME}{_START}{_YEAR}(?P<sign>[/-]){_MONTH}(?P=sign){_DAY}{_END}", read_date),
    (rf"{_NO_NAME}{_START}{_DAY}[/.-]{_MONTH}[/.-]{_YEAR}{_END}", read_date),
    (rf"{_NO_NAME}{_START}{_DAY}(?P<sign>[/-]){_MONTH}(?P=sign){_SHORT_YEAR}{_END}", read_date),
    (
        rf"(?:\A|{_NO_PLACE}\b(?:ngày|mùng|mồng|hôm|vào|{_OF_DAY}) ){_DAY}\s+tháng {_MONTH}(?:,? năm {_YEAR})?{_END}"
        rf"{_UNLESS_COUNTED}",
        read_date,
    ),
    (rf"\b(?:ngày|mùng|mồng|hôm|bữa|{_OF_DAY}) {_DAY}[/.-]{_MONTH}{_NO_YEAR}{_END}(?! âm lịch){_THIS}", read_date),
    (rf"\b{_PART}tháng {_MONTH}{_TO_YEAR}{_END}", read_part_of_month),
    (rf"{_NO_COUNT}{_NO_LUNAR}\btháng {_MONTH}{_TO_YEAR}{_END}{_UNLESS_COUNTED}", read_whole_month),
    (rf"{_NO_COUNT}{_NO_LUNAR}\btháng {_NAMED_MONTH},? năm {_YEAR}{_END}", read_whole_month),
    (rf"{_NO_NAME}{_START}{_MONTH}/{_YEAR}{_END}", read_whole_month),
    (rf"\btết (?:nguyên đán |âm lịch )?(?:năm )?{_YEAR}{_END}", read_tet),
    (r"\b(?:trong )?(?P<count>24|36|48|72)(?:h| ?giờ) (?:qua|vừa qua|gần đây|trở lại đây)\b", read_last_hours),
    (
        rf"{_NO_RANK}\b(?:{_OF_DAY} |hôm |ngày )?(?:thứ (?P<weekday>{'|'.join(WEEKDAYS)}|[2-7])|chủ nhật) "
        rf"(?P<which>tuần (?:này|sau|tới|{_PAST})|tới|vừa qua|vừa rồi|rồi)\b{_NO_EVENT}",
        read_weekday,
    ),
    (rf"{_NO_RANK}\b(?:thứ (?P<weekday>[2-7])|chủ nhật) (?P<which>này|qua|trước|sau)\b{_NO_EVENT}", read_weekday),
    (
        rf"(?:\btrong (?:vòng )?)?{_COUNT} (?P<unit>ngày|tuần|tháng|năm) "
        r"(?:qua|gần đây|vừa qua|gần nhất|nay|trở lại đây)\b(?! đời\b)",
        read_last_units,
    ),
    (r"\b(?:mấy|vài|những) (?:ngày|hôm|bữa) (?:nay|qua|gần đây|vừa qua)\b", read_some_days),
    (rf"\bcách đây {_COUNT} (?P<unit>ngày|hôm|bữa|tuần|tháng|năm)\b", read_units_ago),
    (rf"{_COUNT} (?P<unit>ngày|hôm|bữa|tuần|tháng|năm) trước\b{_NO_EVENT}", read_units_ago),
    (rf"(?:\btrong )?{_COUNT} (?P<unit>ngày|tuần|tháng) (?:tới|sắp tới)\b", read_next_units),
    (
        rf"\b(?P<word>hôm|bữa|ngày|{_OF_DAY}) (?:hôm )?(?P<which>qua|kia|mai|mốt)\b(?! (?:đời|mặt|khỏi|ngày)\b)",
        read_day,
    ),
    (rf"\b(?P<word>{_OF_DAY}) (?P<which>nay)\b", read_day),
    (r"\bhqua\b", read_yesterday),
    (r"\Amai(?= (?:thì|trời|có|mưa|nắng|ai|đá|giá|ở)\b)", read_tomorrow),
    (rf"\bcuối tuần(?: (?P<which>này|sau|tới|{_PAST}))?\b{_NO_EVENT}", read_weekend),
    (rf"{_NO_COUNT}\b(?:cả |{_PART})?tuần (?P<which>này|sau|tới|{_PAST})\b{_NO_EVENT}", read_relative_week),
    (rf"{_NO_COUNT}\btháng (?P<which>này|sau|tới|{_PAST})\b{_NO_EVENT}", read_relative_month),
    (rf"{_NO_NAME}(?<!từ )\b(?:(?:trong|vào|của|hồi) )?(?:{_PART})?năm {_YEAR}{_END}", read_year),
    (rf"{_NO_COUNT}\b(?:{_PART})?năm (?P<which>nay|ngoái|kia|trước|sau|tới)\b{_NO_EVENT}", read_relative_year),
    (
        rf"{_NO_NAME}{_NO_PLACE}{_START}{_DAY}/{_MONTH}{_NO_YEAR}{_END}"
        r"(?P<sure> (?:này|tới|vừa rồi|vừa qua)\b|(?= (?:có|ở|tại)\b))?",
        read_bare_date,
    ),
)
"""Patterns with the readings of their matches; one counts before those after it."""

TONED_RULES: tuple[tuple[str, Read], ...] = (
    (
        rf"{_NO_COUNT}{_NO_LUNAR}\btháng (?P<month>mười một|mười hai|mười){_NO_YEAR}\b{_UNLESS_COUNTED}",
        read_whole_month,
    ),
    (rf"\b(?:trong|vào|hồi|của) tháng {_NAMED_MONTH}{_NO_YEAR}\b{_UNLESS_COUNTED}", read_whole_month),
)
"""Further rules, for texts with tones; without them, their words are too often others."""
