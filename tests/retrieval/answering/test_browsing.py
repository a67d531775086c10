"""Browsing: the newest articles of the days are named, each event once."""

from __future__ import annotations

from dataclasses import replace

from retrieval.answering import find_sections
from retrieval.answering.browsing import MAX_HEADLINES, is_of_section
from retrieval.datatypes import AbstainReason, Answer, Article, DialogueAct, PartialDate
from retrieval.question import understand
from retrieval.vietnamese.tokens import document_terms
from tests.retrieval.answering.asking import TODAY, reply, stored
from tests.retrieval.questions import statistics_of
from tests.retrieval.sample_articles import ARTICLES, BRIDGE, MANIFEST
from tests.retrieval.store.memory_store import MemoryStore

TODAY_DATE = PartialDate.of(TODAY)


def named(answer: Answer) -> list[str]:
    return [headline.article_id for headline in answer.headlines]


def test_the_newest_articles_come_first() -> None:
    answer = reply("có gì mới?", *ARTICLES)
    assert (answer.act, answer.answered, answer.reason) == (DialogueAct.BROWSE, False, None)
    assert named(answer) == ["bong-da", "cau", "gao", "an"]
    assert answer.headlines[1].title == BRIDGE.title


def test_an_event_is_named_once() -> None:
    copy = replace(BRIDGE, id="ban-sao", title="Thông xe công trình vượt sông", source="Báo khác")
    again = replace(ARTICLES[1], id="cau-2", title="Cầu Ánh Dương khánh thành", published=BRIDGE.published)
    assert named(reply("tin mới nhất", BRIDGE, copy, again)) == ["cau-2", "ban-sao"]


def test_there_are_no_more_headlines_than_fit() -> None:
    words = "một hai ba bốn năm sáu bảy tám chín mười xuân hạ thu đông".split()
    articles = [replace(BRIDGE, id=word, title=word, body=f"Chuyện {word} kể riêng. " * 9) for word in words]
    assert len(reply("tin mới", *articles).headlines) == MAX_HEADLINES


def test_days_and_source_narrow_the_choice() -> None:
    answer = reply("tin hôm qua", *ARTICLES)
    assert named(answer) == ["cau"]
    assert answer.period is not None and (answer.period.words, answer.period.kept) == ("hôm qua", True)
    assert named(reply("tin của báo Sông Lam", *ARTICLES)) == ["bong-da", "cau"]
    assert named(reply("tin hôm qua", *ARTICLES, any_time=True)) == ["bong-da", "cau", "gao", "an"]


def test_where_no_article_is_of_the_days_the_newest_are_named_and_this_is_told() -> None:
    answer = reply("tin hôm nay", *ARTICLES)
    assert named(answer) == ["bong-da", "cau", "gao", "an"]
    assert answer.period is not None and not answer.period.kept
    assert answer.browse is not None and answer.browse.where.since == TODAY


def test_a_topic_is_searched_for() -> None:
    answer = reply("tin gạo xuất khẩu", *ARTICLES)
    assert answer.browse is not None and answer.browse.topic == "gạo xuất khẩu"
    assert named(answer) == ["gao"]
    [question] = understand("tin gạo xuất khẩu", statistics_of(), today=TODAY)
    assert question.text == "gạo xuất khẩu"


def test_a_section_is_known_by_the_addresses_of_its_articles() -> None:
    names = ["Ana thắng dễ", "Bình ghi bàn", "Chung kết hoãn"]
    sports = [
        replace(BRIDGE, id=name[:1], title=name, body=f"{name}. " * 20, url=f"https://bao.vn/the-thao/tennis/{name}")
        for name in names
    ]
    assert named(reply("tin the thao", *ARTICLES, *sports)) == ["C", "B", "A"]
    assert is_of_section(sports[0], "Thể thao") and not is_of_section(sports[0], "thể")
    assert not is_of_section(BRIDGE, "cau")


def test_what_no_article_mentions_has_no_headlines() -> None:
    answer = reply("tin vũ trụ", *ARTICLES)
    assert (answer.headlines, answer.reason) == ((), AbstainReason.NOTHING_MATCHES)


def test_an_empty_corpus_has_no_headlines() -> None:
    answer = reply("có gì mới?")
    assert (answer.headlines, answer.reason) == ((), AbstainReason.NOTHING_MATCHES)


def test_a_request_may_lean_on_the_one_before() -> None:
    answer = reply("còn hôm qua?", *ARTICLES, after=reply("tin tháng 10/2023", *ARTICLES).turn)
    assert (answer.act, named(answer)) == (DialogueAct.BROWSE, ["cau"])


def test_small_talk_gets_nothing_and_leaves_no_turn() -> None:
    date = PartialDate(2024, 3, 5)
    answer = reply("cảm ơn bạn", replace(BRIDGE, published=date))
    assert (answer.act, answer.quotes, answer.headlines) == (DialogueAct.THANKS, (), ())
    assert (answer.reason, answer.turn, answer.nearest) == (None, None, ())


def prices(*titles: str) -> list[Article]:
    bodies = (f"{title}. Người bán nói chuyện {place} của riêng mình. " for place, title in enumerate(titles))
    return [
        Article(str(place), title, body, PartialDate(2024, 3, 1 + place))
        for place, (title, body) in enumerate(zip(titles, bodies, strict=True))
    ]


RICE_PRICES = prices("Giá gạo lập đỉnh", "Nông dân mừng vì giá gạo", "Bộ trưởng nói về giá gạo xuất khẩu năm nay")


def test_a_topic_typed_alone_is_browsed_if_headlines_of_several_days_have_it() -> None:
    answer = reply("giá gạo", *RICE_PRICES, BRIDGE)
    assert (answer.act, named(answer)) == (DialogueAct.BROWSE, ["2", "1", "0"])
    assert answer.browse is not None and answer.browse.topic == "giá gạo"
    assert reply("gia gao", *RICE_PRICES, BRIDGE).act is DialogueAct.BROWSE


def test_a_topic_of_few_headlines_or_of_one_day_is_searched_for() -> None:
    assert reply("giá gạo", *RICE_PRICES[:2], BRIDGE).act is DialogueAct.QUESTION
    one_day = [replace(article, published=TODAY_DATE) for article in RICE_PRICES]
    assert reply("giá gạo", *one_day, BRIDGE).act is DialogueAct.QUESTION


def test_a_question_about_a_topic_is_no_topic() -> None:
    assert reply("giá gạo bao nhiêu", *RICE_PRICES, BRIDGE).act is DialogueAct.QUESTION
    assert reply("giá gạo hôm qua", *RICE_PRICES, BRIDGE).act is DialogueAct.QUESTION


def test_sections_are_those_that_several_articles_addresses_name() -> None:
    def at(number: int, folder: str) -> Article:
        return replace(BRIDGE, id=f"{folder}-{number}", url=f"https://bao.vn/{folder}/tin-{number}.html")

    store = MemoryStore(MANIFEST, document_terms)
    folders = ["the-thao"] * 4 + ["phap-luat"] * 3 + ["du-lich"] * 2 + ["tin-cua-toi"] * 5
    store.commit([stored(at(number, folder)) for number, folder in enumerate(folders)], [])
    with store.snapshot() as snapshot:
        assert find_sections(snapshot) == ("thể thao", "pháp luật")
