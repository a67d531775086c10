"""Taps on the buttons of cards, by label, over HTTP."""

from __future__ import annotations

import contextlib
import datetime as dt
import itertools
import sqlite3
from collections import Counter
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from bot.cards.buttons import Action, CallbackData, decode_callback
from bot.cards.texts import ENGLISH, VIETNAMESE
from retrieval.datatypes import AbstainReason, Hit, MatchedWords, PartialDate, Passage, Period, PreviousTurn
from retrieval.errors import HoiBaoError
from tests.bot.canned import ANSWER, Canned, abstention, answer_of, headline, quote_of
from tests.bot.running import BotInThread, wait_for
from tests.telegram_server import BadGateway, Group, Person, Refuse, Reply, TelegramServer
from tests.telegram_server.messages import shown
from tests.telegram_server.profile import CAPABILITIES
from tests.telegram_server.views import Tap

QUESTION = "Bộ trưởng yêu cầu gì?"
HIT = Hit(Passage(1, "a1", 100, 200), 0.9, 0.9, 5.0, {"share": 0.9})
NEXT, WHY, GOOD, BAD = "2/4 ›", VIETNAMESE.why_button, VIETNAMESE.good_button, VIETNAMESE.bad_button
COPY, SHARE, ANY_TIME = VIETNAMESE.copy_button, VIETNAMESE.share_button, VIETNAMESE.any_time_button
GOLD = headline("gia-vang", "Giá vàng tuần trước")


def forged(telegram: TelegramServer, person: Person, reply: Reply, data: str) -> Tap:
    """A tap with data that no button of the message has."""
    query = telegram.world.new_query()
    about = {"id": query.id, "from": person.user, "message": reply.json, "chat_instance": "1", "data": data}
    return Tap(telegram.world, query, telegram.world.add_update("callback_query", about))


def numbered(count: int) -> list[str]:
    return [f"Câu số {number}." for number in range(1, count + 1)]


@pytest.fixture
def card(answers: Canned, alice: Person) -> Reply:
    """An answer with four quotes."""
    quotes = [quote_of(text, text, article_id=text, url=f"https://a.vn/{text[-2]}") for text in numbered(4)]
    answers.known[QUESTION] = answer_of(*quotes)
    alice.says(QUESTION)
    return alice.hears()


def test_an_answer_has_two_rows_of_buttons_to_understand_copy_share_and_judge_it(
    answers: Canned, alice: Person
) -> None:
    answers.known[QUESTION] = answer_of(quote_of("Câu dài. " * 40 + ANSWER, ANSWER))
    alice.says(QUESTION)
    reply = alice.hears()
    assert reply.buttons == [[WHY, COPY, SHARE], [GOOD, BAD]]
    assert reply.copied(COPY) == ANSWER
    assert reply.button(SHARE)["switch_inline_query"] == QUESTION


def test_a_follow_up_is_shared_as_the_question_that_was_searched_for(answers: Canned, alice: Person) -> None:
    whole = "Giá vàng ở Huế bao nhiêu?"
    answers.known["còn ở Huế?"] = replace(answer_of(quote_of()), turn=PreviousTurn(whole, whole))
    alice.says("còn ở Huế?")
    assert alice.hears().button(SHARE)["switch_inline_query"] == whole


def test_a_bot_without_inline_mode_offers_no_sharing(
    telegram: TelegramServer, answers: Canned, state: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(CAPABILITIES, "supports_inline_queries", False)
    answers.known[QUESTION] = answer_of(quote_of())
    alice = telegram.person("Alice")
    with BotInThread(telegram, answers, state):
        alice.says(QUESTION)
        assert alice.hears().buttons == [[WHY, COPY], [GOOD, BAD]]


def test_an_answer_that_is_only_possible_asks_whether_it_is_one(answers: Canned, alice: Person) -> None:
    quotes = [quote_of(text, text, article_id=text) for text in numbered(2)]
    answers.known[QUESTION] = replace(answer_of(*quotes), is_sure=False)
    alice.says(QUESTION)
    reply = alice.hears()
    yes, no = VIETNAMESE.yes_button, VIETNAMESE.no_button
    assert reply.text.startswith(f"{VIETNAMESE.possible}\n\nCâu số 1.\n")
    assert reply.buttons == [[yes, no], [WHY, COPY, "2/2 ›"]]
    assert alice.taps(reply, yes).is_told().text == VIETNAMESE.good_note
    assert alice.taps(reply, no).is_told().text == VIETNAMESE.bad_note


def test_only_the_first_card_of_a_chat_that_quotes_tells_that_it_is_word_for_word(
    telegram: TelegramServer, answers: Canned, alice: Person
) -> None:
    answers.known[QUESTION] = answer_of(*(quote_of(text, text, article_id=text) for text in numbered(2)))
    bob, told = telegram.person("Bob"), shown(VIETNAMESE.verbatim)
    for question in ("Giá vàng?", QUESTION, QUESTION):
        alice.says(question)
        alice.hears()
    assert [told in reply.text for reply in alice.has_heard()] == [False, True, False]
    first = alice.has_heard()[1]
    alice.taps(first, "2/2 ›")
    assert told in alice.waits_for_edit(first).text
    bob.says(QUESTION)
    assert told in bob.hears().text


def test_the_preview_of_the_article_is_shown_where_the_operator_wants_it(
    telegram: TelegramServer, answers: Canned, state: Path
) -> None:
    answers.known[QUESTION] = answer_of(quote_of(url="https://bao.vn/1"), quote_of("Hai.", "Hai.", article_id="b"))
    alice = telegram.person("Alice")
    with BotInThread(telegram, answers, state, previews=True):
        alice.says(QUESTION)
        card = alice.hears()
        alice.taps(card, "2/2 ›")
        second = alice.waits_for_edit(card)
    assert card.json["link_preview_options"] == {"is_disabled": False, "url": "https://bao.vn/1"}
    assert second.json["link_preview_options"] == {"is_disabled": True}


def test_pages_are_turned_in_the_same_message(alice: Person, card: Reply) -> None:
    assert card.buttons[1] == [GOOD, BAD, NEXT]
    assert alice.taps(card, NEXT).is_told().text == ""
    second = alice.waits_for_edit(card)
    assert second.id == card.id
    assert second.quotes == numbered(4)[1:]
    assert second.buttons[1] == [GOOD, BAD, "‹ 1/4", "3/4 ›"]
    assert second.copied(COPY) == "Câu số 2."
    alice.taps(second, "3/4 ›")
    third = alice.waits_for_edit(second)
    alice.taps(third, "4/4 ›")
    fourth = alice.waits_for_edit(third)
    assert fourth.quotes == ["Câu số 4."]
    assert fourth.buttons[1] == [GOOD, BAD, "‹ 3/4"]
    alice.taps(fourth, "‹ 3/4")
    assert alice.waits_for_edit(fourth).quotes == third.quotes


def test_a_double_tap_does_no_harm(alice: Person, card: Reply) -> None:
    first, second = alice.taps_twice(card, NEXT)
    assert [first.is_told().text, second.is_told().text] == ["", ""]
    assert alice.sees(card).quotes == numbered(4)[1:]


def test_pages_are_turned_after_a_restart_and_a_change_of_the_index(
    telegram: TelegramServer, answers: Canned, state: Path
) -> None:
    alice = telegram.person("Alice")
    answers.known[QUESTION] = answer_of(*(quote_of(text, text, article_id=text) for text in numbered(4)))
    with BotInThread(telegram, answers, state):
        alice.says(QUESTION)
        card = alice.hears()
    with BotInThread(telegram, Canned(), state):
        alice.taps(card, NEXT)
        assert alice.waits_for_edit(card).quotes == numbered(4)[1:]


def test_why_is_explained_in_plain_words_with_a_way_back(answers: Canned, alice: Person) -> None:
    quote = replace(quote_of(event="2024-03-08"), hit=HIT, copies=2)
    answers.held_words[quote.text] = MatchedWords(("tội phạm", "Bộ trưởng"), ("Bắc Giang",), ("ma túy",))
    period = Period(dt.date(2023, 10, 1), dt.date(2023, 11, 2), "tháng 10")
    answers.known[QUESTION] = replace(answer_of(quote), period=period)
    alice.says(QUESTION)
    card = alice.hears()
    assert alice.taps(card, WHY).is_told().text == ""
    why = alice.waits_for_edit(card)
    assert why.text.split("\n") == [
        "💡 Vì sao mình trích đoạn này?",
        "",
        ANSWER,
        "📰 Bộ trưởng làm việc ở Bắc Giang",
        "Báo Công an · đăng tháng 10/2023 · sự kiện hôm qua · 2 báo khác cũng đăng",
        "",
        "• Đoạn này có các từ bạn hỏi: tội phạm, Bộ trưởng.",
        "• Chỉ có trong tên bài: Bắc Giang.",
        "• Không thấy trong đoạn này: ma túy.",
        "• Về nghĩa, đoạn này rất gần câu hỏi.",
        "• Bài đăng tháng 10/2023, sự kiện hôm qua; bạn hỏi về “tháng 10”.",
        "• Mình tin khoảng 90% là đoạn đầu tiên trả lời đúng câu hỏi.",
    ]
    assert why.buttons == [[VIETNAMESE.back_button]]
    alice.taps(why, VIETNAMESE.back_button)
    back = alice.waits_for_edit(why)
    assert (back.text, back.buttons) == (card.text, card.buttons)


def test_thumbs_are_noted_and_a_second_tap_takes_them_back(alice: Person, card: Reply) -> None:
    told = [alice.taps(card, label).is_told() for label in (GOOD, GOOD, BAD)]
    notes = [VIETNAMESE.good_note, VIETNAMESE.taken_back_note, VIETNAMESE.bad_note]
    assert [(note.text, note.alert) for note in told] == [(note, False) for note in notes]
    assert alice.sees(card).version == card.version


def test_no_answer_offers_the_nearest_articles_and_quotes_the_one_tapped(answers: Canned, alice: Person) -> None:
    answers.known["Giá vàng?"] = replace(abstention(AbstainReason.NOT_SURE, GOLD), newest=PartialDate(2024, 3, 7))
    answers.articles["gia-vang"] = answer_of(*(quote_of(text, text, article_id=text) for text in numbered(2)))
    alice.says("Giá vàng?")
    card = alice.hears()
    assert "Kho báo của mình có tin đến 2 ngày trước." in card.text
    assert "1. Giá vàng tuần trước" in card.text
    assert card.buttons == [["1"]]
    alice.taps(card, "1")
    quoted = alice.waits_for_edit(card)
    assert answers.asked == ["Giá vàng?", "Giá vàng? < gia-vang"]
    assert quoted.text.startswith(shown(VIETNAMESE.chosen))
    assert quoted.quotes == numbered(2)
    assert quoted.buttons == [[VIETNAMESE.nearest_button, WHY, COPY], [GOOD, BAD, "2/2 ›"]]
    alice.taps(quoted, "2/2 ›")
    second = alice.waits_for_edit(quoted)
    assert second.quotes == ["Câu số 2."]
    alice.taps(second, VIETNAMESE.nearest_button)
    back = alice.waits_for_edit(second)
    assert (back.text, back.buttons) == (card.text, card.buttons)


def test_an_article_that_is_gone_meanwhile_is_said_to_be(answers: Canned, alice: Person) -> None:
    answers.known["Giá vàng?"] = abstention(AbstainReason.NOT_SURE, GOLD)
    alice.says("Giá vàng?")
    card = alice.hears()
    assert alice.taps(card, "1").is_told().text == VIETNAMESE.gone_note
    assert alice.sees(card).version == card.version


def test_the_time_of_a_question_is_a_filter_that_can_be_removed(answers: Canned, alice: Person) -> None:
    period = Period(dt.date(2023, 10, 1), dt.date(2023, 11, 2), "tháng 10/2023")
    answers.known["Tội phạm tháng 10/2023?"] = replace(answer_of(quote_of()), period=period)
    answers.at_any_time["Tội phạm tháng 10/2023?"] = answer_of(quote_of("Câu khác.", "Câu khác."))
    alice.says("Tội phạm tháng 10/2023?")
    card = alice.hears()
    assert card.buttons == [[WHY, COPY, SHARE], [GOOD, BAD, ANY_TIME]]
    first, second = alice.taps_twice(card, ANY_TIME)
    assert [first.is_told().text, second.is_told().text] == [VIETNAMESE.any_time_note] * 2
    changed = alice.sees(card)
    assert changed.quotes == ["Câu khác."]
    assert "⏱" not in changed.text and changed.buttons == [[WHY, COPY, SHARE], [GOOD, BAD]]
    assert len(answers.asked) == 2


def test_heading_of_an_earlier_versions_card_stays_after_asking_at_any_time(
    answers: Canned, alice: Person, state: Path
) -> None:
    typed, mended = "toi pham thang 10/2023?", "Tội phạm tháng 10/2023?"
    period = Period(dt.date(2023, 10, 1), dt.date(2023, 11, 2), "tháng 10/2023")
    mending = replace(answer_of(quote_of()), period=period, read_as=mended, turn=PreviousTurn(mended, mended))
    answers.known[typed] = mending
    answers.at_any_time[mended] = answer_of(*(quote_of(text, text, article_id=text) for text in numbered(2)))
    alice.says(typed)
    card = alice.hears()
    with contextlib.closing(sqlite3.connect(state)) as other, other:
        other.execute("UPDATE shown SET heading = NULL")
    alice.taps(card, ANY_TIME)
    at_any_time = alice.waits_for_edit(card)
    alice.taps(at_any_time, "2/2 ›")
    second = alice.waits_for_edit(at_any_time)
    assert second.quotes == ["Câu số 2."]
    heading = f"✎ Mình hiểu là: {mended}"
    assert [reply.text.split("\n")[0] for reply in (card, at_any_time, second)] == [heading] * 3


def test_a_time_that_left_nothing_is_told_and_cannot_be_removed(answers: Canned, alice: Person) -> None:
    period = Period(dt.date(2023, 10, 1), dt.date(2023, 11, 2), "tháng 10/2023", kept=False)
    answers.known[QUESTION] = replace(answer_of(quote_of()), period=period)
    alice.says(QUESTION)
    reply = alice.hears()
    assert "Không thấy câu trả lời trong “tháng 10/2023”" in reply.text
    assert not any("⏱" in label for row in reply.buttons for label in row)


def test_in_a_group_anybody_may_turn_pages_and_is_told_in_their_own_language(
    telegram: TelegramServer, answers: Canned, alice: Person, group: Group
) -> None:
    answers.known[QUESTION] = answer_of(*(quote_of(text, text, article_id=text) for text in numbered(4)))
    bob = telegram.person("Bob", language="en")
    alice.says(f"/hoi {QUESTION}", to=group)
    card = group.hears()
    bob.taps(card, NEXT)
    assert group.waits_for_edit(card).quotes == numbered(4)[1:]
    assert bob.taps(card, GOOD).is_told().text == ENGLISH.good_note


def test_an_english_reader_has_english_buttons(telegram: TelegramServer, answers: Canned, bot: BotInThread) -> None:
    answers.known[QUESTION] = answer_of(*(quote_of(text, text, article_id=text) for text in numbered(2)))
    bob = telegram.person("Bob", language="en-GB")
    bob.says(QUESTION)
    card = bob.hears()
    assert card.buttons[0] == [ENGLISH.why_button, ENGLISH.copy_button, ENGLISH.share_button]
    bob.taps(card, ENGLISH.why_button)
    assert bob.waits_for_edit(card).text.startswith("💡 Why this passage?")


def offered(person: Person) -> list[tuple[Reply, str, CallbackData]]:
    """Returns the callback buttons of all messages as they are now."""
    return [
        (reply, button["text"], press)
        for reply in map(person.sees, person.has_heard())
        for button in map(reply.button, itertools.chain.from_iterable(reply.buttons))
        if (press := decode_callback(button.get("callback_data")))
    ]


def has_heard_more(person: Person, than: int) -> bool:
    return len(person.has_heard()) > than


def test_every_button_of_every_message_does_something(answers: Canned, alice: Person, card: Reply) -> None:
    period = Period(dt.date(2023, 10, 1), dt.date(2023, 11, 2), "tháng 10")
    unsure = abstention(AbstainReason.NOT_SURE, GOLD)
    answers.known["Giá vàng tháng 10?"] = replace(unsure, period=period)
    answers.at_any_time["Giá vàng tháng 10?"] = unsure
    answers.articles[GOLD.article_id] = answer_of(*(quote_of(text, text, article_id=text) for text in numbered(2)))
    answers.held, answers.proposed = replace(answers.held, articles=1), (GOLD,)
    for text in ("Giá vàng tháng 10?", "/start", "/gopy", "/gopy"):
        alice.says(text)
        alice.hears()
    tapped: Counter[Action] = Counter()
    for _ in range(40):
        # What was tapped least, so that no view is gone round in for ever.
        reply, label, press = min(offered(alice), key=lambda button: tapped[button[2].action])
        tapped[press.action] += 1
        heard = len(alice.has_heard())
        note = alice.taps(reply, label).is_told().text
        assert note != VIETNAMESE.expired_note
        if not note and alice.sees(reply).version == reply.version:
            wait_for(partial(has_heard_more, alice, heard))
    of_others = {Action.FORGET, Action.KEEP, Action.ADD, Action.DROP}
    assert tapped.keys() == set(Action) - of_others


def test_a_button_of_a_card_that_was_forgotten_says_so(
    telegram: TelegramServer, answers: Canned, tmp_path: Path
) -> None:
    alice = telegram.person("Alice")
    answers.known[QUESTION] = answer_of(*(quote_of(text, text, article_id=text) for text in numbered(4)))
    with BotInThread(telegram, answers, tmp_path / "one.db"):
        alice.says(QUESTION)
        card = alice.hears()
    with BotInThread(telegram, answers, tmp_path / "two.db"):
        told = {alice.taps(card, label).is_told().text for label in (NEXT, WHY, GOOD, BAD)}
        assert told == {VIETNAMESE.expired_note}
        assert alice.sees(card).version == card.version


@pytest.mark.parametrize(
    "data", ["", "x", "0:abc:p:1", "1:abc:p:1", "1:abc:?:1", "a1:abcdefghijkl:y", "1:abcdefghijkl:y"]
)
def test_data_that_no_button_has_says_so(telegram: TelegramServer, alice: Person, card: Reply, data: str) -> None:
    assert forged(telegram, alice, card, data).is_told().text == VIETNAMESE.expired_note


def test_a_key_from_another_chat_shows_nothing(
    telegram: TelegramServer, answers: Canned, alice: Person, card: Reply
) -> None:
    bob = telegram.person("Bob")
    answers.known["Câu của Bob?"] = answer_of(*(quote_of(text, text, article_id=text) for text in numbered(4)))
    bob.says("Câu của Bob?")
    other = bob.hears()
    data = card.button(NEXT)["callback_data"]
    assert forged(telegram, bob, other, data).is_told().text == VIETNAMESE.expired_note
    assert bob.sees(other).version == other.version


def test_a_page_that_is_not_there_shows_the_first(telegram: TelegramServer, alice: Person, card: Reply) -> None:
    data = card.button(NEXT)["callback_data"]
    alice.taps(card, NEXT)
    second = alice.waits_for_edit(card)
    for action in ("p", "w", "g"):
        assert forged(telegram, alice, card, f"{data[: data.index(':p:')]}:{action}:99").is_told().text == ""
    assert alice.waits_for_edit(second).text == card.text


def test_a_card_that_was_deleted_is_said_to_be_too_old(alice: Person, card: Reply) -> None:
    alice.deletes(card)
    assert alice.taps(card, NEXT).is_told().text == VIETNAMESE.expired_note


def test_a_tap_that_waited_too_long_still_turns_the_page(alice: Person, card: Reply) -> None:
    alice.taps(card, NEXT).expires()
    assert alice.waits_for_edit(card).quotes == numbered(4)[1:]
    alice.says("/help")
    assert alice.hears().text.startswith("Cách hỏi")


def test_an_edit_is_tried_again(telegram: TelegramServer, alice: Person, card: Reply) -> None:
    telegram.will("editMessageText", Refuse.too_many_requests(0), BadGateway())
    alice.taps(card, NEXT)
    assert alice.waits_for_edit(card).quotes == numbered(4)[1:]


def test_a_failure_is_told_kindly(answers: Canned, alice: Person, caplog: pytest.LogCaptureFixture) -> None:
    answers.known["Giá vàng?"] = abstention(AbstainReason.NOT_SURE, GOLD)
    alice.says("Giá vàng?")
    card = alice.hears()
    answers.failures["gia-vang"] = HoiBaoError("cannot read Giá vàng?")
    assert alice.taps(card, "1").is_told().text == VIETNAMESE.failed_note
    assert "a tap failed: HoiBaoError" in caplog.text
    assert "Giá vàng" not in caplog.text


def test_a_refused_button_does_not_cost_the_answer(telegram: TelegramServer, answers: Canned, alice: Person) -> None:
    answers.known[QUESTION] = answer_of(quote_of(url="https://bao.vn/1"))
    telegram.will("sendMessage", Refuse(400, "Bad Request: BUTTON_URL_INVALID"))
    alice.says(QUESTION)
    reply = alice.hears()
    assert reply.marked("bold") == [ANSWER, ANSWER]
    assert reply.buttons == []
