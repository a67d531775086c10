"""The server as a test sees it: it runs in a thread, and offers people, groups, faults and the calls so far."""

from __future__ import annotations

import asyncio
import threading
import time
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from tests.telegram_server.faults import Fault, Refuse
from tests.telegram_server.handling import Handling
from tests.telegram_server.limits import Clock, Limits
from tests.telegram_server.menus import menu_in, text_about
from tests.telegram_server.people import Person
from tests.telegram_server.places import Channel, Group
from tests.telegram_server.world import World

TOKEN = "123456789:AAtestTokenThatMustNeverBeSeen-0123"


class TelegramServer:
    """A Bot API server on a free local port; use it as a context manager.

    With `limits`, a bot that sends too fast by the clock is refused with 429.
    """

    def __init__(self, *, limits: bool = False, clock: Clock = time.monotonic) -> None:
        self.world = World()
        self.token = TOKEN
        self.url = ""
        self._limits = Limits(clock) if limits else None
        self._handling = Handling(self.world, self.token, self._limits)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="telegram-server")
        app = self._handling.app()
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)

    def __enter__(self) -> Self:
        """Listen."""
        self._thread.start()
        self._in_loop(self._listen())
        self.world.on_update = self._wake
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop listening; calls that are still waiting are cut off."""
        self._in_loop(self._runner.cleanup())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def person(self, name: str, language: str | None = None) -> Person:
        """Somebody with a private chat with the bot; `language` is that of the client, such as "en"."""
        chat = self.world.new_chat(type="private", first_name=name, username=name.lower())
        spoken = {"language_code": language} if language else {}
        user = {"id": chat.id, "is_bot": False, "first_name": name, **spoken}
        self.world.users[chat.id] = user
        chat.members[chat.id] = {"status": "member", "user": user}
        return Person(self.world, chat, user)

    def menu_of(self, person: Person, group: Group | None = None) -> list[dict[str, Any]]:
        """The commands that a person is offered in the chat with the bot, or in a group."""
        with self.world.changed:
            return menu_in(self.world, group.chat if group else person.chat, person.user)

    def description_for(self, person: Person) -> str:
        """What the empty chat with the bot shows to a person."""
        return text_about(self.world, "description", person.user)

    def short_description_for(self, person: Person) -> str:
        """What the bot's profile shows to a person."""
        return text_about(self.world, "short_description", person.user)

    def group(self, *, forum: bool = False) -> Group:
        """A group that the bot is in."""
        about: dict[str, Any] = {"type": "supergroup", "title": "Nhóm đọc báo"}
        return Group(self.world, self.world.new_chat(**about, **({"is_forum": True} if forum else {})))

    def channel(self) -> Channel:
        """A channel that the bot is in."""
        return Channel(self.world, self.world.new_chat(type="channel", title="Kênh tin"))

    def will(self, method: str, *faults: Fault) -> None:
        """Orders faults for the next calls of a method, one each."""
        with self.world.changed:
            self.world.faults[method].extend(faults)

    def another_program_polls(self) -> None:
        """Somebody else polls once with the same token; the bot's poll that waits, or its next one, ends with 409."""

        async def poll() -> None:
            if not self._handling.polls.end_by_another():
                self.will("getUpdates", Refuse.conflict())

        self._in_loop(poll())

    @property
    def floods(self) -> int:
        """How many messages were refused with 429 because the bot was too fast."""
        return self._limits.refused if self._limits else 0

    def revoke_token(self) -> None:
        """Revokes the token; the waiting poll ends."""
        self.world.token_revoked = True
        self._wake()

    def calls(self, method: str) -> list[dict[str, Any]]:
        """The parameters of all calls of a method so far."""
        with self.world.changed:
            return [call.parameters for call in self.world.calls if call.method == method]

    def wait_for_calls(self, method: str, count: int = 1) -> None:
        """Block until a method was called that many times in all."""
        self.world.wait_until(lambda: len(self.calls(method)) >= count, f"{count} calls of {method}")

    def wait_until_fetched(self) -> None:
        """Block until the bot has all updates: it has confirmed them, or its webhook has taken them."""
        self.world.wait_until(lambda: not self.world.updates, "all updates being fetched")

    def _in_loop(self, work: Any) -> None:  # noqa: ANN401 - any coroutine
        asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _listen(self) -> None:
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0]
        self.url = f"http://{host}:{port}"

    def _wake(self) -> None:
        self._loop.call_soon_threadsafe(self._handling.wake)
