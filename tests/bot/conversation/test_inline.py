"""Inline mode, as somebody uses it in a chat with a friend."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.cards.texts import ENGLISH, VIETNAMESE
from bot.conversation.deep_links import decode_question
from bot.conversation.inline import InlineTiming
from tests.bot.canned import ANSWER, BODY, Canned, answer_of, quote_of
from tests.bot.running import QUICK, BotInThread
from tests.telegram_server import Person, TelegramServer
from tests.telegram_server.messages import shown
from tests.telegram_server.profile import CAPABILITIES

QUESTION = "Bộ trưởng yêu cầu gì?"
NEVER_RESTS = replace(QUICK, inline=InlineTiming(rest_s=3600.0))


def two_quotes() -> tuple[str, str]:
    return "Bộ trưởng làm việc ở Bắc Giang", "Bắc Giang họp"


@pytest.fixture(autouse=True)
def known(answers: Canned) -> None:
    first, second = two_quotes()
    answers.known[QUESTION] = answer_of(
        quote_of(title=first, url="https://bao.vn/1"), quote_of(title=second, article_id="a2"), question=QUESTION
    )


def test_quotes_are_offered_by_title_and_answering_sentence(alice: Person) -> None:
    typed = alice.types_inline(QUESTION)
    assert [(offer.title, offer.description) for offer in typed.is_offered()] == [(t, ANSWER) for t in two_quotes()]


def test_chosen_quote_is_a_card_that_says_what_was_asked(alice: Person) -> None:
    typed = alice.types_inline(QUESTION)
    sent = alice.chooses(typed, two_quotes()[0])
    assert sent.text.startswith(f"❓ {QUESTION}\n\n")
    assert (sent.quotes, sent.marked("bold")) == ([ANSWER, BODY], [ANSWER, ANSWER])
    assert sent.links == [(two_quotes()[0], "https://bao.vn/1")]
    assert sent.json["link_preview_options"] == {"is_disabled": True}


def test_no_more_than_five_quotes_are_offered(answers: Canned, alice: Person) -> None:
    answers.known[QUESTION] = answer_of(*(quote_of(article_id=str(n)) for n in range(8)))
    assert len(alice.types_inline(QUESTION).is_offered()) == 5


def test_without_an_answer_nothing_is_offered_but_to_ask_in_private(alice: Person, answers: Canned) -> None:
    typed = alice.types_inline("Giá vàng hôm nay?")
    assert typed.is_offered() == []
    assert typed.answer["button"]["text"] == VIETNAMESE.inline_none
    alice.follows(f"https://t.me/hoibao_test_bot?start={typed.answer['button']['start_parameter']}")
    alice.hears()
    assert answers.asked == ["Giá vàng hôm nay?", "Giá vàng hôm nay?"]


@pytest.mark.parametrize(("language", "hint"), [("vi", VIETNAMESE.inline_hint), ("en", ENGLISH.inline_hint)])
def test_before_anything_is_typed_there_is_a_hint(
    telegram: TelegramServer, bot: BotInThread, answers: Canned, language: str, hint: str
) -> None:
    alice = telegram.person("Alice", language)
    for text in ("", "  ", "?!"):
        answer = alice.types_inline(text).answer
        assert (answer["results"], answer["button"]["text"]) == ([], hint)
        assert decode_question(answer["button"]["start_parameter"]) is None
    assert answers.asked == []


def test_what_is_offered_is_for_the_person_alone_for_a_minute(alice: Person) -> None:
    answer = alice.types_inline(QUESTION).answer
    assert (answer["is_personal"], answer["cache_time"]) == (True, 60)


def test_only_the_newest_of_what_somebody_types_is_looked_up(
    telegram: TelegramServer, answers: Canned, state: Path
) -> None:
    alice = telegram.person("Alice")
    with BotInThread(telegram, answers, state, limits=NEVER_RESTS):
        for text in ("Bộ", "Bộ trưởng", "Bộ trưởng yêu cầu", QUESTION):
            typed = alice.types_inline(text)
        assert len(typed.is_offered()) == 2
    assert answers.asked == [QUESTION]
    assert len(telegram.calls("answerInlineQuery")) == 1


def test_what_is_typed_while_a_search_runs_is_looked_up_after_it_and_offered_alone(
    telegram: TelegramServer, answers: Canned, alice: Person
) -> None:
    gate = answers.gate("Bộ trưởng?")
    alice.types_inline("Bộ trưởng?")
    assert answers.began["Bộ trưởng?"].wait(20)
    typed = alice.types_inline(QUESTION)
    telegram.wait_until_fetched()
    gate.set()
    assert len(typed.is_offered()) == 2
    assert answers.asked == ["Bộ trưởng?", QUESTION]
    assert len(telegram.calls("answerInlineQuery")) == 1


def test_typing_of_one_does_not_overtake_that_of_another(
    telegram: TelegramServer, answers: Canned, alice: Person
) -> None:
    gate = answers.gate(QUESTION)
    typed = alice.types_inline(QUESTION)
    assert answers.began[QUESTION].wait(20)
    telegram.person("Bob").types_inline("Câu khác?").is_offered()
    gate.set()
    assert len(typed.is_offered()) == 2


def test_same_question_is_looked_up_once_for_each_state_of_the_index(answers: Canned, alice: Person) -> None:
    for _ in range(3):
        alice.types_inline(QUESTION).is_offered()
    answers.present += 1
    alice.types_inline(QUESTION).is_offered()
    assert answers.asked == [QUESTION] * 2


def test_what_is_found_too_late_is_dropped(telegram: TelegramServer, answers: Canned, state: Path) -> None:
    alice = telegram.person("Alice")
    with BotInThread(telegram, answers, state, limits=replace(QUICK, inline=InlineTiming(rest_s=0.0, deadline_s=0.0))):
        alice.types_inline(QUESTION)
        alice.says("/help")
        alice.hears()
    assert answers.asked == [QUESTION]
    assert telegram.calls("answerInlineQuery") == []


def test_answer_that_telegram_calls_too_old_is_no_failure(
    telegram: TelegramServer, answers: Canned, state: Path, caplog: pytest.LogCaptureFixture
) -> None:
    alice, gate = telegram.person("Alice"), answers.gate(QUESTION)
    with BotInThread(telegram, answers, state):
        typed = alice.types_inline(QUESTION)
        assert answers.began[QUESTION].wait(20)
        typed.expires()
        gate.set()
    assert not [record for record in caplog.records if record.levelname in ("WARNING", "ERROR")]


def test_failing_search_offers_nothing_and_tells_nobody_what_was_asked(
    answers: Canned, alice: Person, caplog: pytest.LogCaptureFixture
) -> None:
    answers.failures["Câu bí mật?"] = ValueError("cannot parse 'Câu bí mật?'")
    alice.types_inline("Câu bí mật?")
    assert len(alice.types_inline(QUESTION).is_offered()) == 2
    assert "bí mật" not in caplog.text


def test_quote_sent_into_a_chat_with_the_bot_is_not_taken_for_a_question(
    telegram: TelegramServer, answers: Canned, alice: Person
) -> None:
    for place in (alice, telegram.group()):
        alice.chooses(alice.types_inline(QUESTION, to=place), two_quotes()[0])
    alice.says("/help")
    assert alice.hears().text == shown(VIETNAMESE.help)
    assert answers.asked == [QUESTION]


@pytest.mark.parametrize("allowed", [True, False])
def test_operator_is_told_where_inline_mode_is_off(
    telegram: TelegramServer,
    answers: Canned,
    state: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    allowed: bool,
) -> None:
    caplog.set_level("INFO", "bot")
    monkeypatch.setitem(CAPABILITIES, "supports_inline_queries", allowed)
    with BotInThread(telegram, answers, state):
        pass
    assert ("/setinline" in caplog.text) is not allowed


def test_titles_and_sentences_are_shortened_to_what_a_list_shows(answers: Canned, alice: Person) -> None:
    long = "Bộ trưởng yêu cầu " + "rất nhiều việc " * 40 + "."
    quote = quote_of(long, long, title="Tên bài rất dài " * 20)
    answers.known[QUESTION] = answer_of(replace(quote, url=None))
    [offer] = alice.types_inline(QUESTION).is_offered()
    assert len(offer.title) <= 80 and offer.title.endswith("…")
    assert len(offer.description) <= 160 and offer.description.endswith("…")
