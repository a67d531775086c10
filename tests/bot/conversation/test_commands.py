"""The commands that ask of the corpus, and the menus that name them."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.cards.texts import ENGLISH, VIETNAMESE, Texts
from retrieval.datatypes import CorpusInfo, PartialDate
from retrieval.errors import HoiBaoError
from tests.bot.canned import ANSWER, Canned, answer_of, headline, quote_of
from tests.bot.running import BotInThread
from tests.telegram_server import Person, TelegramServer
from tests.telegram_server.messages import shown

SOURCES = tuple((f"Báo {letter}", 1000 - number) for number, letter in enumerate("ABCDEFG"))
HELD = CorpusInfo(
    34_385, dt.date(2017, 6, 1), PartialDate(2024, 3, 8), SOURCES, "e5-small/int8", 12,
    dt.datetime(2024, 3, 9, 1, tzinfo=dt.UTC), ("thể thao", "thời sự"),
)  # fmt: skip
EXAMPLES = (headline("cau", "Thông xe cầu Ánh Dương"), headline("vang", "Giá vàng <SJC> lên 81 triệu đồng"))


def test_start_offers_examples_from_the_corpus_that_are_answered_by_a_tap(answers: Canned, alice: Person) -> None:
    answers.held, answers.proposed = HELD, EXAMPLES
    answers.known[EXAMPLES[1].title] = answer_of(quote_of())
    alice.says("/start")
    welcome = alice.hears()
    assert welcome.text == shown(f"{VIETNAMESE.start}\n\n{VIETNAMESE.start_examples}")
    assert welcome.buttons == [[example.title] for example in EXAMPLES]
    assert alice.taps(welcome, EXAMPLES[1].title).is_told().text == ""
    answer = alice.hears()
    assert answer.marked("bold") == [ANSWER, ANSWER]
    assert answer.text.startswith(f"❓ {EXAMPLES[1].title}\n")
    assert answer.reply_to is None
    assert alice.taps(answer, VIETNAMESE.why_button).is_told().text == ""
    assert alice.waits_for_edit(answer).text.startswith("💡")


def test_start_over_an_empty_corpus_says_so(alice: Person) -> None:
    alice.says("/start")
    welcome = alice.hears()
    assert welcome.text == shown(f"{VIETNAMESE.start}\n\n{VIETNAMESE.start_empty}")
    assert welcome.buttons == []


def test_start_without_examples_greets(answers: Canned, alice: Person) -> None:
    answers.held = HELD
    alice.says("/start abc")
    welcome = alice.hears()
    assert (welcome.text, welcome.buttons) == (shown(VIETNAMESE.start), [])


def test_start_greets_even_if_the_index_cannot_be_read(answers: Canned, alice: Person) -> None:
    answers.held_failure = HoiBaoError("corpus.db is damaged")
    alice.says("/start")
    assert alice.hears().text == shown(VIETNAMESE.start)


def test_an_answer_to_an_example_is_not_held_up_by_one_that_fails(answers: Canned, alice: Person) -> None:
    answers.held, answers.proposed = HELD, EXAMPLES
    answers.failures[EXAMPLES[0].title] = ValueError("x")
    alice.says("/start")
    welcome = alice.hears()
    alice.taps(welcome, EXAMPLES[0].title)
    assert alice.hears().text == VIETNAMESE.failed


def test_thongtin_tells_what_the_corpus_holds(answers: Canned, alice: Person) -> None:
    answers.held = HELD
    alice.says("/thongtin")
    assert alice.hears().text.split("\n") == [
        "📚 Kho báo của mình",
        "Mình đang giữ 34.385 bài báo.",
        "• Ngày đăng: từ ngày 1/6/2017 đến hôm qua",
        "• Các báo: Báo A (1.000 bài), Báo B (999 bài), Báo C (998 bài), Báo D (997 bài), Báo E (996 bài), "
        "và 2 báo khác",
        "• Chuyên mục: thể thao, thời sự",
        "• Cập nhật lần cuối: hôm nay",
        "",
        VIETNAMESE.holdings_invitation,
    ]


def test_thongtin_is_told_in_groups_too(telegram: TelegramServer, answers: Canned, bot: BotInThread) -> None:
    answers.held = HELD
    bob, group = telegram.person("Bob", language="en"), telegram.group()
    bob.says("/thongtin", to=group)
    assert "I hold 34,385 articles.\n• Published: from 1/6/2017 to yesterday\n" in group.hears().text


def test_thongtin_over_an_empty_corpus_says_so(alice: Person) -> None:
    alice.says("/thongtin")
    assert alice.hears().text == shown(VIETNAMESE.holdings_empty)


def test_thongtin_of_articles_without_dates_or_sources(answers: Canned, alice: Person) -> None:
    answers.held = CorpusInfo(2, None, None, (), "m", 1, None)
    alice.says("/thongtin")
    assert alice.hears().text.split("\n")[1:] == ["Mình đang giữ 2 bài báo.", "", VIETNAMESE.holdings_invitation]


@pytest.mark.parametrize(("language", "texts"), [(None, VIETNAMESE), ("vi", VIETNAMESE), ("en", ENGLISH)])
def test_menus_are_in_the_readers_language_and_shorter_in_groups(
    telegram: TelegramServer, bot: BotInThread, language: str | None, texts: Texts
) -> None:
    person, group = telegram.person("Somebody", language=language), telegram.group()
    menu = telegram.menu_of(person)
    assert {command["command"]: command["description"] for command in menu} == dict(texts.commands)
    assert [command["command"] for command in telegram.menu_of(person, group)] == ["hoi", "moi", "thongtin"]
    assert telegram.menu_of(person, group)[0] == menu[0]
