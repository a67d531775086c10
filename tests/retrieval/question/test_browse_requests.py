"""Requests to browse: their days, source and topic are read, and what only resembles them is a question."""

from __future__ import annotations

import datetime as dt

import pytest

from retrieval.datatypes import Filter
from retrieval.question.browse_requests import read_browse
from retrieval.vietnamese import toneless

SUNDAY = dt.date(2024, 3, 10)
YESTERDAY = dt.date(2024, 3, 9)
SOURCES = ["vnexpress.net", "dantri.com.vn", "Báo Sông Lam"]

REQUESTS = [
    ("có gì mới?", Filter(), None),
    ("tin mới nhất", Filter(), None),
    ("tin hôm nay", Filter(SUNDAY, SUNDAY), None),
    ("hôm qua có tin gì", Filter(YESTERDAY, YESTERDAY), None),
    ("tin ngày 5/2", Filter(dt.date(2024, 2, 5), dt.date(2024, 2, 5)), None),
    ("tin tuần này", Filter(dt.date(2024, 3, 4), SUNDAY), None),
    ("tin thể thao hôm qua", Filter(YESTERDAY, YESTERDAY), "thể thao"),
    ("thể thao hôm nay có gì hot", Filter(SUNDAY, SUNDAY), "thể thao"),
    ("cho mình xem tin bóng đá", Filter(), "bóng đá"),
    ("có tin gì về Ukraine không?", Filter(), "Ukraine"),
    ("tin của VnExpress", Filter(source="vnexpress.net"), None),
    ("tin trên báo Dân trí hôm qua", Filter(YESTERDAY, YESTERDAY, "dantri.com.vn"), None),
    ("có những bài nào viết về Ukraine", Filter(), "Ukraine"),
    ("liệt kê các bài viết về Trung tá Lê Văn Tám", Filter(), "Trung tá Lê Văn Tám"),
    ("có gì về Ukraine không", Filter(), "Ukraine"),
    ("tin nóng nhất", Filter(), None),
    ("bóng đá", Filter(), "bóng đá"),
    ("thời tiết thôi", Filter(), "thời tiết"),
    ("báo Dân trí", Filter(source="dantri.com.vn"), None),
    ("Dân trí có bài gì", Filter(source="dantri.com.vn"), None),
    ("tin mới của báo Sông Lam", Filter(source="Báo Sông Lam"), None),
]


@pytest.mark.parametrize(("message", "where", "topic"), REQUESTS)
def test_days_source_and_topic_are_read(message: str, where: Filter, topic: str | None) -> None:
    request = read_browse(message, SUNDAY, lambda: SOURCES)
    assert request is not None
    assert (request.browse.where, request.browse.topic) == (where, topic)
    bare = read_browse(toneless(message), SUNDAY, lambda: SOURCES)
    assert bare is not None
    assert (bare.browse.where, bare.browse.topic) == (where, topic and toneless(topic))


@pytest.mark.parametrize(
    "message",
    [
        "Hà Nội có gì mới về quy hoạch?",
        "Tin đồn về ca sĩ là gì",
        "Tin tặc tấn công ai",
        "tin nhắn lừa đảo",
        "tin học",
        "tin bão số 3",
        "tin của báo Nhân Dân",
        "Ukraine",
        "giá vàng hôm nay",
        "có bài nào khác về vụ này không",
        "có những bài nào viết về chú ấy",
        "bóng đá là gì",
        "có gì không",
        "có chuyện gì vậy",
        "Vì sao có tin Việt Nam thắng?",
        "tin từ tháng trước đến giờ",
        "Sông Lam có gì lạ không",
    ],
)
def test_what_is_unsure_is_no_request(message: str) -> None:
    assert read_browse(message, SUNDAY, lambda: SOURCES) is None


def test_the_period_is_the_days_that_are_meant_without_slack() -> None:
    request = read_browse("tin hôm qua", SUNDAY, lambda: SOURCES)
    assert request is not None and request.period is not None
    assert (request.period.since, request.period.until, request.period.last) == (YESTERDAY, YESTERDAY, YESTERDAY)
    assert request.period.words == "hôm qua"


def test_a_filter_beside_the_message_goes_first() -> None:
    where = Filter(since=dt.date(2024, 1, 1), source="dantri.com.vn")
    request = read_browse("tin hôm qua của vnexpress", SUNDAY, lambda: SOURCES, where)
    assert request is not None
    assert (request.browse.where, request.period) == (where, None)
