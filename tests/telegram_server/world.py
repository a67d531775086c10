"""The state of the server, shared between threads: chats, messages, updates, calls, violations."""

from __future__ import annotations

import itertools
import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable

from tests.telegram_server.errors import RefusedError
from tests.telegram_server.faults import Fault
from tests.telegram_server.tables import NOT_BY_DEFAULT, UPDATE_KINDS
from tests.telegram_server.values import NOW, TOO_OLD, Call, Chat, Json, Query, Scope, Upload, Webhook

PATIENCE_S = 60.0
"""How long a test waits for something to happen before it fails."""


class World:
    """The state of one server."""

    def __init__(self) -> None:
        self.me: Json = {"id": 900, "is_bot": True, "first_name": "HỏiBáo", "username": "hoibao_test_bot"}
        self.changed = threading.Condition(threading.RLock())
        self.chats: dict[int, Chat] = {}
        self.users: dict[int, Json] = {}
        self.updates: list[Json] = []
        self.calls: list[Call] = []
        self.violations: list[str] = []
        self.faults: defaultdict[str, deque[Fault]] = defaultdict(deque)
        self.files: dict[str, Upload] = {}
        self.menus: dict[tuple[Scope, str], list[Json]] = {}
        """Commands by scope and language; the language is empty for all that have none of their own."""
        self.about: dict[tuple[str, str], str] = {}
        """The bot's `description` and `short_description` by language."""
        self.queries: dict[str, Query] = {}
        self.inline_messages: dict[str, tuple[Chat, int]] = {}
        """What was sent through inline mode and has buttons: chat and number."""
        self.token_revoked = False
        self.webhook: Webhook | None = None
        self.allowed_updates: frozenset[str] | None = None
        self.on_update: Callable[[], None] = lambda: None
        self._message_ids = itertools.count(1)
        self._update_ids = itertools.count(500)
        self._chat_ids = itertools.count(1001)
        self._query_ids = itertools.count(4_000_000_000_000_000_000)

    def new_chat(self, **about: object) -> Chat:
        """A chat with a number of its own, negative for groups and channels."""
        number = next(self._chat_ids)
        chat = Chat({"id": number if about["type"] == "private" else -number, **about})
        with self.changed:
            self.chats[chat.id] = chat
        return chat

    def new_message(self, chat: Chat, **content: object) -> Json:
        """A message in a chat, from whomever."""
        with self.changed:
            number = next(self._message_ids)
            message = {"message_id": number, "date": NOW, "chat": chat.json, **content}
            chat.messages[number] = message
            chat.versions[number] = [message]
            self.changed.notify_all()
        return message

    def replace_message(self, message: Json) -> None:
        """An edit."""
        chat, number = self.chats[message["chat"]["id"]], message["message_id"]
        with self.changed:
            chat.messages[number] = message
            chat.versions[number].append(message)
            self.changed.notify_all()

    def delete_message(self, chat: Chat, number: int) -> None:
        """Take a message away."""
        with self.changed:
            del chat.messages[number]
            self.changed.notify_all()

    def new_file(self, upload: Upload) -> Json:
        """Keep a file; what a Document or the like says of it."""
        with self.changed:
            number = f"file-{len(self.files) + 1}"
            self.files[number] = upload
        return {"file_id": number, "file_unique_id": f"unique-{number}", "file_size": len(upload.content)}

    def new_query(self) -> Query:
        """A query with a number of its own."""
        query = Query(str(next(self._query_ids)))
        with self.changed:
            self.queries[query.id] = query
        return query

    def new_inline_id(self, chat: Chat, number: int) -> str:
        """A name for a message that was sent through inline mode."""
        name = f"AgAAA{chat.id}-{number}"
        with self.changed:
            self.inline_messages[name] = (chat, number)
        return name

    def inline_id(self, chat: Chat, number: int) -> str | None:
        """The name of a message that was sent through inline mode, if it was."""
        return next((name for name, place in self.inline_messages.items() if place == (chat, number)), None)

    def answer_query(self, number: str, parameters: Json) -> None:
        """Keep the bot's answer to a query.

        Raises:
            ApiError: it comes too late.
            RefusedError: there is no such query, or it is answered.
        """
        with self.changed:
            query = self.queries.get(number)
            if query is None:
                raise RefusedError(TOO_OLD)
            query.be_answered(parameters)
            self.changed.notify_all()

    def add_update(self, kind: str, content: Json) -> int:
        """Have the bot told of something, if it has asked for such; returns the update's number."""
        wanted = self.allowed_updates or UPDATE_KINDS - NOT_BY_DEFAULT
        with self.changed:
            number = next(self._update_ids)
            # Before its first poll a bot gets all kinds of updates.
            if self.allowed_updates is None or kind in wanted:
                self.updates.append({"update_id": number, kind: content})
            self.changed.notify_all()
        self.on_update()
        return number

    def tell_of_membership(self, chat: Chat, by: Json, old: Json, new: Json) -> int:
        """Have the bot told of what it is now in a chat, and by whose doing."""
        members = {"old_chat_member": {"user": self.me, **old}, "new_chat_member": {"user": self.me, **new}}
        return self.add_update("my_chat_member", {"chat": chat.json, "from": by, "date": NOW, **members})

    def confirm_below(self, offset: int) -> None:
        """Drops the updates that a poll with this offset confirms."""
        with self.changed:
            if offset < 0:
                self.updates = self.updates[offset:]
            self.updates = [update for update in self.updates if update["update_id"] >= offset]
            self.changed.notify_all()

    def remove_update(self, update: Json) -> None:
        """Forget an update that was delivered."""
        with self.changed:
            self.updates = [other for other in self.updates if other is not update]
            self.changed.notify_all()

    def note(self, call: Call) -> None:
        """Remember a call."""
        with self.changed:
            self.calls.append(call)
            self.changed.notify_all()

    def violate(self, what: str) -> None:
        """Remember a broken rule."""
        with self.changed:
            self.violations.append(what)
            self.changed.notify_all()

    def next_fault(self, method: str) -> Fault | None:
        """The fault that is due for this call, if any."""
        with self.changed:
            waiting = self.faults[method]
            return waiting.popleft() if waiting else None

    def wait_for_answer(self, query: Query) -> Json:
        """Block the test until the bot has answered; the parameters of its answer."""
        self.wait_until(lambda: query.answer is not None, f"an answer to query {query.id}")
        return query.answer or {}

    def wait_until(self, happened: Callable[[], bool], what: str) -> None:
        """Block the test until something has happened.

        Raises:
            AssertionError: it has not in a long time.
        """
        deadline = time.monotonic() + PATIENCE_S
        with self.changed:
            while not happened():
                if not self.changed.wait(deadline - time.monotonic()):
                    raise AssertionError(f"waited in vain for {what}; rules broken so far: {self.violations}")
