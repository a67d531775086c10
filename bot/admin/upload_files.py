"""Files that were sent and wait to be confirmed, each in a folder of its own under a key that cannot be guessed."""

from __future__ import annotations

import secrets
import shutil
import time
from collections.abc import Callable, Container
from pathlib import Path

FILE_SUFFIXES = (".txt", ".jsonl", ".html")
FILE_LIFETIME_S = 24 * 3600.0
LONGEST_NAME_BYTES = 120
FILE_KEY_BYTES = 9
"""Of which twelve characters are made."""


class PendingFiles:
    """The files in one folder, which is made when there is one."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._clock = clock

    def new_key(self, keep: Container[str]) -> str:
        """Make room for a file, and forget those that have waited for a day, but for those to keep."""
        for place in self._folder.glob("*"):
            if place.name not in keep and self._clock() - place.stat().st_mtime > FILE_LIFETIME_S:
                self.drop(place.name)
        key = secrets.token_urlsafe(FILE_KEY_BYTES)
        self.place(key).mkdir(parents=True)
        return key

    def place(self, key: str) -> Path:
        """The folder of a key."""
        return self._folder / key

    def find(self, key: str) -> Path | None:
        """The file of a key; None if it is not there any more."""
        return next(self.place(key).glob("*"), None)

    def drop(self, key: str) -> None:
        """Forget a file."""
        shutil.rmtree(self.place(key), ignore_errors=True)


def safe_name(name: str) -> str:
    """A file's name as a person has chosen it, made fit for any folder; it keeps its ending."""
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(character if character.isprintable() else " " for character in last).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    room = LONGEST_NAME_BYTES - len(f"{dot}{ending}".encode())
    return f"{stem.encode()[: max(1, room)].decode(errors='ignore')}{dot}{ending}" if dot else plain
