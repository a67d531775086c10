"""Summaries: sentences of all articles about an event, in the order of time."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from retrieval.answering.summarising import MAX_SUMMARY_QUOTES, MIN_OF_ARTICLE
from retrieval.config import DEFAULT_SETTINGS
from retrieval.datatypes import AbstainReason, Article, DialogueAct, PartialDate
from tests.retrieval.answering.asking import CONFIDENT, reply
from tests.retrieval.sample_articles import BRIDGE, FOOTBALL, RICE

ROBBERY = [
    Article(
        "cuop",
        "Cướp tiệm vàng Kim Sơn",
        "Chiều 1/3, hai thanh niên bịt mặt xông vào cướp tiệm vàng Kim Sơn ở thị trấn Sông Lam rồi bỏ chạy.\n"
        "Chủ tiệm vàng Kim Sơn cho biết vụ cướp làm mất khoảng 50 cây vàng và không ai bị thương.",
        PartialDate(2024, 3, 1),
    ),
    Article(
        "bat",
        "Bắt nghi phạm cướp tiệm vàng Kim Sơn",
        "Sáng 4/3, công an thị trấn Sông Lam bắt hai nghi phạm trong vụ cướp tiệm vàng Kim Sơn khi họ trốn ở bến xe.\n"
        "Hai nghi phạm khai đã chuẩn bị vụ cướp tiệm vàng Kim Sơn từ một tháng trước và bán một phần số vàng.",
        PartialDate(2024, 3, 4),
    ),
]


ONE_EVENT = replace(DEFAULT_SETTINGS, same_event_cosine=0.3)
"""Settings under which vectors of hashes tell what is one event."""


def test_a_summary_goes_from_the_oldest_article_to_the_newest() -> None:
    answer = reply(
        "tóm tắt vụ cướp tiệm vàng Kim Sơn",
        *reversed(ROBBERY),
        BRIDGE,
        RICE,
        FOOTBALL,
        models=CONFIDENT,
        settings=ONE_EVENT,
    )
    assert (answer.act, answer.reason) == (DialogueAct.SUMMARY, None)
    assert [quote.article_id for quote in answer.quotes] == sorted(
        (quote.article_id for quote in answer.quotes), key=["cuop", "bat"].index
    )
    assert {quote.article_id for quote in answer.quotes} == {"cuop", "bat"}


def test_every_quote_is_word_for_word_and_none_repeats_another() -> None:
    answer = reply("tóm tắt vụ cướp tiệm vàng Kim Sơn", *ROBBERY, BRIDGE, models=CONFIDENT)
    bodies = {article.id: article.body for article in ROBBERY}
    assert 0 < len(answer.quotes) <= MAX_SUMMARY_QUOTES
    for quote in answer.quotes:
        assert bodies[quote.article_id][quote.start : quote.end] == quote.text
        assert quote.start <= quote.answer_span.start < quote.answer_span.end <= quote.end
    spans = sorted((quote.article_id, quote.start, quote.end) for quote in answer.quotes)
    assert all(one[0] != other[0] or one[2] <= other[1] for one, other in pairwise(spans))


def test_of_many_articles_each_gives_two_quotes_at_most() -> None:
    told = (
        ("hai kẻ bịt mặt lấy xe máy đỏ chạy về phía chợ huyện", "người bán hàng bấm chuông gọi lính gác ngân hàng bên"),
        ("công an xã lần theo camera nhà dân dọc quốc lộ mới", "chó nghiệp vụ đánh hơi được túi vàng dưới gốc cây gạo"),
        ("luật sư nói thân chủ của ông đã khai nhận mọi việc", "viện kiểm sát sẽ truy tố cả hai ngay trong tháng sau"),
    )
    articles = [
        Article(
            str(number),
            f"Tin {number}",
            "\n".join(f"Trong vụ cướp tiệm vàng Kim Sơn, {one}, lần {time}." for time in range(2) for one in lines),
            PartialDate(2024, 3, 1 + number),
        )
        for number, lines in enumerate(told)
    ]
    answer = reply("tóm tắt vụ cướp tiệm vàng Kim Sơn", *articles, BRIDGE, models=CONFIDENT, settings=ONE_EVENT)
    given = [quote.article_id for quote in answer.quotes]
    assert len(set(given)) == len(articles)
    assert max(given.count(one) for one in given) <= MIN_OF_ARTICLE


def test_a_near_duplicate_adds_nothing() -> None:
    copy = replace(ROBBERY[0], id="ban-sao", source="Báo khác")
    answer = reply("tóm tắt vụ cướp tiệm vàng Kim Sơn", *ROBBERY, copy, BRIDGE, models=CONFIDENT)
    assert len({"cuop", "ban-sao"} & {quote.article_id for quote in answer.quotes}) == 1


def test_what_no_article_tells_of_is_not_summed_up() -> None:
    answer = reply("tóm tắt vụ bầu cử tổng thống Pháp", *ROBBERY, BRIDGE)
    assert (answer.act, answer.quotes, answer.reason) == (DialogueAct.SUMMARY, (), AbstainReason.NOT_SURE)
