"""Every kind of card, over invented articles, for tests and pictures that go through all of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from bot.cards import VIETNAMESE, Card, CardContent, Heading, Reader, answer_card, corpus_text, explanation_card
from bot.cards.cards import welcome_card
from retrieval.datatypes import (
    AbstainReason,
    Answer,
    CorpusInfo,
    Headline,
    Hit,
    MatchedWords,
    PartialDate,
    Passage,
    Period,
    Quote,
    Span,
)
from tests.bot.canned import quote_of

TODAY = dt.date(2024, 3, 9)
KEY = "abcdefghijkl"
QUESTION = "Cầu Ánh Dương dài bao nhiêu mét?"
SENTENCE = "Cầu Ánh Dương dài 1.250 m, rộng 22 m, có bốn làn xe cơ giới và hai lối đi bộ."
PASSAGE = (
    "Sáng 8/3, cầu Ánh Dương bắc qua sông Lam chính thức thông xe sau ba năm thi công. "
    + SENTENCE
    + " Người dân hai bờ "
    "đã chờ cây cầu này từ nhiều năm nay. Trước đó mỗi ngày có khoảng 4.000 lượt người qua sông bằng phà, mùa nước lớn "
    "phải đi vòng hơn 30 km. Ban quản lý dự án cho biết trong tháng đầu xe tải trên 10 tấn chưa được qua cầu."
)
LONG_SENTENCE = (
    "Theo ban quản lý dự án, sau ba năm thi công với nhiều lần phải dừng vì nước lớn, vì giá thép tăng và vì việc giải "
    "phóng mặt bằng ở bờ nam kéo dài hơn dự kiến gần một năm, cây cầu nối hai bờ sông Lam hoàn thành với chiều dài "
    "1.250 m, rộng 22 m, có bốn làn xe cơ giới, hai lối đi bộ cùng hệ thống chiếu sáng bằng điện mặt trời."
)
LENGTH = "1.250 m"
TITLE = "Thông xe cầu Ánh Dương, người dân hai bờ sông Lam thôi cảnh chờ phà mỗi mùa nước lớn sau nhiều năm mong đợi"
READER = Reader(VIETNAMESE, TODAY, has_inline_mode=True)
PERIOD = Period(dt.date(2024, 3, 4), dt.date(2024, 3, 11), "tuần này")


def bridge(text: str = PASSAGE, sentence: str = SENTENCE) -> Quote:
    """The quote of the article that answers, with the length of the bridge as the words that answer."""
    quote = quote_of(text, sentence, title=TITLE, source="Báo Sông Lam", published="2024-03-08", url="https://a.vn/1")
    at = quote.start + text.index(LENGTH)
    hit = Hit(Passage(1, "a1", quote.start, quote.end), 0.9, 0.9, 5.0)
    return replace(quote, copies=2, hit=hit, exact_span=Span(at, at + len(LENGTH)))


def others() -> tuple[Quote, Quote]:
    """Answers of two other articles."""
    one = "Với chiều dài 1.250 m, Ánh Dương là cây cầu dài nhất bắc qua sông Lam cho đến nay."
    two = "Dự án cầu Ánh Dương dài 1.250 m có tổng mức đầu tư 1.800 tỷ đồng, khởi công tháng 2/2021."
    return (
        quote_of(
            one, one, article_id="a2", title="Cây cầu dài nhất sông Lam", source="Báo Miền Trung", url="https://b.vn"
        ),
        quote_of(two, two, article_id="a3", title="1.800 tỷ đồng cho cầu Ánh Dương", source="Báo Xây dựng"),
    )


def sure() -> Answer:
    """An answer with quotes of three papers."""
    return Answer(QUESTION, (bridge(), *others()), 0.93)


def largest() -> CardContent:
    """The content of the largest card of an answer, but for the first of a chat: all that can stand on one."""
    text = f"{PASSAGE} {LONG_SENTENCE}"
    second, third = (replace(quote, source="Thời báo Kinh tế Miền Trung") for quote in others())
    answer = replace(sure(), quotes=(bridge(text, LONG_SENTENCE), second, third), is_sure=False, period=PERIOD)
    return CardContent(answer, Heading(QUESTION))


def nearest() -> Answer:
    """An abstention with nearest headlines."""
    titles = ("Giá vàng miếng lên 81 triệu đồng", "Thông xe cầu Ánh Dương", "Giá gạo xuất khẩu tăng tuần thứ ba")
    headlines = [
        Headline(f"b{number}", title, "Báo Sông Lam", PartialDate(2024, 3, number), f"https://a.vn/{number}")
        for number, title in enumerate(titles, 4)
    ]
    return Answer("Giá bạc hôm nay?", (), 0.2, AbstainReason.NOT_SURE, tuple(headlines), newest=PartialDate(2024, 3, 8))


def all_states() -> Mapping[str, Card]:
    """Every kind of card, by name."""
    answer, near = sure(), nearest()
    words = MatchedWords(("cầu Ánh Dương", "dài"), (), ("mét",))
    corpus = CorpusInfo(
        34_385, dt.date(2017, 6, 1), PartialDate(2024, 3, 8), (("Báo Sông Lam", 20_000), ("Báo Miền Trung", 14_385)),
        "model", 1, dt.datetime(2024, 3, 9, tzinfo=dt.UTC), ("thời sự", "thể thao", "kinh doanh"),
    )  # fmt: skip
    return {
        "first": answer_card(CardContent(replace(answer, quotes=(bridge(),)), is_introduction=True), KEY, READER),
        "sure": answer_card(CardContent(replace(answer, period=PERIOD)), KEY, READER),
        "possible": answer_card(CardContent(replace(answer, is_sure=False)), KEY, READER),
        "none": answer_card(CardContent(near), KEY, READER),
        "chosen": answer_card(CardContent(near, chosen=answer), KEY, READER),
        "largest": answer_card(largest(), KEY, READER),
        "why": explanation_card(CardContent(answer), words, KEY, READER, 0),
        "welcome": welcome_card(near.nearest, KEY, VIETNAMESE, empty=False),
        "corpus": Card(corpus_text(corpus, READER)),
    }
