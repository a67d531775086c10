"""Forwarded messages: they are told from questions, however long, and their claim is taken out."""

from __future__ import annotations

import pytest

from retrieval.question.forwarded import MIN_SYLLABLES, claim_of, is_forwarded
from retrieval.vietnamese import syllables, toneless

FORWARDED = [
    "KHẨN CẤP 🆘 Đập hồ Sông Lam sắp vỡ rồi, nước đang tràn về hạ du rất nhanh. Mọi người chia sẻ gấp nha!!!",
    "Nghe nói từ tháng sau chợ Ánh Dương đóng cửa luôn. Ai có sạp ở đó lo dọn hàng đi, kẻo mất hết.",
    "Trường cấp ba trên thị trấn cho học sinh nghỉ cả tuần vì rét. Phụ huynh nào chưa biết thì nhắn nhau giùm.",
    "Đêm qua ở bến xe cũ có hai nhóm thanh niên đánh nhau, ba người phải đi viện, công an đã tới lập biên bản. Đường "
    "vào bến bị chặn tới sáng nên xe buýt đi vòng.",
]

QUESTIONS = [
    "Đập hồ Sông Lam sắp vỡ rồi!!!",
    "Hôm qua mình nghe nói chợ Ánh Dương đóng cửa. Cho mình hỏi chợ đóng cửa tới ngày nào thì mở lại vậy bạn",
    "Nghe nói từ tháng sau chợ Ánh Dương đóng cửa luôn, có thật không mọi người ơi, hay là tin đồn vậy",
    "Nhà mình ở gần chợ Ánh Dương. Mọi người có biết bao giờ chợ dọn đi không ạ? Mình cảm ơn cả nhà nhiều nha",
    "Bộ trưởng nói gì với các doanh nghiệp xuất khẩu gạo trong buổi làm việc chiều hôm qua ở thành phố Sông Lam",
    "Phụ huynh đưa con đi thi ở trường cấp ba trên thị trấn Sông Lam sáng mai cần lưu ý những gì",
]


@pytest.mark.parametrize("message", FORWARDED)
def test_a_message_that_tells_much_and_asks_nothing_is_forwarded(message: str) -> None:
    assert len(syllables(message)) >= MIN_SYLLABLES
    assert is_forwarded(message)
    assert is_forwarded(toneless(message))


@pytest.mark.parametrize("message", QUESTIONS)
def test_a_short_message_and_one_that_asks_are_not_forwarded(message: str) -> None:
    assert not is_forwarded(message)


def test_a_question_to_the_public_asks_nothing_of_the_bot() -> None:
    told = "Chợ Ánh Dương đóng cửa luôn rồi, dân buôn dọn sạch từ đêm qua tới sáng nay 😢 Mọi người biết chưa?"
    assert is_forwarded(told)


def test_the_claim_has_neither_pictures_nor_words_that_pass_it_on() -> None:
    assert claim_of("🔥 Nghe nói chợ Ánh Dương đóng cửa. Chia sẻ gấp!!!") == "chợ Ánh Dương đóng cửa."
    assert claim_of("Mọi người ơi") == "Mọi người ơi"
