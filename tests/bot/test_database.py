from pathlib import Path

import pytest

from bot.database import State, StateError

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
