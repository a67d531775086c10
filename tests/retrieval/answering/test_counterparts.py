"""Counterparts: what an article has in the place of a false premise, by an article written for this."""

from __future__ import annotations

import pytest

from retrieval.answering.counterparts import counterpart
from retrieval.datatypes import Article

ARTICLE = Article(
    "fine",
    "Liên đoàn phạt đội tuyển Lào, trận ở Quảng Ngãi hoãn lại",
    "Liên đoàn phạt đội 71 tỷ đồng; đội đã đi 1.400 km và 20 km trong 3 giờ để khiếu nại ở Nghệ An.\n"
    "Ông Nguyễn Đức Bền khóc. Nguyễn Đức Bền là huấn luyện viên. Trần Thị Mơ và Trần Văn Mộng là cầu thủ.",
)


@pytest.mark.parametrize(
    ("missing", "found"),
    [
        ("Thái Lan", "Lào"),
        ("quảng nam", "Quảng Ngãi"),
        ("17 tỷ", "71 tỷ"),
        ("Nguyễn Đức Tài", "Nguyễn Đức Bền"),
        ("2.400 km", ""),  # two other distances
        ("Trần Văn Thật", ""),  # two other names
        ("17/9", ""),
        ("2019", ""),
        ("Chiang Rai", ""),
    ],
)
def test_the_only_counterpart_is_found(missing: str, found: str) -> None:
    assert counterpart(missing, ARTICLE) == found
