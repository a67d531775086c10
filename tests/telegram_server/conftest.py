from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.telegram_server import Person, TelegramServer


@pytest.fixture
def server() -> Iterator[TelegramServer]:
    with TelegramServer() as running:
        yield running


@pytest.fixture
def alice(server: TelegramServer) -> Person:
    return server.person("Alice")
