"""Faults of Telegram, of the network, and of readers."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from bot.cards.texts import VIETNAMESE
from bot.settings import AccessMode, AccessRules
from bot.telegram.receiving import TelegramUnreachableError, TokenRejectedError
from retrieval.errors import IndexDamagedError
from tests.bot.canned import Canned, named_in
from tests.bot.running import BotInThread, wait_for
from tests.telegram_server import BadGateway, Drop, Hold, Person, Refuse, TelegramServer
from tests.telegram_server.faults import Fault
from tests.telegram_server.messages import shown

HELP = shown(VIETNAMESE.help)


@pytest.mark.parametrize(
    "faults",
    [
        [Refuse.too_many_requests(1)],
        [BadGateway(), BadGateway()],
        [Refuse.internal_error()],
        [Drop()],
    ],
    ids=["429", "502", "500", "dropped"],
)
def test_reply_arrives_once_after_a_fault(telegram: TelegramServer, alice: Person, faults: list[Fault]) -> None:
    telegram.will("sendMessage", *faults)
    alice.says("Câu một?")
    assert alice.hears().text.startswith(VIETNAMESE.not_sure)
    alice.says("/help")
    alice.hears()
    assert len(alice.has_heard()) == 2


def test_reply_that_may_have_arrived_is_not_sent_again(
    telegram: TelegramServer, answers: Canned, state: Path, caplog: pytest.LogCaptureFixture
) -> None:
    alice = telegram.person("Alice")
    slow = Hold()
    telegram.will("sendMessage", slow)
    with BotInThread(telegram, answers, state, reply_timeout_s=0.3):
        alice.says("Câu một?")
        assert slow.release.wait(20)
        alice.says("/help")
        assert named_in(alice.hears().text) == "Câu một?"
        assert alice.hears().text == HELP
    assert len(alice.has_heard()) == 2
    assert "it is not sent again" in caplog.text


def test_bounded_attempts_then_the_next_question_is_answered(telegram: TelegramServer, alice: Person) -> None:
    telegram.will("sendMessage", *[BadGateway()] * 4)
    alice.says("Câu một?")
    alice.says("/help")
    assert alice.hears().text == HELP


def test_wait_that_is_too_long_is_not_waited_for(telegram: TelegramServer, alice: Person) -> None:
    telegram.will("sendMessage", Refuse.too_many_requests(3600))
    alice.says("Câu một?")
    alice.says("/help")
    assert alice.hears().text == HELP


@pytest.mark.slow
def test_typing_that_fails_does_not_keep_the_answer_back(
    telegram: TelegramServer, answers: Canned, alice: Person
) -> None:
    for question, fault in (("Câu một?", Refuse.too_many_requests(3600)), ("Câu hai?", BadGateway())):
        telegram.will("sendChatAction", fault)
        gate = answers.gate(question)
        alice.says(question)
        wait_for(lambda: not telegram.world.faults["sendChatAction"])
        gate.set()
        assert alice.hears().text.startswith(VIETNAMESE.not_sure)


@pytest.mark.slow
def test_typing_that_hangs_does_not_keep_the_answer_back(
    telegram: TelegramServer, answers: Canned, alice: Person
) -> None:
    hanging = Hold()
    telegram.will("sendChatAction", hanging)
    gate = answers.gate("Câu một?")
    alice.says("Câu một?")
    telegram.wait_for_calls("sendChatAction")
    gate.set()
    assert alice.hears().text.startswith(VIETNAMESE.not_sure)
    assert hanging.release.wait(20)


def test_reader_who_blocks_or_leaves_disturbs_nobody(
    telegram: TelegramServer, alice: Person, caplog: pytest.LogCaptureFixture
) -> None:
    bob, carol = telegram.person("Bob"), telegram.person("Carol")
    bob.blocks_the_bot()
    carol.deletes_the_account()
    bob.says("Câu một?")
    carol.says("Câu hai?")
    telegram.wait_for_calls("sendMessage", 2)
    alice.says("/help")
    alice.hears()
    assert bob.has_heard() == carol.has_heard() == []
    assert [record.message for record in caplog.records if "Traceback" in record.message or record.exc_info] == []


def test_text_that_telegram_refuses_is_replaced_by_an_apology(telegram: TelegramServer, alice: Person) -> None:
    telegram.will("sendMessage", Refuse(400, "Bad Request: can't parse entities: Unsupported start tag"))
    alice.says("Câu một?")
    assert alice.hears().text == VIETNAMESE.failed


@pytest.mark.slow
@pytest.mark.parametrize("fault", [BadGateway(), Drop(), Refuse.internal_error()], ids=["502", "dropped", "500"])
def test_polling_goes_on_after_a_fault(telegram: TelegramServer, alice: Person, fault: Fault) -> None:
    telegram.will("getUpdates", fault)
    alice.says("Câu một?")
    alice.hears()
    alice.says("Câu hai?")
    alice.hears()


def test_second_poller_is_reported_and_outlasted(
    telegram: TelegramServer, alice: Person, caplog: pytest.LogCaptureFixture
) -> None:
    telegram.will("getUpdates", Refuse(409, "Conflict: terminated by other getUpdates request"))
    alice.says("Câu một?")
    alice.hears()
    alice.says("Câu hai?")
    alice.hears()
    assert "another program polls with the same token" in caplog.text


def test_token_that_is_revoked_ends_the_bot(telegram: TelegramServer, answers: Canned, state: Path) -> None:
    bot = BotInThread(telegram, answers, state)
    with pytest.raises(TokenRejectedError, match="@BotFather"), bot:
        telegram.revoke_token()
        bot.wait()


def test_start_survives_a_server_that_is_late(telegram: TelegramServer, answers: Canned, state: Path) -> None:
    telegram.will("getMe", BadGateway(), Drop(), Refuse.too_many_requests(1))
    telegram.will("setMyCommands", BadGateway())
    alice = telegram.person("Alice")
    with BotInThread(telegram, answers, state):
        alice.says("Câu một?")
        alice.hears()


def test_start_gives_up_with_one_clear_line(telegram: TelegramServer, answers: Canned, state: Path) -> None:
    telegram.will("getMe", *[BadGateway()] * 4)
    bot = BotInThread(telegram, answers, state)
    bot.run()
    assert isinstance(bot.error, TelegramUnreachableError)
    assert str(bot.error) == f"{telegram.url} cannot be reached (Bad Gateway (502)): check the network"


def test_index_that_cannot_be_refreshed_is_reported_once_and_answers_on(
    answers: Canned, state: Path, telegram: TelegramServer, caplog: pytest.LogCaptureFixture
) -> None:
    answers.refresh_failure = IndexDamagedError("corpus.db cannot be read")
    alice = telegram.person("Alice")
    with BotInThread(telegram, answers, state):
        alice.says("Câu một?")
        assert alice.hears().text.startswith(VIETNAMESE.not_sure)
    assert caplog.text.count("the index could not be refreshed: corpus.db cannot be read") == 1


def test_crash_of_a_handler_is_told_kindly_and_logged_without_the_question(
    telegram: TelegramServer, answers: Canned, state: Path, caplog: pytest.LogCaptureFixture
) -> None:
    alice = telegram.person("Alice")
    with BotInThread(telegram, answers, state, access=AccessRules(AccessMode.PASSWORD, password="mat-khau-a")):
        other = sqlite3.connect(state)
        other.execute("ALTER TABLE admitted RENAME TO gone")
        alice.says("Câu bí mật?")
        assert alice.hears().text == VIETNAMESE.crashed
        other.execute("ALTER TABLE gone RENAME TO admitted")
        other.close()
        alice.says("/start mat-khau-a")
        assert alice.hears().text.startswith("Chào bạn!")
    # What fails may be what keeps strangers out.
    assert answers.asked == []
    assert "unexpected error: OperationalError <- rows:" in caplog.text
    assert "bí mật" not in caplog.text and telegram.token.partition(":")[2] not in caplog.text


def test_replies_to_a_group_that_has_moved_arrive_where_it_is_now(telegram: TelegramServer, alice: Person) -> None:
    old, new = telegram.group(), telegram.group()
    alice.says("/hoi Câu một?", to=old)
    old.hears()
    old.becomes(new)
    alice.says("/hoi Câu hai?", to=old)
    assert new.hears().text.startswith(VIETNAMESE.not_sure)


def test_reader_who_comes_back_is_answered_again(telegram: TelegramServer, alice: Person) -> None:
    alice.blocks_the_bot()
    alice.says("Câu một?")
    telegram.wait_for_calls("sendMessage")
    alice.unblocks_the_bot()
    alice.says("Câu hai?")
    assert named_in(alice.hears().text) == "Câu hai?"
