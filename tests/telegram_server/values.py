"""The values of the server's state: chats, calls, files, queries, and JSON objects of the Bot API."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.telegram_server.errors import ApiError, RefusedError

Json = dict[str, Any]
Scope = tuple[str | int, ...]
"""Whose menu it is: the type of a scope, and the chat and the user where it has them."""

TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
NOW = 1_700_000_000
"""The server's clock stands still; nothing in a message depends on the time."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call that the bot made, with its parameters converted."""

    method: str
    parameters: Json


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it was sent."""

    name: str
    content: bytes


@dataclass(slots=True, eq=False)
class Chat:
    """A chat as the server sees it.

    `messages` are those that stand there now, `versions` all that ever stood there, both by id; an edit makes a new
    dictionary. `from_bot` holds the bot's messages in order, as they were sent.
    """

    json: Json
    messages: dict[int, Json] = field(default_factory=dict)
    versions: dict[int, list[Json]] = field(default_factory=dict)
    from_bot: list[Json] = field(default_factory=list)
    topics: set[int] = field(default_factory=set)
    members: dict[int, Json] = field(default_factory=dict)
    """Those known to be in it by the numbers of their users, each a ChatMember."""
    error: ApiError | None = None
    """What every call for this chat gets."""
    hidden: bool = False
    """The bot is not in it, and cannot know of it."""

    @property
    def id(self) -> int:
        """Its number."""
        return int(self.json["id"])


@dataclass(slots=True)
class Query:
    """A query that the bot must answer in time: the tap of a button, or an inline query."""

    id: str
    answer: Json | None = None
    expired: bool = False

    def be_answered(self, parameters: Json) -> None:
        """Stores the bot's answer.

        Raises:
            ApiError: it comes too late.
            RefusedError: it is the second one.
        """
        if self.expired:
            raise ApiError.bad_request(TOO_OLD)
        if self.answer is not None:
            raise RefusedError(TOO_OLD)
        self.answer = parameters


@dataclass(frozen=True, slots=True)
class Webhook:
    """The webhook that updates are posted to."""

    url: str
    secret: str | None
    max_connections: int
    last_error: Json = field(default_factory=dict)
    """What getWebhookInfo tells of the last delivery that failed."""
