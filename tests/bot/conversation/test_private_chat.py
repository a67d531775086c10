"""What a reader gets in a private chat, over HTTP."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from bot.cards.texts import LONGEST_QUESTION, VIETNAMESE
from retrieval.datatypes import (
    AbstainReason,
    Answer,
    Browse,
    DialogueAct,
    Filter,
    Headline,
    PartialDate,
    Period,
    PreviousTurn,
)
from tests.bot.canned import ANSWER, BODY, Canned, abstention, answer_of, headline, named_in, quote_of, talk
from tests.bot.running import BotInThread
from tests.telegram_server import Person, TelegramServer
from tests.telegram_server.messages import shown

QUESTION = "Bộ trưởng yêu cầu gì?"


def test_question_gets_typing_and_then_one_message_that_quotes(
    telegram: TelegramServer, answers: Canned, alice: Person
) -> None:
    answers.known[QUESTION] = answer_of(quote_of(url="https://bao.vn/1?a=1&b=2", event="2023-10-20"))
    alice.says(QUESTION)
    reply = alice.hears()
    assert reply.quotes == [ANSWER, BODY]
    assert reply.marked("bold") == [ANSWER, ANSWER]
    assert reply.links == [("Bộ trưởng làm việc ở Bắc Giang", "https://bao.vn/1?a=1&b=2")]
    assert "Báo Công an · đăng tháng 10/2023 · sự kiện ngày 20/10/2023" in reply.text
    assert reply.text.endswith(shown(VIETNAMESE.verbatim))
    assert reply.reply_to is None
    assert reply.json["link_preview_options"] == {"is_disabled": True}
    assert [call["chat_id"] for call in telegram.calls("sendMessage")] == [alice.chat.id]


def test_bot_is_seen_typing_while_a_question_is_looked_up(
    telegram: TelegramServer, answers: Canned, alice: Person
) -> None:
    gate = answers.gate(QUESTION)
    alice.says(QUESTION)
    telegram.wait_for_calls("sendChatAction")
    assert telegram.calls("sendChatAction") == [{"chat_id": alice.chat.id, "action": "typing"}]
    assert alice.has_heard() == []
    gate.set()
    alice.hears()


def test_no_answer_is_said_honestly_with_the_nearest_headlines(answers: Canned, alice: Person) -> None:
    near = Headline("a", "Giá vàng <tuần trước>", "VnExpress", PartialDate(2023, 10, 13), "https://vnexpress.net/1")
    answers.known["Giá vàng?"] = abstention(AbstainReason.NOT_SURE, near)
    alice.says("Giá vàng?")
    reply = alice.hears()
    assert reply.text.startswith(VIETNAMESE.not_sure)
    assert f"{shown(VIETNAMESE.nearest)}\n1. Giá vàng <tuần trước> (VnExpress · đăng ngày 13/10/2023)" in reply.text
    assert reply.links == [("Giá vàng <tuần trước>", "https://vnexpress.net/1")]
    assert reply.quotes == []


def test_questions_of_a_chat_are_answered_in_their_order(answers: Canned, alice: Person) -> None:
    questions = [f"Câu hỏi thứ {number}?" for number in range(1, 6)]
    for question in questions:
        alice.says(question)
    assert [named_in(alice.hears().text) for _ in questions] == questions
    assert answers.asked == questions


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("/help", VIETNAMESE.help),
        ("/help@hoibao_test_bot", VIETNAMESE.help),
        ("/hoi", VIETNAMESE.usage),
        ("/xyz", VIETNAMESE.unknown_command),
        ("từ " * 400, VIETNAMESE.too_long),
    ],
)
def test_fixed_replies(answers: Canned, alice: Person, order: str, expected: str) -> None:
    alice.says(order)
    assert alice.hears().text == shown(expected)
    assert answers.asked == []


@pytest.mark.parametrize(
    ("message", "act", "expected"),
    [
        ("?!…", DialogueAct.NO_QUESTION, VIETNAMESE.empty),
        ("👍👍", DialogueAct.ACKNOWLEDGEMENT, VIETNAMESE.acknowledgement),
        ("chào bạn", DialogueAct.GREETING, VIETNAMESE.greeting),
        ("bot ngu", DialogueAct.INSULT, VIETNAMESE.insult),
        ("bạn là ai", DialogueAct.ABOUT_BOT, VIETNAMESE.about_bot),
        ("dùng sao", DialogueAct.ABOUT_USE, VIETNAMESE.help),
        ("lấy tin từ đâu", DialogueAct.ABOUT_CORPUS, VIETNAMESE.holdings_empty),
    ],
)
def test_what_is_no_question_is_replied_to_without_quotes_or_buttons(
    answers: Canned, alice: Person, message: str, act: DialogueAct, expected: str
) -> None:
    answers.known[message] = talk(act)
    alice.says(message)
    reply = alice.hears()
    assert reply.text == shown(expected)
    assert "reply_markup" not in reply.json


def test_small_talk_leaves_the_question_before_as_it_was(answers: Canned, alice: Person) -> None:
    answers.known[QUESTION] = replace(answer_of(quote_of()), turn=PreviousTurn(QUESTION, QUESTION))
    answers.known["cảm ơn"] = talk(DialogueAct.THANKS)
    for message in (QUESTION, "cảm ơn", "ở đâu?"):
        alice.says(message)
        alice.hears()
    assert answers.after[-1] == PreviousTurn(QUESTION, QUESTION)


def test_a_person_who_browses_gets_headlines_with_links(answers: Canned, alice: Person) -> None:
    day = dt.date(2023, 10, 13)
    answers.known["tin hôm qua"] = Answer(
        "tin hôm qua",
        (),
        0.0,
        period=Period(day, day, "hôm qua", last=day),
        act=DialogueAct.BROWSE,
        browse=Browse(Filter(day, day)),
        headlines=(headline("a", "Giá <vàng> tăng"), headline("b", "Bão vào biển Đông")),
    )
    alice.says("tin hôm qua")
    reply = alice.hears()
    assert reply.text == (
        "⏱ hôm qua (13/10/2023)\n\n📰 Tin mới\n"
        "1. Giá <vàng> tăng (VnExpress · đăng ngày 13/10/2023)\n"
        f"2. Bão vào biển Đông (VnExpress · đăng ngày 13/10/2023)\n\n{VIETNAMESE.browse_more}"
    )
    assert reply.links == [
        ("Giá <vàng> tăng", "https://vnexpress.net/a"),
        ("Bão vào biển Đông", "https://vnexpress.net/b"),
    ]
    assert reply.quotes == []


def test_hoi_works_in_private_too(answers: Canned, alice: Person) -> None:
    alice.says(f"/hoi {QUESTION}")
    alice.hears()
    assert answers.asked == [QUESTION]


def test_question_of_exactly_the_longest_length_is_looked_up(answers: Canned, alice: Person) -> None:
    alice.says("a" * LONGEST_QUESTION)
    assert alice.hears().text.startswith(VIETNAMESE.not_sure)


def test_sticker_voice_and_picture_get_a_hint(alice: Person) -> None:
    alice.sends_sticker()
    alice.sends_voice()
    alice.sends_photo()
    alice.sends(location={"latitude": 21.0, "longitude": 105.8})
    heard = [alice.hears().text for _ in range(4)]
    assert heard == [VIETNAMESE.sticker, VIETNAMESE.voice, VIETNAMESE.picture, VIETNAMESE.other]


def test_caption_of_a_picture_is_a_question(answers: Canned, alice: Person) -> None:
    alice.sends_photo(QUESTION)
    alice.hears()
    assert answers.asked == [QUESTION]


def test_album_is_answered_once_by_its_caption(answers: Canned, alice: Person) -> None:
    alice.sends_photo(QUESTION, album="1")
    alice.sends_photo(album="1")
    alice.says("Câu sau?")
    assert [named_in(alice.hears().text) for _ in range(2)] == [QUESTION, "Câu sau?"]


def test_service_message_gets_no_reply(alice: Person) -> None:
    alice.sends(pinned_message={"message_id": 1, "date": 0, "chat": alice.chat.json})
    alice.says("/help")
    assert alice.hears().text == shown(VIETNAMESE.help)


def test_edit_is_not_answered_again(telegram: TelegramServer, answers: Canned, state: Path) -> None:
    alice = telegram.person("Alice")
    # Both are there before the bot's first poll, so the server cannot know yet that no edits are wanted.
    said = alice.says(QUESTION)
    alice.edits(said, "Bộ trưởng nói gì?")
    with BotInThread(telegram, answers, state):
        alice.says("/help")
        assert named_in(alice.hears().text) == QUESTION
        assert alice.hears().text == shown(VIETNAMESE.help)
    assert answers.asked == [QUESTION]


def test_bot_asks_for_new_messages_and_taps_only_and_shows_its_menu(telegram: TelegramServer, alice: Person) -> None:
    assert telegram.world.allowed_updates == frozenset({"message", "callback_query", "inline_query"})
    assert [command["command"] for command in telegram.menu_of(alice)] == list(VIETNAMESE.commands)


def test_failing_search_is_told_kindly_and_the_bot_goes_on(
    answers: Canned, alice: Person, caplog: pytest.LogCaptureFixture
) -> None:
    answers.failures["Câu bí mật?"] = ValueError("cannot parse 'Câu bí mật?'")
    alice.says("Câu bí mật?")
    assert alice.hears().text == VIETNAMESE.failed
    alice.says("Câu khác?")
    assert alice.hears().text.startswith(VIETNAMESE.not_sure)
    assert "ValueError <- ask" in caplog.text
    assert "bí mật" not in caplog.text


def test_slow_search_does_not_delay_another_chat(telegram: TelegramServer, answers: Canned, alice: Person) -> None:
    gate = answers.gate(QUESTION)
    bob = telegram.person("Bob")
    alice.says(QUESTION)
    assert answers.began[QUESTION].wait(20)
    bob.says("Câu của Bob?")
    assert bob.hears().text.startswith(VIETNAMESE.not_sure)
    assert alice.has_heard() == []
    gate.set()
    assert alice.hears().text.startswith(VIETNAMESE.not_sure)


def test_one_who_asks_a_lot_delays_nobody_else(telegram: TelegramServer, answers: Canned, alice: Person) -> None:
    gate = answers.gate(QUESTION)
    for _ in range(20):
        alice.says(QUESTION)
    assert answers.began[QUESTION].wait(20)
    bob = telegram.person("Bob")
    bob.says("Câu của Bob?")
    bob.hears()
    assert alice.has_heard() == []
    gate.set()
    for _ in range(20):
        alice.hears()


def test_question_that_was_deleted_meanwhile_is_answered_all_the_same(answers: Canned, alice: Person) -> None:
    gate = answers.gate(QUESTION)
    said = alice.says(QUESTION)
    assert answers.began[QUESTION].wait(20)
    alice.deletes(said)
    gate.set()
    assert alice.hears().text.startswith(VIETNAMESE.not_sure)
