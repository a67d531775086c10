import contextlib
import sqlite3
from pathlib import Path

import pytest

from bot.cards import CardContent
from bot.database import BUSY_TIMEOUT_S, MIGRATIONS, State, StateError
from bot.memory import CardStore, History, Place
from bot.memory.answer_json import to_json
from retrieval import PreviousTurn
from tests.bot.canned import answer_of, quote_of
from tests.bot.running import NOW, held_bytes

NOTES = ("CREATE TABLE note (text TEXT NOT NULL)",)


def test_what_is_committed_is_there_after_opening_again(tmp_path: Path) -> None:
    with State.open(tmp_path / "bot.db", NOTES) as state, state.transaction() as connection:
        connection.execute("INSERT INTO note VALUES ('a')")
    with State.open(tmp_path / "bot.db", NOTES) as state:
        assert state.rows("SELECT text FROM note") == [("a",)]


def test_transaction_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with State.open(tmp_path / "bot.db", NOTES) as state:
        with pytest.raises(ValueError, match="stop"), state.transaction() as connection:
            connection.execute("INSERT INTO note VALUES ('a')")
            raise ValueError("stop")
        assert state.rows("SELECT * FROM note") == []


def test_disk_is_waited_for_where_that_is_asked_for_and_not_otherwise(tmp_path: Path) -> None:
    normal, full = [(1,)], [(2,)]
    with State.open(tmp_path / "bot.db", NOTES) as state:
        with state.synced_transaction() as connection:
            connection.execute("INSERT INTO note VALUES ('a')")
            assert connection.execute("PRAGMA synchronous").fetchall() == full
        assert state.rows("PRAGMA synchronous") == normal
        with pytest.raises(ValueError, match="stop"), state.synced_transaction() as connection:
            connection.execute("INSERT INTO note VALUES ('b')")
            raise ValueError("stop")
        assert state.rows("PRAGMA synchronous") == normal
        assert state.rows("SELECT text FROM note") == [("a",)]


def test_log_is_emptied_unless_another_program_reads(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    with State.open(path, NOTES) as state, contextlib.closing(sqlite3.connect(path)) as other:
        with state.transaction() as connection:
            connection.execute("INSERT INTO note VALUES ('chuyện riêng')")
        other.execute("BEGIN")
        other.execute("SELECT * FROM note")
        with state.transaction() as connection:
            connection.execute("DELETE FROM note")
        assert not state.scrub()
        assert "chuyện riêng".encode() in held_bytes(path)
        other.rollback()
        assert state.scrub()
        assert "chuyện riêng".encode() not in held_bytes(path)
        assert state.rows("PRAGMA busy_timeout") == [(1000 * BUSY_TIMEOUT_S,)]


def test_cards_and_turns_of_the_first_release_are_there_after_migrating(tmp_path: Path) -> None:
    released = MIGRATIONS[:12]
    with State.open(tmp_path / "bot.db", released) as state, state.transaction() as connection:
        answer = to_json(answer_of(quote_of()))
        connection.execute(
            "INSERT INTO shown (key, at, chat, message, user, language, question, answer)"
            " VALUES ('key', ?, 5, 7, 5, 'vi', 'Câu hỏi?', ?)",
            (NOW.timestamp(), answer),
        )
        connection.execute(
            "INSERT INTO turn (chat, topic, user, question, topic_question, at) VALUES (5, 0, 5, 'a', 'b', ?)",
            (NOW.timestamp(),),
        )
    with State.open(tmp_path / "bot.db") as state:
        card = CardStore(state).find("key", 5, 7)
        assert card is not None
        assert card.content == CardContent(answer_of(quote_of()))
        assert History(state).previous(Place(5, 0, 5), NOW) == PreviousTurn("a", "b")
        turn = PreviousTurn("a", "b", articles=("bai-1", "bai-2"))
        History(state).record(Place(5, 0, 5), turn, NOW)
        assert History(state).previous(Place(5, 0, 5), NOW) == turn


def test_each_migration_is_applied_once(tmp_path: Path) -> None:
    with State.open(tmp_path / "bot.db", NOTES):
        pass
    added = (*NOTES, "ALTER TABLE note ADD COLUMN day TEXT")
    for _ in range(2):
        with State.open(tmp_path / "bot.db", added) as state:
            assert state.rows("SELECT name FROM pragma_table_info('note')") == [("text",), ("day",)]


def test_failing_migration_leaves_the_layout_as_it_was(tmp_path: Path) -> None:
    with State.open(tmp_path / "bot.db", NOTES):
        pass
    with pytest.raises(StateError, match="cannot be used"):
        State.open(tmp_path / "bot.db", (*NOTES, "CREATE TABLE other (x)", "no statement"))
    with State.open(tmp_path / "bot.db", NOTES) as state:
        assert state.rows("SELECT name FROM sqlite_master") == [("note",)]


def test_database_of_a_later_version_is_refused(tmp_path: Path) -> None:
    with State.open(tmp_path / "bot.db", NOTES):
        pass
    with pytest.raises(StateError, match="later version"):
        State.open(tmp_path / "bot.db", ())


def test_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "bot.db").write_text("không phải cơ sở dữ liệu" * 100)
    with pytest.raises(StateError, match=r"bot\.db cannot be used"):
        State.open(tmp_path / "bot.db")
