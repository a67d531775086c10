"""A conversation as a person has it: one question leads to the next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.cards.texts import ENGLISH, VIETNAMESE
from bot.clock import VIETNAM
from bot.conversation.deep_links import question_link
from bot.memory.history import TURN_LIFETIME
from retrieval.datatypes import PreviousTurn
from retrieval.indexing import maintenance as upkeep
from retrieval.service import QuestionAnswering
from tests.bot.canned import Canned
from tests.bot.running import BotInThread
from tests.telegram_server import Group, Person, TelegramServer
from tests.telegram_server.messages import shown

CORPUS = Path(__file__).parents[2] / "retrieval" / "question" / "dialogues" / "corpus.jsonl"
GOLD = "Giá vàng miếng ở TP HCM bao nhiêu một lượng?"


def turn(question: str) -> PreviousTurn:
    return PreviousTurn(question, question)


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QuestionAnswering]:
    """A real index of small articles."""
    index = tmp_path_factory.mktemp("news")
    upkeep.sync_index(index, [CORPUS])
    with QuestionAnswering.open(index) as opened:
        yield opened


def test_follow_up_is_answered_and_shown_as_what_was_searched_for(
    telegram: TelegramServer, news: QuestionAnswering, state: Path
) -> None:
    alice = telegram.person("Alice")
    with BotInThread(telegram, news, state):
        alice.says(GOLD)
        assert any("92,4 triệu" in bold for bold in alice.hears().marked("bold"))
        alice.says("còn ở Hà Nội thì sao?")
        reply = alice.hears()
        assert reply.text.startswith("✎ Mình hiểu là: Giá vàng miếng ở Hà Nội bao nhiêu một lượng?")
        assert any("91,9 triệu" in bold for bold in reply.marked("bold"))
        alice.says("mỗi người được mua mấy lượng?")
        assert any("tối đa hai lượng" in bold for bold in alice.hears().marked("bold"))


def test_conversation_survives_a_restart(telegram: TelegramServer, news: QuestionAnswering, state: Path) -> None:
    alice = telegram.person("Alice")
    with BotInThread(telegram, news, state):
        alice.says("Ai đạo diễn phim Mùa Nước Nổi?")
        alice.hears()
    with BotInThread(telegram, news, state):
        alice.says("khi nào ra rạp?")
        assert any("29/11" in bold for bold in alice.hears().marked("bold"))


def test_each_question_is_asked_after_the_one_before(answers: Canned, alice: Person) -> None:
    for question in ("Câu một?", "Câu hai?", "Câu ba?"):
        alice.says(question)
        alice.hears()
    assert answers.after == [None, turn("Câu một?"), turn("Câu hai?")]


@pytest.mark.parametrize(("language", "texts"), [("vi", VIETNAMESE), ("en", ENGLISH)])
def test_moi_starts_afresh(
    telegram: TelegramServer, bot: BotInThread, answers: Canned, language: str, texts: object
) -> None:
    alice = telegram.person("Alice", language)
    alice.says("Câu một?")
    alice.hears()
    alice.says("/moi")
    assert alice.hears().text == (ENGLISH if texts is ENGLISH else VIETNAMESE).afresh
    alice.says("khi nào?")
    alice.hears()
    assert answers.after == [None, None]


def test_turn_before_is_forgotten_after_half_an_hour(bot: BotInThread, answers: Canned, alice: Person) -> None:
    for pause in (dt.timedelta(), TURN_LIFETIME, TURN_LIFETIME + dt.timedelta(seconds=1)):
        bot.now += pause
        alice.says("Câu hỏi?")
        alice.hears()
    assert answers.after == [None, turn("Câu hỏi?"), None]


def test_fixed_replies_do_not_end_a_conversation(answers: Canned, alice: Person) -> None:
    for text in ("Câu một?", "/help", "/thongtin", "Câu hai?"):
        alice.says(text)
        alice.hears()
    assert answers.after == [None, turn("Câu một?")]


def test_everybody_has_a_conversation_of_their_own_in_each_chat_and_topic(
    telegram: TelegramServer, answers: Canned, alice: Person
) -> None:
    forum, bob = telegram.group(forum=True), telegram.person("Bob")
    topics = [forum.open_topic(71), forum.open_topic(72)]
    for topic in topics:
        alice.says(f"/hoi Câu ở {topic}?", to=forum, topic=topic)
        forum.hears()
    alice.says("/hoi khi nào?", to=forum, topic=topics[0])
    forum.hears()
    bob.says("/hoi khi nào?", to=forum, topic=topics[0])
    forum.hears()
    alice.says("khi nào?")
    alice.hears()
    assert answers.after == [None, None, turn("Câu ở 71?"), None, None]


# --- answers to messages ---------------------------------------------------------------------------------------------


def test_mention_without_words_asks_what_the_answered_message_asks(
    telegram: TelegramServer, answers: Canned, alice: Person, group: Group
) -> None:
    said = telegram.person("Bob").says("Giá vàng hôm nay bao nhiêu?", to=group)
    asked = alice.says("@hoibao_test_bot", to=group, answering=said)
    reply = group.hears()
    assert answers.asked == ["Giá vàng hôm nay bao nhiêu?"]
    assert reply.reply_to == asked.id
    assert reply.text.startswith("❓ Giá vàng hôm nay bao nhiêu?")


def test_hoi_without_words_does_so_too(telegram: TelegramServer, answers: Canned, alice: Person, group: Group) -> None:
    said = telegram.person("Bob").says("/hoi@other_bot Giá vàng hôm nay bao nhiêu?", to=group)
    alice.says("/hoi", to=group, answering=said)
    group.hears()
    assert answers.asked == ["Giá vàng hôm nay bao nhiêu?"]


def test_of_an_answered_message_only_the_part_that_is_quoted_is_asked(
    telegram: TelegramServer, answers: Canned, alice: Person, group: Group
) -> None:
    said = telegram.person("Bob").says("Chào cả nhà. Giá vàng hôm nay bao nhiêu? Cảm ơn.", to=group)
    alice.says("/hoi", to=group, answering=said, quoting="Giá vàng hôm nay bao nhiêu?")
    group.hears()
    assert answers.asked == ["Giá vàng hôm nay bao nhiêu?"]


def test_own_words_are_asked_after_the_message_that_they_answer(
    telegram: TelegramServer, answers: Canned, alice: Person, group: Group
) -> None:
    said = telegram.person("Bob").says("Giá vàng hôm nay tăng mạnh", to=group)
    alice.says("@hoibao_test_bot vì sao?", to=group, answering=said)
    group.hears()
    assert (answers.asked, answers.after) == (["vì sao?"], [turn("Giá vàng hôm nay tăng mạnh")])


def test_answer_to_a_card_is_asked_after_that_cards_question_however_old_and_whoever_asked(
    telegram: TelegramServer, bot: BotInThread, answers: Canned, alice: Person, group: Group
) -> None:
    alice.says("/hoi Câu một?", to=group)
    card = group.hears()
    alice.says("/hoi Câu hai?", to=group)
    group.hears()
    bot.now += dt.timedelta(days=2)
    telegram.person("Bob").says("vì sao?", to=group, answering=card)
    group.hears()
    assert answers.after[-1] == turn("Câu một?")


def test_answer_to_a_message_that_asked_nothing_is_asked_after_the_turn_before(answers: Canned, alice: Person) -> None:
    alice.says("Câu một?")
    alice.hears()
    alice.says("/help")
    alice.says("vì sao?", answering=alice.hears())
    alice.hears()
    assert answers.after == [None, turn("Câu một?")]


def test_time_is_left_out_of_a_follow_up_as_it_was_read(
    telegram: TelegramServer, news: QuestionAnswering, state: Path
) -> None:
    alice = telegram.person("Alice")
    with BotInThread(telegram, news, state) as bot:
        bot.now = dt.datetime(2025, 1, 10, tzinfo=VIETNAM)
        alice.says("Mực nước hồ Thác Vân tháng 8/2024 là bao nhiêu?")
        alice.hears()
        alice.says("còn tháng 9/2024?")
        card = alice.hears()
        assert card.text.startswith("✎ Mình hiểu là: Mực nước hồ Thác Vân tháng 9/2024 là bao nhiêu?")
        [label] = [button for row in card.buttons for button in row if button.startswith("⏱")]
        alice.taps(card, label)
        then = alice.waits_for_edit(card)
        assert then.text.startswith("✎ Mình hiểu là: Mực nước hồ Thác Vân tháng 9/2024 là bao nhiêu?")
        assert "hồ Thác Vân" in then.quotes[0]


def test_hoi_as_an_answer_to_a_sticker_gets_the_hint(alice: Person, group: Group) -> None:
    said = alice.sends_sticker(to=group)
    alice.says("/hoi", to=group, answering=said)
    assert group.hears().text == shown(VIETNAMESE.usage)


# --- links -----------------------------------------------------------------------------------------------------------


def test_link_from_a_web_page_asks_its_question(answers: Canned, alice: Person) -> None:
    alice.follows(question_link("@hoibao_test_bot", "Giá vàng hôm nay?"))
    reply = alice.hears()
    assert answers.asked == ["Giá vàng hôm nay?"]
    assert reply.text.startswith("❓ Giá vàng hôm nay?")


@pytest.mark.parametrize("payload", ["abc", "t-", "t-____", "q-a--b", "inline"])
def test_link_without_a_question_greets(answers: Canned, alice: Person, payload: str) -> None:
    alice.says(f"/start {payload}")
    assert alice.hears().text.startswith(shown(VIETNAMESE.start))
    assert answers.asked == []
