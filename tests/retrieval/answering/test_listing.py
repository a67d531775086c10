"""Lists: events are quoted from an article each, other items where they stand."""

from __future__ import annotations

from dataclasses import replace

from retrieval.answering.listing import MAX_EVENT_CHARS, MAX_LISTED
from retrieval.datatypes import AbstainReason, Article, DialogueAct, PartialDate
from tests.retrieval.answering.asking import reply
from tests.retrieval.sample_articles import BRIDGE, FOOTBALL, RICE

FIRES = [
    Article(
        name,
        title,
        f"{lead} Lính cứu hỏa dập lửa sau hai giờ, không ai bị thương nặng.\n{rest}",
        PartialDate(2024, 3, day),
    )
    for name, title, lead, rest, day in (
        ("cho", "Chợ Sông Lam chìm trong lửa", "Rạng sáng 1/3, vụ cháy chợ Sông Lam thiêu rụi 40 sạp vải.", "", 1),
        ("xuong", "Xưởng gỗ ở Hòa Bình bị thiêu rụi", "Chiều 3/3, một vụ cháy xảy ra ở xưởng gỗ xã Hòa Bình.", "", 3),
        ("rung", "Dập lửa trên núi Ngọc", "Trưa 4/3, vụ cháy rừng lan rộng trên sườn núi Ngọc.", "", 4),
    )
]
PLACES = ["40 sạp vải", "xưởng gỗ xã Hòa Bình", "sườn núi Ngọc"]

TEAM = Article(
    "doi",
    "Đội hình đội tuyển nữ",
    "Huấn luyện viên công bố đội hình đội tuyển nữ gồm những cầu thủ sau.\n"
    "Thủ môn của đội tuyển nữ là Trần Thị Kim.\n"
    "Hậu vệ của đội tuyển nữ là Phạm Thị Lan và Võ Thị Mai.\n"
    "Tiền đạo của đội tuyển nữ là Nguyễn Thị Sao.",
    PartialDate(2024, 3, 4),
)


def test_each_event_is_quoted_from_an_article_of_its_own() -> None:
    answer = reply("các vụ cháy gần đây", *FIRES, BRIDGE, RICE, FOOTBALL)
    assert (answer.act, answer.reason) == (DialogueAct.LIST, None)
    assert {quote.article_id for quote in answer.quotes} == {"cho", "xuong", "rung"}
    for quote in answer.quotes:
        article = next(one for one in FIRES if one.id == quote.article_id)
        assert article.body[quote.start : quote.end] == quote.text
        assert len(quote.text) <= MAX_EVENT_CHARS
    assert all(any(place in quote.text for quote in answer.quotes) for place in PLACES)


def test_an_event_is_listed_once() -> None:
    again = replace(FIRES[0], id="cho-2", title="Chợ Sông Lam chìm trong biển lửa", source="Báo khác")
    answer = reply("các vụ cháy gần đây", *FIRES, again, BRIDGE)
    assert len(answer.quotes) == len(FIRES)


def test_there_are_no_more_events_than_fit() -> None:
    words = "vải gỗ giấy sơn nhựa gạo thép kính".split()
    fires = [
        Article(word, f"{word} {word}", f"Vụ cháy kho {word} làm hỏng {word}. {f'Chủ kho kể {word}. ' * 20}")
        for word in words
    ]
    assert len(reply("các vụ cháy kho", *fires).quotes) <= MAX_LISTED


def test_items_of_one_article_are_quoted_from_it() -> None:
    answer = reply("đội hình đội tuyển nữ gồm những cầu thủ nào", TEAM, BRIDGE, RICE)
    assert answer.act is DialogueAct.LIST
    assert {quote.article_id for quote in answer.quotes} == {"doi"}
    assert "Trần Thị Kim" in answer.quotes[0].text and "Nguyễn Thị Sao" in answer.quotes[0].text


def test_a_list_of_which_nothing_is_known_is_refused() -> None:
    answer = reply("kể tên các hành tinh trong hệ mặt trời", BRIDGE, RICE)
    assert (answer.act, answer.quotes, answer.reason) == (DialogueAct.LIST, (), AbstainReason.NOT_SURE)
    assert answer.nearest
