"""The bot's own database: what it must remember across restarts.

One SQLite file in WAL mode. Each table has a module that reads and writes it; this one opens the file, brings it to the
present layout and hands out transactions. What is committed survives the end of the process, however it comes; for the
few things that must survive the machine's too, the disk is waited for.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from retrieval import HoiBaoError

MIGRATIONS: Sequence[str] = (
    # bot.memory.card_store
    "CREATE TABLE shown (id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, at REAL NOT NULL,"
    " chat INTEGER NOT NULL, message INTEGER, user INTEGER NOT NULL, language TEXT NOT NULL, question TEXT NOT NULL,"
    " answer TEXT NOT NULL, opened TEXT)",
    "CREATE INDEX shown_by_age ON shown (at)",
    # bot.memory.feedback
    "CREATE TABLE feedback (card TEXT NOT NULL, user INTEGER NOT NULL, verdict TEXT NOT NULL, at REAL NOT NULL,"
    " article TEXT NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL, signals TEXT NOT NULL, question TEXT,"
    " PRIMARY KEY (card, user, article, start, end))",
    # bot.telegram.inbox; the content is there until the update has been handled
    "CREATE TABLE inbox (update_id INTEGER PRIMARY KEY, received REAL NOT NULL, content TEXT)",
    # bot.admission.rules
    "CREATE TABLE admitted (user_id INTEGER PRIMARY KEY, key TEXT NOT NULL)",
    "CREATE TABLE moved_group (new INTEGER PRIMARY KEY, old INTEGER NOT NULL)",
    # bot.memory.history
    "CREATE TABLE turn (chat INTEGER NOT NULL, topic INTEGER NOT NULL, user INTEGER NOT NULL, question TEXT NOT NULL,"
    " topic_question TEXT NOT NULL, at REAL NOT NULL, PRIMARY KEY (chat, topic, user))",
    # bot.memory.consent: `given` is NULL where somebody was asked and has not said yet
    "CREATE TABLE consent (user INTEGER PRIMARY KEY, given INTEGER, at REAL NOT NULL)",
    # bot.telegram.inbox: every bot's updates have numbers of their own; 0 is whoever starts next
    "ALTER TABLE inbox RENAME TO inbox_of_one",
    "CREATE TABLE inbox (bot INTEGER NOT NULL, update_id INTEGER NOT NULL, received REAL NOT NULL, content TEXT,"
    " PRIMARY KEY (bot, update_id))",
    "INSERT INTO inbox SELECT 0, update_id, received, content FROM inbox_of_one",
    "DROP TABLE inbox_of_one",
)
"""Statements that lead from one layout to the next; what stands here is never changed, only added to."""


class StateError(HoiBaoError):
    """The database cannot be opened or is of a later version."""


class State:
    """The open database; safe to use from several threads. Use as a context manager, or call `close`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Use `open`."""
        self._connection = connection
        self._lock = threading.RLock()

    @classmethod
    def open(cls, path: Path, migrations: Sequence[str] = MIGRATIONS) -> Self:
        """Open or create the database and bring it to the present layout.

        Raises:
            StateError: the file cannot be opened, is no database, or was written by a later version.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
        except (OSError, sqlite3.Error) as error:
            raise StateError(f"{path} cannot be opened ({error}): check the folder") from error
        state = cls(connection)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(_AS_IT_COMES)
            connection.execute("PRAGMA secure_delete = ON")
            state._migrate(path, migrations)
        except sqlite3.Error as error:
            state.close()
            raise StateError(f"{path} cannot be used ({error}): move it away to start with a new one") from error
        except BaseException:
            state.close()
            raise
        return state

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Close."""
        self.close()

    def close(self) -> None:
        """Release the file."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """A write transaction: all that is done inside is committed together, or nothing where an error is raised."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    @contextmanager
    def synced_transaction(self) -> Iterator[sqlite3.Connection]:
        """The same, and what is committed by then is still there after the power has failed: some milliseconds more."""
        with self._lock:
            self._connection.execute(_ON_DISK)
            try:
                with self.transaction() as connection:
                    yield connection
            finally:
                self._connection.execute(_AS_IT_COMES)

    def scrub(self) -> None:
        """Leave no trace in the files of what was deleted: pages are overwritten, and the log is emptied."""
        with self._lock:
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def rows(self, statement: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
        """All rows of a query."""
        with self._lock:
            return self._connection.execute(statement, values).fetchall()

    def _migrate(self, path: Path, migrations: Sequence[str]) -> None:
        with self.transaction() as connection:
            [version] = connection.execute("PRAGMA user_version").fetchone()
            if version > len(migrations):
                raise StateError(f"{path} was written by a later version of HỏiBáo: update it, or move the file away")
            for statement in migrations[version:]:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {len(migrations)}")


# In WAL mode, commits reach the disk in their order with either: a power failure can take back the last ones only.
_ON_DISK = "PRAGMA synchronous = FULL"
_AS_IT_COMES = "PRAGMA synchronous = NORMAL"
