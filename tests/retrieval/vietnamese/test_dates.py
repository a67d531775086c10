from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.datatypes import Article, PartialDate
from retrieval.errors import UsageError
from retrieval.vietnamese.dates import event_date, parse_bound, reported_day

OCTOBER = PartialDate(2023, 10)


@pytest.mark.parametrize(
    "lead",
    [
        "Ngày 20/10, đoàn công tác làm việc với tỉnh.",
        "Sáng 20-10, mưa lớn ở Huế.",
        "Chiều ngày 20.10, chợ đóng cửa.",
        "Tối nay (20/10), tuyển Việt Nam ra sân.",
        "Đám cháy xảy ra hôm 20/10 ở Hà Nội.",
        "Thứ sáu, 20/10, trường khai giảng.",
        "Ngày 20 tháng 10, hội nghị khai mạc.",
        "Ngày 20 tháng 10 năm 2023, hội nghị khai mạc.",
        "Hội nghị khai mạc 20/10/2023 ở Vinh.",
        "Rạng sáng 20/10/23, tàu cập cảng.",
        "Số 24/7 mở cửa. Có 3-4 tuần chuẩn bị; ngày 20/10 bắt đầu.",
        "Nghị định 46/2023/NĐ-CP ngày 1/10 nêu rõ. Sáng 20/10, bộ họp.",
    ],
)
def test_reads_the_day_that_the_lead_states(lead: str) -> None:
    assert event_date(lead, OCTOBER) == PartialDate(2023, 10, 20)


@pytest.mark.parametrize(
    "lead",
    [
        "Cửa hàng mở 24/7.",
        "Cần 3-4 tuần để hồi phục.",
        "Tỷ lệ là 1/2 dân số.",
        "Gọi 090-12-10 để đặt vé.",
        "Ngày 31/9 không có trong lịch.",
        "Ngày 20/13 cũng không.",
        "Từ ngày 3-5/10, đường cấm xe.",
        "Hạn nộp hồ sơ đến hết ngày 15/10.",
        "Ông sinh ngày 2/9/1970 ở Huế.",
        "Lễ hội mở ngày 10/3 âm lịch.",
        "Trận đánh ngày 7/5/1954 đã qua lâu.",
        "Không có ngày nào.",
    ],
)
def test_takes_no_fraction_period_deadline_or_day_of_long_ago(lead: str) -> None:
    assert event_date(lead, OCTOBER) is None


@pytest.mark.parametrize(
    ("published", "event"),
    [
        (PartialDate(2024, 1, 2), PartialDate(2023, 12, 30)),
        (PartialDate(2023, 12, 30), PartialDate(2023, 12, 30)),
        (PartialDate(2023, 12), PartialDate(2023, 12, 30)),
        (PartialDate(2023), PartialDate(2023, 12, 30)),
        (PartialDate(2023, 12, 20), None),
        (None, None),
    ],
)
def test_takes_a_missing_year_from_the_publication(published: PartialDate | None, event: PartialDate | None) -> None:
    assert event_date("Ngày 30/12, tàu rời cảng.", published) == event


def test_needs_no_publication_where_the_lead_names_the_year() -> None:
    assert event_date("Ngày 5/3/2021, cầu thông xe.", None) == PartialDate(2021, 3, 5)


def test_knows_leap_days() -> None:
    assert event_date("Sáng 29/2, tuyết rơi.", PartialDate(2024, 3)) == PartialDate(2024, 2, 29)
    assert event_date("Sáng 29/2, tuyết rơi.", PartialDate(2023, 3)) is None


def test_looks_at_the_lead_only() -> None:
    assert event_date("Tin dài. " * 50 + "Ngày 20/10, họp.", OCTOBER) is None


@given(st.text(st.characters()), st.none() | st.builds(PartialDate.of, st.dates(dt.date(1, 1, 1))))
def test_never_fails_and_stays_near_the_publication(body: str, published: PartialDate | None) -> None:
    found = event_date(body, published)
    if found is not None and published is not None:
        assert abs(found.first - published.first) <= dt.timedelta(days=366)


@given(st.dates(dt.date(1970, 1, 1), dt.date(2100, 1, 1)), st.integers(0, 180))
def test_finds_any_day_of_the_half_year_before_publication(published: dt.date, days: int) -> None:
    day = published - dt.timedelta(days=days)
    assert event_date(f"Chiều {day.day}/{day.month}, xe chạy.", PartialDate.of(published)) == PartialDate.of(day)


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("2023", dt.date(2023, 1, 1), dt.date(2023, 12, 31)),
        ("2024-02", dt.date(2024, 2, 1), dt.date(2024, 2, 29)),
        ("2/2023", dt.date(2023, 2, 1), dt.date(2023, 2, 28)),
        ("2023-10-20", dt.date(2023, 10, 20), dt.date(2023, 10, 20)),
        ("20/10/2023", dt.date(2023, 10, 20), dt.date(2023, 10, 20)),
        (" 5/3/2023 ", dt.date(2023, 3, 5), dt.date(2023, 3, 5)),
    ],
)
def test_a_bound_is_the_first_or_the_last_day_of_what_is_typed(typed: str, first: dt.date, last: dt.date) -> None:
    assert parse_bound(typed, end=False) == first
    assert parse_bound(typed, end=True) == last


@pytest.mark.parametrize(
    "typed", ["", "hôm qua", "2023-13", "2023-00", "2023-02-30", "31/4/2023", "0000", "23", "10-2023"]
)
def test_a_bound_that_is_no_date_is_refused_with_the_forms_that_are_read(typed: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse_bound(typed, end=False)
    assert repr(typed) in str(caught.value)
    assert "20/10/2023" in str(caught.value)


@pytest.mark.parametrize(
    ("title", "day"),
    [
        ("Giá lúa hôm nay 7-2 tăng nhẹ", (2026, 2, 7)),
        ("Giá lúa mới nhất (6/2) giảm", (2026, 2, 6)),
        ("Thời tiết 9/2: Huế có mưa", (2026, 2, 9)),
        ("Sáng 5.2, chợ hoa mở cửa", (2026, 2, 5)),
        ("Cầu mới thông xe hôm 31/1", (2026, 1, 31)),
        ("Tổng đài 24/7 của bệnh viện", (2026, 2, 3)),
        ("Huế thắng 2-1 ở vòng 1/8", (2026, 2, 3)),
        ("Nhớ về ngày 30/4", (2026, 2, 3)),
        ("Kỷ niệm ngày 8/2/1930", (2026, 2, 3)),
        ("Giá lúa 8/2/2026", (2026, 2, 8)),
        ("Tổng đài 24/7 mở từ sáng 6/2", (2026, 2, 3)),
        ("Tổng đài 24/7 mở sáng 6/2", (2026, 2, 6)),
        ("Trước 15/2 phải nộp thuế", (2026, 2, 3)),
        ("Huế thắng tối qua 7-2", (2026, 2, 3)),
        ("Lúa hôm nay 6.2 triệu một tấn", (2026, 2, 3)),
        ("Giá lúa giảm 1/2%", (2026, 2, 3)),
        ("Giá lúa tăng", (2026, 2, 3)),
    ],
)
def test_an_article_tells_of_the_day_in_its_title_or_else_in_its_lead(title: str, day: tuple[int, int, int]) -> None:
    published = PartialDate(2026, 2, 7)
    article = Article("a", title, "Hôm 3/2, giá lúa tăng.", published, event=PartialDate(2026, 2, 3))
    assert reported_day(article) == PartialDate(*day)


def test_an_article_that_names_no_day_tells_of_that_of_its_publication() -> None:
    assert reported_day(Article("a", "Giá lúa 7/2", "Giá lúa tăng.", PartialDate(2026, 2))) == PartialDate(2026, 2, 7)
    assert reported_day(Article("a", "Giá lúa tháng Hai", "Giá lúa tăng.", PartialDate(2026, 2))) == PartialDate(
        2026, 2
    )
    assert reported_day(Article("a", "Giá lúa 1/1", "Giá lúa tăng.", PartialDate(2025, 12, 31))) == PartialDate(
        2026, 1, 1
    )
    assert reported_day(Article("a", "Giá lúa 7/2", "Giá lúa tăng.")) is None
    for year in (1, 9999):  # nothing lies before, or after
        assert reported_day(Article("a", "Giá lúa 7/7", "Giá lúa tăng.", PartialDate(year))) == PartialDate(year, 7, 7)
