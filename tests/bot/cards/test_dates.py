import datetime as dt

import pytest

from bot.cards.dates import format_date
from bot.cards.reader import Reader
from bot.cards.texts import ENGLISH, VIETNAMESE
from retrieval.datatypes import PartialDate

TODAY = dt.date(2024, 3, 9)


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2024-03-09", "hôm nay"),
        ("2024-03-08", "hôm qua"),
        ("2024-03-07", "2 ngày trước"),
        ("2024-03-02", "7 ngày trước"),
        ("2024-03-01", "ngày 1/3/2024"),
        ("2024-03-10", "ngày 10/3/2024"),
        ("2024-03", "tháng 3/2024"),
        ("2024", "năm 2024"),
    ],
)
def test_a_date_is_told_by_its_age_up_to_a_week(date: str, expected: str) -> None:
    assert format_date(PartialDate.parse(date), Reader(VIETNAMESE, TODAY)) == expected


def test_dates_in_english() -> None:
    reader = Reader(ENGLISH, TODAY)
    days = [format_date(PartialDate.of(TODAY - dt.timedelta(days=age)), reader) for age in (0, 1, 5, 8)]
    assert days == ["today", "yesterday", "5 days ago", "1/3/2024"]
