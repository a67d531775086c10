from pathlib import Path

import pytest

from bot.settings import Settings
from retrieval.errors import UsageError

TOKEN = "123:abc-DEF_1"


def read(**environ: str) -> Settings:
    return Settings.from_environment(environ, index=Path("index"), model="m")


def test_token_alone_is_enough() -> None:
    settings = read(TELEGRAM_BOT_TOKEN=f" {TOKEN}\n")
    assert settings == Settings(TOKEN, Path("index"), Path("index/bot.db"), "m", "https://api.telegram.org")


def test_state_may_live_elsewhere() -> None:
    assert read(TELEGRAM_BOT_TOKEN=TOKEN, HOIBAO_BOT_STATE="/var/bot.db").state == Path("/var/bot.db")


def test_token_is_not_in_the_repr() -> None:
    assert "abc" not in repr(read(TELEGRAM_BOT_TOKEN=TOKEN))


def test_local_server() -> None:
    settings = read(TELEGRAM_BOT_TOKEN=TOKEN, HOIBAO_BOT_API="http://127.0.0.1:8081/")
    assert settings.api == "http://127.0.0.1:8081"


@pytest.mark.parametrize("token", [None, "", "  "])
def test_missing_token_says_where_to_get_one(token: str | None) -> None:
    with pytest.raises(UsageError, match=r"TELEGRAM_BOT_TOKEN is not set.*@BotFather") as failure:
        read(**({} if token is None else {"TELEGRAM_BOT_TOKEN": token}))
    assert "\n" not in str(failure.value)


@pytest.mark.parametrize("token", ["abc", "123:a b", "bot123:abc", "123:", "123:secret\nmore"])
def test_malformed_token_is_refused_and_not_repeated(token: str) -> None:
    with pytest.raises(UsageError, match="does not look like a bot token") as failure:
        read(TELEGRAM_BOT_TOKEN=token)
    assert token not in str(failure.value)


@pytest.mark.parametrize("api", ["localhost:8081", "ftp://host", "http://", "/bot", "http://[bad"])
def test_address_that_is_none_is_refused(api: str) -> None:
    with pytest.raises(UsageError, match="HOIBAO_BOT_API"):
        read(TELEGRAM_BOT_TOKEN=TOKEN, HOIBAO_BOT_API=api)
