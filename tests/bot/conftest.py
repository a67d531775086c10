from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bot.canned import Canned
from tests.bot.running import BotInThread, hoibao
from tests.telegram_server import Group, Person, TelegramServer


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The local server is reached directly, whatever the machine's settings are."""
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setenv("PTB_TIMEDELTA", "true")


@pytest.fixture
def telegram() -> Iterator[TelegramServer]:
    """A server; every rule that the bot breaks fails the test."""
    with TelegramServer() as server:
        yield server
    assert server.world.violations == []


@pytest.fixture
def answers() -> Canned:
    return Canned()


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """The file of the bot's database."""
    return tmp_path / "bot.db"


@pytest.fixture
def bot(telegram: TelegramServer, answers: Canned, state: Path) -> Iterator[BotInThread]:
    with BotInThread(telegram, answers, state) as running:
        yield running
        # A test that has failed may have left questions waiting.
        answers.open_gates()


@pytest.fixture
def alice(telegram: TelegramServer, bot: BotInThread) -> Person:
    """Somebody with a private chat with the running bot."""
    return telegram.person("Alice")


@pytest.fixture
def group(telegram: TelegramServer) -> Group:
    """A group that the bot is in."""
    return telegram.group()


@pytest.fixture(scope="session")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an index of the seed articles, built by the command line."""
    folder = tmp_path_factory.mktemp("index")
    hoibao("--index", folder, "sync", "seeds/")
    return folder


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """Where a process prints to."""
    return tmp_path / "output.txt"
