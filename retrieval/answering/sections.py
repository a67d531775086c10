"""Sections: finds the sections of newspapers that articles are of, by the folders of their addresses."""

from __future__ import annotations

from collections import Counter

from retrieval.answering.browsing import MIN_SECTION, POOL, is_of_section
from retrieval.store import Snapshot

SECTIONS = (
    *("thời sự", "chính trị", "xã hội", "thế giới", "kinh tế", "kinh doanh", "chứng khoán", "bất động sản"),
    *("pháp luật", "giáo dục", "sức khỏe", "y tế", "đời sống", "văn hóa", "giải trí", "thể thao", "bóng đá"),
    *("du lịch", "khoa học", "công nghệ", "ô tô xe máy", "an ninh", "quân sự", "môi trường", "nhà đẹp", "ẩm thực"),
)
"""Names that Vietnamese newspapers give their sections."""


def find_sections(snapshot: Snapshot) -> tuple[str, ...]:
    """Returns the sections that several of the newest articles are of, most articles first."""
    newest = [stored.article for stored in snapshot.newest(POOL)]
    counts = Counter(name for article in newest for name in SECTIONS if is_of_section(article, name))
    return tuple(name for name, count in counts.most_common() if count >= MIN_SECTION)
