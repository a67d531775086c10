"""Who may ask: everybody, those on a list, or those who have opened the bot by its password."""

from __future__ import annotations

import hashlib
import hmac

from bot.database import State
from bot.settings import AccessMode, AccessRules


class AccessControl:
    """Applies the rules, and remembers who has given the password and which groups have moved."""

    def __init__(self, access: AccessRules, state: State) -> None:
        self._access = access
        self._state = state
        # Who has come in by an old password has to give the new one.
        self._key = _key(access.password) if access.mode is AccessMode.PASSWORD else ""

    def admits(self, user: int | None, chat: int | None) -> bool:
        """Whether a user may ask in a chat."""
        if self._access.mode is AccessMode.OPEN or {user, chat} & (self._access.allowed | self._access.admins):
            return True
        if self._access.mode is AccessMode.PASSWORD and user is not None and self._has_opened(user):
            return True
        return bool(self._access.allowed) and chat is not None and self._was(chat) in self._access.allowed

    def is_admin(self, user: int | None) -> bool:
        """Whether somebody runs the bot."""
        return user in self._access.admins

    def is_password(self, text: str) -> bool:
        """Whether this opens the bot; it takes as long for any text."""
        given, password = text.encode(), self._access.password.encode()
        return self._access.mode is AccessMode.PASSWORD and hmac.compare_digest(given, password)

    def open_for(self, user: int) -> None:
        """Remember that somebody has given the password."""
        with self._state.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO admitted VALUES (?, ?)", (user, self._key))

    def note_move(self, old: int, new: int) -> None:
        """A group goes on under another number."""
        with self._state.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO moved_group VALUES (?, ?)", (new, old))

    def _has_opened(self, user: int) -> bool:
        return self._state.rows("SELECT key FROM admitted WHERE user_id = ?", (user,)) == [(self._key,)]

    def _was(self, chat: int) -> object:
        [(old,)] = self._state.rows("SELECT old FROM moved_group WHERE new = ?", (chat,)) or [(None,)]
        return old


def _key(password: str) -> str:
    """What is kept of a password: slow to guess from."""
    return hashlib.scrypt(password.encode(), salt=b"hoibao bot access", n=2**14, r=8, p=1).hex()
