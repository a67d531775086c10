"""Access rules: open to everybody, to a list, or by a password."""

from __future__ import annotations

import hashlib
import hmac

from bot.database import State
from bot.settings import AccessMode, AccessRules


class AccessControl:
    """Applies the access rules. Stores who has given the password, and the new numbers of migrated groups."""

    def __init__(self, rules: AccessRules, state: State) -> None:
        self._rules = rules
        self._state = state
        # Access that was granted by an earlier password does not count.
        self._password_key = _password_key(rules.password) if rules.mode is AccessMode.PASSWORD else ""

    def is_allowed(self, user: int | None, chat: int | None) -> bool:
        """Tells whether a user may ask in a chat."""
        if self._rules.mode is AccessMode.OPEN or {user, chat} & (self._rules.allowed | self._rules.admins):
            return True
        if self._rules.mode is AccessMode.PASSWORD and user is not None and self._is_granted(user):
            return True
        return bool(self._rules.allowed) and chat is not None and self._previous_number(chat) in self._rules.allowed

    def is_admin(self, user: int | None) -> bool:
        """Tells whether a user is an administrator."""
        return user in self._rules.admins

    def matches_password(self, text: str) -> bool:
        """Compares a text with the password, in constant time."""
        given, password = text.encode(), self._rules.password.encode()
        return self._rules.mode is AccessMode.PASSWORD and hmac.compare_digest(given, password)

    def grant(self, user: int) -> None:
        """Stores that a user has given the password."""
        with self._state.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO admitted VALUES (?, ?)", (user, self._password_key))

    def record_migration(self, old: int, new: int) -> None:
        """Stores that a group has a new number."""
        with self._state.transaction() as connection:
            connection.execute("INSERT OR REPLACE INTO moved_group VALUES (?, ?)", (new, old))

    def _is_granted(self, user: int) -> bool:
        return self._state.rows("SELECT key FROM admitted WHERE user_id = ?", (user,)) == [(self._password_key,)]

    def _previous_number(self, chat: int) -> object:
        [(old,)] = self._state.rows("SELECT old FROM moved_group WHERE new = ?", (chat,)) or [(None,)]
        return old


def _password_key(password: str) -> str:
    """Returns the stored form of a password, by scrypt: slow to guess from."""
    return hashlib.scrypt(password.encode(), salt=b"hoibao bot access", n=2**14, r=8, p=1).hex()
