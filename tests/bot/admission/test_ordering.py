"""Many people at once: all are answered, nobody waits for another, and refusals are polite."""

from __future__ import annotations

import asyncio
import inspect
import itertools
import time
from collections.abc import Coroutine
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from telegram import Update
from telegram.ext import ExtBot

from bot.admission.ordering import BeginTurn, UpdateScheduler
from bot.admission.quotas import TAP_QUOTA, Admission, AdmissionVerdict, Quota
from bot.cards.texts import VIETNAMESE
from bot.conversation.turns import Turn, TurnFactory
from bot.database import State
from bot.telegram.inbox import Handling, Inbox
from bot.telegram.send_limits import SendLimits
from bot.telegram.sending import RetryPolicy
from bot.wiring import OperatingLimits
from tests.bot.canned import Canned, answer_of, named_in, quote_of
from tests.bot.running import NOW, QUICK, BotInThread
from tests.telegram_server import Person, TelegramServer
from tests.telegram_server.messages import shown


def limiting(faster: int) -> TelegramServer:
    """A server whose clock, and so all its limits, runs `faster` times as fast as real time."""
    return TelegramServer(limits=True, clock=lambda: faster * time.monotonic())


def as_fast(faster: int) -> OperatingLimits:
    """Operating limits of a bot that sends `faster` times as fast as usual."""
    limits = SendLimits()
    return OperatingLimits(
        sending=replace(
            limits,
            in_total_s=limits.in_total_s / faster,
            per_group_s=limits.per_group_s / faster,
            private_interval_s=limits.private_interval_s / faster,
        )
    )


def people_of(telegram: TelegramServer, count: int) -> list[Person]:
    return [telegram.person(f"Person{number}") for number in range(count)]


def answered(person: Person) -> list[str | None]:
    return [named_in(reply.text) for reply in person.has_heard()]


def test_twenty_people_at_once_are_all_answered_in_order(telegram: TelegramServer, bot: BotInThread) -> None:
    people = people_of(telegram, 20)
    for number, (place, person) in itertools.product(range(5), enumerate(people)):
        person.says(f"Câu {number} của {place}?")
    telegram.wait_for_calls("sendMessage", 100)
    asked = [[f"Câu {number} của {place}?" for number in range(5)] for place in range(20)]
    assert [answered(person) for person in people] == asked


@pytest.mark.slow
def test_thousand_questions_queued_at_once_are_answered_without_a_429(answers: Canned, state: Path) -> None:
    with limiting(5) as telegram:
        people = people_of(telegram, 100)
        asked = [[f"Câu {number} của {place}?" for number in range(10)] for place in range(100)]
        for person, question in ((people[place], one) for place, of_one in enumerate(asked) for one in of_one):
            person.says(question)
        with BotInThread(telegram, answers, state, limits=as_fast(5)):
            telegram.wait_for_calls("sendMessage", 1000)
        assert [answered(person) for person in people] == asked
        assert telegram.floods == 0
        assert telegram.world.violations == []


@pytest.mark.slow
def test_group_that_asks_a_lot_is_answered_without_a_429_and_keeps_nobody_waiting(answers: Canned, state: Path) -> None:
    with limiting(20) as telegram:
        group, members, alice = telegram.group(), people_of(telegram, 30), telegram.person("Alice")
        with BotInThread(telegram, answers, state, limits=as_fast(20)):
            asked = [member.says("/hoi Ai?", to=group).id for member in members]
            telegram.wait_for_calls("sendMessage", 20)
            alice.says("Ai đến?")
            alice.hears()
            assert len(group.has_heard()) == 20
            telegram.wait_for_calls("sendMessage", 31)
        assert [reply.reply_to for reply in group.has_heard()] == asked
        assert telegram.floods == 0


def test_one_person_has_one_question_looked_up_at_a_time_in_whichever_chats(
    telegram: TelegramServer, answers: Canned, bot: BotInThread
) -> None:
    alice, bob, group = telegram.person("Alice"), telegram.person("Bob"), telegram.group()
    gate = answers.gate("Câu một?")
    alice.says("Câu một?")
    assert answers.began["Câu một?"].wait(20)
    alice.says("/hoi Câu hai?", to=group)
    bob.says("Câu ba?")
    bob.hears()
    assert answers.asked == ["Câu một?", "Câu ba?"]
    gate.set()
    group.hears()
    assert answers.asked == ["Câu một?", "Câu ba?", "Câu hai?"]


def test_who_has_too_much_waiting_is_told_once_and_the_rest_is_answered(
    telegram: TelegramServer, answers: Canned, state: Path
) -> None:
    alice = telegram.person("Alice")
    gate = answers.gate("Câu 0?")
    quota = Quota(pending_per_sender=3)
    with BotInThread(telegram, answers, state, limits=OperatingLimits(QUICK.retries, quota, QUICK.sending)):
        for number in range(6):
            alice.says(f"Câu {number}?")
        assert alice.hears().text == VIETNAMESE.too_fast
        telegram.wait_until_fetched()
        gate.set()
        assert [named_in(alice.hears().text) for _ in range(3)] == ["Câu 0?", "Câu 1?", "Câu 2?"]
        alice.says("Câu sau?")
        assert named_in(alice.hears().text) == "Câu sau?"
    assert answers.asked == ["Câu 0?", "Câu 1?", "Câu 2?", "Câu sau?"]


def test_all_together_have_a_bound_too(telegram: TelegramServer, answers: Canned, state: Path) -> None:
    alice, bob = telegram.person("Alice"), telegram.person("Bob", "en")
    gate = answers.gate("Câu 0?")
    with BotInThread(
        telegram, answers, state, limits=OperatingLimits(QUICK.retries, Quota(pending_in_total=2), QUICK.sending)
    ):
        alice.says("Câu 0?")
        alice.says("Câu 1?")
        assert answers.began["Câu 0?"].wait(20)
        telegram.wait_until_fetched()
        bob.says("Who?")
        assert bob.hears().text.startswith("I am very busy")
        gate.set()


def test_chatter_of_a_group_takes_nobody_s_place(telegram: TelegramServer, answers: Canned, state: Path) -> None:
    alice, group = telegram.person("Alice"), telegram.group()
    with BotInThread(
        telegram, answers, state, limits=OperatingLimits(QUICK.retries, Quota(burst_per_sender=1), QUICK.sending)
    ):
        for _ in range(5):
            alice.says("Chào cả nhà", to=group)
        said = alice.says("/hoi Ai?", to=group)
        assert group.hears().reply_to == said.id
        assert answers.asked == ["Ai?"]


def test_what_needs_no_search_does_not_wait_for_those_that_search(
    telegram: TelegramServer, answers: Canned, state: Path
) -> None:
    answers.known["Câu đầu?"] = answer_of(*(quote_of(text, text, article_id=text) for text in ("Một.", "Hai.")))
    alice, bob = people_of(telegram, 2)
    with BotInThread(telegram, answers, state, search_threads=1):
        alice.says("Câu đầu?")
        card = alice.hears()
        gate = answers.gate("Câu lâu?")
        bob.says("Câu lâu?")
        assert answers.began["Câu lâu?"].wait(20)
        alice.taps(card, "2/2 ›").is_told()
        alice.says("/thongtin")
        assert alice.hears().text.startswith(shown(VIETNAMESE.holdings_empty))
        assert bob.has_heard() == []
        gate.set()
        bob.hears()


# --- copies ----------------------------------------------------------------------------------------------------------

BOT = cast(ExtBot[Handling], ExtBot("1:a"))
begin_turn = TurnFactory(BOT, RetryPolicy(), lambda: NOW).begin


def inline_query() -> Update:
    sender = {"id": 5, "is_bot": False, "first_name": "Alice"}
    query = {"id": "1", "from": sender, "query": "Ai?", "offset": ""}
    return Update.de_json({"update_id": 7, "inline_query": query}, BOT)


async def refuse(update: Update, turn: Turn, verdict: AdmissionVerdict) -> None:
    raise AssertionError(f"{update} was refused: {verdict}")


def scheduler_of(inbox: Inbox, begin: BeginTurn = begin_turn) -> UpdateScheduler:
    messages, taps = Admission(Quota(), time.monotonic), Admission(TAP_QUOTA, time.monotonic)
    return UpdateScheduler(inbox, messages, taps, begin, refuse)


def test_copy_of_an_inline_query_that_waits_is_dropped(tmp_path: Path) -> None:
    async def receive_twice() -> None:
        with State.open(tmp_path / "bot.db") as state:
            inbox = Inbox(state, 1)
            scheduler, turns = scheduler_of(inbox), []
            update, copy = inline_query(), inline_query()
            await inbox.put(update)
            await inbox.put(copy)
            assert inbox.get_nowait() is update
            assert inbox.empty()

            async def handle() -> None:
                turns.append(scheduler.turn_of(update))

            await scheduler.process_update(update, handle())
            assert len(turns) == 1

    asyncio.run(receive_twice())


def test_copy_of_an_inline_query_that_is_being_handled_is_dropped(tmp_path: Path) -> None:
    async def receive_twice() -> None:
        with State.open(tmp_path / "bot.db") as state:
            inbox = Inbox(state, 1)
            scheduler, turns = scheduler_of(inbox), []
            update = inline_query()
            await inbox.put(update)
            assert inbox.get_nowait() is update

            async def handle() -> None:
                turns.append(scheduler.turn_of(update))
                await inbox.put(inline_query())
                assert inbox.empty()
                turns.append(scheduler.turn_of(update))

            await scheduler.process_update(update, handle())
            assert turns[0] is turns[1]

    asyncio.run(receive_twice())


def test_update_that_cannot_be_read_leaves_nothing_behind(tmp_path: Path) -> None:
    def fail(update: Update, handling: Handling) -> Turn:
        raise ValueError("unreadable")

    async def handle() -> None:
        raise AssertionError("handled")

    async def receive() -> Coroutine[None, None, None]:
        with State.open(tmp_path / "bot.db") as state:
            inbox, handlers = Inbox(state, 1), handle()
            await inbox.put(inline_query())
            with pytest.raises(ValueError, match="unreadable"):
                await scheduler_of(inbox, fail).process_update(inbox.get_nowait(), handlers)
            await inbox.put(inline_query())
            assert inbox.qsize() == 1
            return handlers

    assert inspect.getcoroutinestate(asyncio.run(receive())) == inspect.CORO_CLOSED
