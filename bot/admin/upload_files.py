"""Uploaded files that wait for confirmation.

Each is in a folder of its own, named by a key that cannot be guessed.
"""

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
"""Random bytes of a key, in base64 twelve characters."""


class PendingFiles:
    """The pending files below one folder, which is made with the first file."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._clock = clock

    def new_key(self, keep: Container[str]) -> str:
        """Makes the folder of a new file and returns its key. Deletes files older than a day, save those to keep."""
        for folder in self._folder.glob("*"):
            if folder.name not in keep and self._clock() - folder.stat().st_mtime > FILE_LIFETIME_S:
                self.delete(folder.name)
        key = secrets.token_urlsafe(FILE_KEY_BYTES)
        self.folder_of(key).mkdir(parents=True)
        return key

    def folder_of(self, key: str) -> Path:
        """Returns the folder of a key."""
        return self._folder / key

    def find(self, key: str) -> Path | None:
        """Returns the file of a key; None if it was deleted."""
        return next(self.folder_of(key).glob("*"), None)

    def delete(self, key: str) -> None:
        """Deletes a file with its folder."""
        shutil.rmtree(self.folder_of(key), ignore_errors=True)


def safe_name(name: str) -> str:
    """Returns a person's file name made safe for any folder, with its suffix."""
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(character if character.isprintable() else " " for character in last).strip(" .")
    stem, dot, suffix = plain.rpartition(".")
    room = LONGEST_NAME_BYTES - len(f"{dot}{suffix}".encode())
    return f"{stem.encode()[: max(1, room)].decode(errors='ignore')}{dot}{suffix}" if dot else plain
