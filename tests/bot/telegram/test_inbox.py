"""No question is lost and none is answered twice, whenever the process is killed."""

from __future__ import annotations

import asyncio
import json
import signal
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from telegram import Bot, Update

from bot.cards.texts import VIETNAMESE
from bot.database import MIGRATIONS, State, StateError
from bot.telegram.inbox import NUMBER_KEPT_S, Inbox
from tests.bot.canned import Canned, named_in
from tests.bot.running import BotInThread, BotProcess, environment
from tests.telegram_server import Hold, Person, Refuse, TelegramServer

GATED = ["-m", "tests.bot.gated_bot"]
BOT = Bot("1:a")


def message(number: int, text: str = "Ai?", **more: object) -> Update:
    chat = {"id": 5, "type": "private", "first_name": "Alice"}
    sender = {"id": 5, "is_bot": False, "first_name": "Alice", "language_code": "vi"}
    entity = {"type": "bold", "offset": 0, "length": 2}
    content = {"message_id": number, "date": 1_700_000_000, "chat": chat, "from": sender, "entities": [entity]}
    return Update.de_json({"update_id": number, "message": {**content, "text": text, **more}}, BOT)


def inline_query(number: int) -> Update:
    sender = {"id": 5, "is_bot": False, "first_name": "Alice"}
    query = {"id": "1", "from": sender, "query": "Ai?", "offset": ""}
    return Update.de_json({"update_id": number, "inline_query": query}, BOT)


def queued(inbox: Inbox) -> list[Any]:
    found = []
    while not inbox.empty():
        found.append(inbox.get_nowait())
    return found


PLAIN = message(7, "Ai làm gì?")
INACCESSIBLE = message(7, pinned_message={"message_id": 1, "date": 0, "chat": {"id": 5, "type": "private"}})
FORWARDED = message(7, forward_origin={"type": "hidden_user", "date": 1_600_000_000, "sender_user_name": "Bob"})


@pytest.mark.parametrize("update", [PLAIN, INACCESSIBLE, FORWARDED], ids=["plain", "inaccessible", "forwarded"])
def test_update_is_on_disk_as_it_came_when_put_returns(tmp_path: Path, update: Update) -> None:
    async def put() -> None:
        with State.open(tmp_path / "bot.db") as state:
            await Inbox(state, 1).put(update)

    async def restore() -> None:
        with State.open(tmp_path / "bot.db") as state:
            inbox = Inbox(state, 1)
            assert inbox.restore(BOT) == 1
            assert [restored.to_dict() for restored in queued(inbox)] == [update.to_dict()]

    asyncio.run(put())
    asyncio.run(restore())


def test_update_that_was_stored_before_is_not_queued_again_handled_or_not(tmp_path: Path) -> None:
    async def put() -> None:
        with State.open(tmp_path / "bot.db") as state:
            inbox = Inbox(state, 1)
            for _ in range(2):
                await inbox.put(message(7))
            [update] = queued(inbox)
            await inbox.begin(update).finish()
            inbox.end(update)
            await inbox.put(message(7))
            assert queued(inbox) == []
            assert inbox.restore(BOT) == 0

    asyncio.run(put())


def test_handled_update_leaves_nothing_but_its_number_and_that_for_two_days(tmp_path: Path) -> None:
    now = 1_000_000.0

    async def put() -> None:
        nonlocal now
        with State.open(tmp_path / "bot.db") as state:
            inbox = Inbox(state, 1, lambda: now)
            await inbox.put(message(7))
            await inbox.begin(message(7)).finish()
            assert state.rows("SELECT update_id, content FROM inbox") == [(7, None)]
            await inbox.put(message(8))
            now += NUMBER_KEPT_S + 1
            await inbox.put(message(1000))
            assert state.rows("SELECT update_id FROM inbox") == [(8,), (1000,)]

    asyncio.run(put())


def test_update_of_another_bot_with_the_same_number_is_another_update(tmp_path: Path) -> None:
    async def put() -> None:
        with State.open(tmp_path / "bot.db") as state:
            one, other = Inbox(state, 1), Inbox(state, 2)
            await one.put(message(7, "Ai?"))
            await other.put(message(7, "Đâu?"))
            assert [update.message.text for update in queued(other)] == ["Đâu?"]
            await other.begin(message(7)).finish()
            assert Inbox(state, 2).restore(BOT) == 0
            again = Inbox(state, 1)
            assert again.restore(BOT) == 1
            assert [update.message.text for update in queued(again)] == ["Ai?"]

    asyncio.run(put())


def test_update_left_for_another_bot_is_forgotten_after_two_days(tmp_path: Path) -> None:
    now = 1_000_000.0

    async def put() -> None:
        nonlocal now
        with State.open(tmp_path / "bot.db") as state:
            await Inbox(state, 1, lambda: now).put(message(7))
            now += NUMBER_KEPT_S + 1
            assert Inbox(state, 1, lambda: now).restore(BOT) == 1
            assert Inbox(state, 2, lambda: now).restore(BOT) == 0
            assert Inbox(state, 1, lambda: now).restore(BOT) == 0

    asyncio.run(put())


def test_update_that_an_older_version_has_left_is_handled_by_whoever_starts(tmp_path: Path) -> None:
    before = next(place for place, statement in enumerate(MIGRATIONS) if "inbox_of_one" in statement)
    with State.open(tmp_path / "bot.db", MIGRATIONS[:before]) as state, state.transaction() as connection:
        content = json.dumps(message(7).to_dict(), default=lambda date: int(date.timestamp()))
        connection.execute("INSERT INTO inbox VALUES (7, 1e12, ?), (6, 1e12, NULL)", (content,))

    async def start() -> None:
        with State.open(tmp_path / "bot.db") as state:
            inbox = Inbox(state, 3)
            assert inbox.restore(BOT) == 1
            await inbox.put(message(6))
            assert [update.update_id for update in queued(inbox)] == [7]

    asyncio.run(start())


def test_inline_query_is_not_stored_since_it_is_stale_after_a_restart(tmp_path: Path) -> None:
    async def put() -> None:
        with State.open(tmp_path / "bot.db") as state:
            inbox = Inbox(state, 1)
            await inbox.put(inline_query(7))
            [update] = queued(inbox)
            assert not inbox.begin(update).stored
            assert inbox.restore(BOT) == 0

    asyncio.run(put())


def test_update_that_cannot_be_stored_is_refused_and_noticed(tmp_path: Path) -> None:
    async def put() -> None:
        with State.open(tmp_path / "bot.db") as state:
            inbox = Inbox(state, 1)
            state.rows("PRAGMA query_only = ON")
            with pytest.raises(StateError, match="could not be stored"):
                await inbox.put(message(7))
            assert inbox.broken.is_set()
            assert queued(inbox) == []

    asyncio.run(put())


def unhandled(folder: Path) -> int:
    connection = sqlite3.connect(folder / "bot.db")
    try:
        [count] = connection.execute("SELECT count(*) FROM inbox WHERE content IS NOT NULL").fetchone()
    finally:
        connection.close()
    return int(count)


def kill(bot: BotProcess) -> None:
    bot.signal(signal.SIGKILL)
    assert bot.wait() == -signal.SIGKILL


def let(bot: BotProcess, searches: int) -> None:
    bot.input.write(b"\n" * searches)
    bot.input.flush()


def told(person: Person, question: str) -> str:
    person.says(question)
    return question


def heard(people: list[Person]) -> list[list[str | None]]:
    return [[named_in(reply.text) for reply in person.has_heard()] for person in people]


@pytest.mark.slow
def test_sigkill_with_forty_questions_under_way(telegram: TelegramServer, output: Path) -> None:
    people = [telegram.person(f"Person{number}") for number in range(10)]
    variables = environment(telegram, output.parent)
    with BotProcess(GATED, variables, output) as bot:
        asked = [[told(person, f"Câu {number}?") for number in range(4)] for person in people]
        telegram.wait_until_fetched()
        let(bot, 13)
        telegram.wait_for_calls("sendMessage", 13)
        # What was sent is noted once the answer of the server is back; then 27 are left.
        bot.wait_for(lambda: unhandled(output.parent) == 27)
        kill(bot)
    with BotProcess(GATED, variables, output) as bot:
        let(bot, 27)
        telegram.wait_for_calls("sendMessage", 40)
        bot.signal(signal.SIGTERM)
        assert bot.wait() == 0
    assert heard(people) == asked
    assert "27 updates of an earlier run are handled first" in bot.output()


@pytest.mark.slow
def test_sigkill_before_the_updates_are_acknowledged(telegram: TelegramServer, output: Path) -> None:
    people = [telegram.person(f"Person{number}") for number in range(10)]
    variables = environment(telegram, output.parent)
    asked = [[told(person, "Câu một?")] for person in people]
    with BotProcess(GATED, variables, output) as bot:
        telegram.wait_for_calls("getUpdates")
        bot.wait_for(lambda: unhandled(output.parent) > 0)
        kill(bot)
    with BotProcess(GATED, variables, output) as bot:
        let(bot, 10)
        telegram.wait_for_calls("sendMessage", 10)
        bot.signal(signal.SIGTERM)
        assert bot.wait() == 0
    assert heard(people) == asked


@pytest.mark.slow
def test_sigkill_while_a_reply_is_being_sent_repeats_that_reply_at_most(telegram: TelegramServer, output: Path) -> None:
    alice = telegram.person("Alice")
    variables = environment(telegram, output.parent)
    telegram.will("sendMessage", Hold())
    with BotProcess(GATED, variables, output) as bot:
        first, second = told(alice, "Câu một?"), told(alice, "Câu hai?")
        let(bot, 2)
        telegram.wait_for_calls("sendMessage")
        kill(bot)
    with BotProcess(GATED, variables, output) as bot:
        let(bot, 2)
        telegram.wait_for_calls("sendMessage", 3)
        bot.signal(signal.SIGTERM)
        assert bot.wait() == 0
    assert heard([alice]) == [[first, first, second]]


@pytest.mark.slow
def test_sigkill_while_a_refused_reply_waits_to_be_sent_again(telegram: TelegramServer, output: Path) -> None:
    alice = telegram.person("Alice")
    variables = environment(telegram, output.parent)
    telegram.will("sendMessage", Refuse.too_many_requests(50))
    with BotProcess(GATED, variables, output) as bot:
        said = told(alice, "Câu một?")
        let(bot, 1)
        bot.wait_for(lambda: "trying again in 50.0 s" in bot.output())
        kill(bot)
    with BotProcess(GATED, variables, output) as bot:
        let(bot, 1)
        assert alice.hears().text.startswith(VIETNAMESE.not_sure)
        bot.signal(signal.SIGTERM)
        assert bot.wait() == 0
    assert heard([alice]) == [[said]]


def test_bot_that_can_store_nothing_ends_and_leaves_the_question_to_telegram(
    telegram: TelegramServer, answers: Canned, state: Path
) -> None:
    alice = telegram.person("Alice")
    bot = BotInThread(telegram, answers, state)
    with pytest.raises(StateError, match="cannot be written"), bot:
        other = sqlite3.connect(state)
        other.execute("ALTER TABLE inbox RENAME TO gone")
        other.close()
        said = alice.says("Câu một?")
        bot.wait()
    assert [update["update_id"] for update in telegram.world.updates] == [said.update_id]
