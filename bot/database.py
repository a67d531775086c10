"""The bot's own database: the state that outlives restarts.

One SQLite file in WAL mode. Each table has a module that reads and writes it; this module opens the file, migrates it
to the present schema and gives out transactions. A commit survives any end of the process; a synced transaction waits
for the disk, and survives a power failure too.
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
    # bot.memory.consent: `given` is NULL where somebody was asked and has not decided
    "CREATE TABLE consent (user INTEGER PRIMARY KEY, given INTEGER, at REAL NOT NULL)",
    # bot.telegram.inbox: each bot numbers its updates by itself; 0 stands for the bot that starts next
    "ALTER TABLE inbox RENAME TO inbox_of_one",
    "CREATE TABLE inbox (bot INTEGER NOT NULL, update_id INTEGER NOT NULL, received REAL NOT NULL, content TEXT,"
    " PRIMARY KEY (bot, update_id))",
    "INSERT INTO inbox SELECT 0, update_id, received, content FROM inbox_of_one",
    "DROP TABLE inbox_of_one",
    # bot.memory.card_store: the line above the quotes; NULL for none
    "ALTER TABLE shown ADD COLUMN heading TEXT",
    # bot.memory.history: what is shown of the question; NULL for `topic_question`
    "ALTER TABLE turn ADD COLUMN shown TEXT",
    # bot.memory.card_store: whether the card tells that quotes are word for word
    "ALTER TABLE shown ADD COLUMN introduces INTEGER NOT NULL DEFAULT 0",
    # bot.memory.history: the ids of the articles that were quoted, a JSON list; NULL for none
    "ALTER TABLE turn ADD COLUMN articles TEXT",
)
"""Statements that migrate one schema version to the next; they are never changed, only added to."""


BUSY_TIMEOUT_S = 30
"""How long a transaction waits for another program that writes."""
SCRUB_TIMEOUT_S = 0.1
"""How long emptying the log waits for another program that reads; everybody waits meanwhile."""


class StateError(HoiBaoError):
    """The database cannot be opened, read or written, or is of a later version."""


class State:
    """The open database; safe to use from several threads. Use as a context manager, or call `close`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Takes an open connection; use `open`."""
        self._connection = connection
        self._lock = threading.RLock()

    @classmethod
    def open(cls, path: Path, migrations: Sequence[str] = MIGRATIONS) -> Self:
        """Opens or creates the database, and migrates it to the present schema.

        Raises:
            StateError: the file cannot be opened, is no database, or was written by a later version.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
        except (OSError, sqlite3.Error) as error:
            raise StateError(f"{path} cannot be opened ({error}): check the folder") from error
        state = cls(connection)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute(_SYNC_LATER)
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
        """Returns itself."""
        return self

    def __exit__(self, *exc: object) -> None:
        """Closes the database."""
        self.close()

    def close(self) -> None:
        """Closes the connection."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Opens a write transaction, which commits all its statements, or on an error none."""
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
        """Opens a write transaction whose commit survives a power failure; takes some milliseconds more."""
        with self._lock:
            self._connection.execute(_SYNC_NOW)
            try:
                with self.transaction() as connection:
                    yield connection
            finally:
                self._connection.execute(_SYNC_LATER)

    def scrub(self) -> bool:
        """Empties the write-ahead log, the last place of deleted data: their pages are overwritten already.

        Returns whether the log is empty. It cannot be emptied while another program reads the database.
        """
        with self._lock:
            self._connection.execute(_WAIT_BRIEFLY)
            try:
                [(blocked, *_)] = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            finally:
                self._connection.execute(_WAIT)
        return not blocked

    def rows(self, statement: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
        """Returns all rows of a query."""
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


# In WAL mode commits reach the disk in order with either setting; a power failure can undo the last ones only.
_SYNC_NOW = "PRAGMA synchronous = FULL"
_SYNC_LATER = "PRAGMA synchronous = NORMAL"

_WAIT = f"PRAGMA busy_timeout = {1000 * BUSY_TIMEOUT_S}"
_WAIT_BRIEFLY = f"PRAGMA busy_timeout = {1000 * SCRUB_TIMEOUT_S:.0f}"
