from pathlib import Path

import pytest
from click.testing import CliRunner

from bot import settings as settings_module
from bot.cli import bot_command as command
from bot.settings import AccessMode, AccessRules, Address, Settings, Webhook
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


@pytest.mark.parametrize("token", ["abc", "123:a b", "bot123:abc", "123:", "123:secret\nmore", f"{10**18}:a"])
def test_malformed_token_is_refused_and_not_repeated(token: str) -> None:
    with pytest.raises(UsageError, match="does not look like a bot token") as failure:
        read(TELEGRAM_BOT_TOKEN=token)
    assert token not in str(failure.value)


@pytest.mark.parametrize("api", ["localhost:8081", "ftp://host", "http://", "/bot", "http://[bad"])
def test_address_that_is_none_is_refused(api: str) -> None:
    with pytest.raises(UsageError, match="HOIBAO_BOT_API"):
        read(TELEGRAM_BOT_TOKEN=TOKEN, HOIBAO_BOT_API=api)


def test_access_is_open_unless_said_otherwise() -> None:
    assert read(TELEGRAM_BOT_TOKEN=TOKEN).access == AccessRules()


def test_access_by_list_with_administrators() -> None:
    settings = read(
        TELEGRAM_BOT_TOKEN=TOKEN, HOIBAO_BOT_ACCESS="List", HOIBAO_BOT_ALLOWED="1, -100", HOIBAO_BOT_ADMINS="7 8"
    )
    assert settings.access == AccessRules(AccessMode.LIST, frozenset({1, -100}), "", frozenset({7, 8}))


def test_access_by_password_which_is_not_in_the_repr() -> None:
    settings = read(TELEGRAM_BOT_TOKEN=TOKEN, HOIBAO_BOT_ACCESS="password", HOIBAO_BOT_PASSWORD="mo-cua-ra")
    assert settings.access == AccessRules(AccessMode.PASSWORD, password="mo-cua-ra")
    assert "mo-cua-ra" not in repr(settings)


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"ACCESS": "closed"}, "HOIBAO_BOT_ACCESS is 'closed': it is one of open, list, password"),
        ({"ACCESS": "list"}, "nobody is on it"),
        ({"ALLOWED": "1"}, "everybody may ask"),
        ({"PASSWORD": "mo-cua-ra"}, "not asked for"),
        ({"ACCESS": "password"}, "8 to 64"),
        ({"ACCESS": "password", "PASSWORD": "ngắn"}, "8 to 64"),
        ({"ADMINS": "@alice"}, "HOIBAO_BOT_ADMINS has '@alice'"),
        ({"WEBHOOK": "http://example.org/bot"}, "HOIBAO_BOT_WEBHOOK"),
        ({"WEBHOOK": "example.org"}, "HOIBAO_BOT_WEBHOOK"),
        ({"WEBHOOK": "https://example.org/bot", "WEBHOOK_SECRET": "short"}, "HOIBAO_BOT_WEBHOOK_SECRET"),
        ({"WEBHOOK": "https://example.org/bot", "LISTEN": "8080"}, "HOIBAO_BOT_LISTEN is '8080'"),
        ({"PREVIEWS": "yes"}, "HOIBAO_BOT_PREVIEWS is 'yes': it is on or off"),
        ({"MONITOR": "localhost:99999"}, "HOIBAO_BOT_MONITOR is 'localhost:99999'"),
    ],
)
def test_bad_value_is_one_clear_line(variables: dict[str, str], message: str) -> None:
    with pytest.raises(UsageError, match=message) as failure:
        read(TELEGRAM_BOT_TOKEN=TOKEN, **{f"HOIBAO_BOT_{name}": value for name, value in variables.items()})
    assert "\n" not in str(failure.value)
    assert variables.get("PASSWORD", "\0") not in str(failure.value)


def test_webhook_and_monitor() -> None:
    settings = read(
        TELEGRAM_BOT_TOKEN=TOKEN,
        HOIBAO_BOT_WEBHOOK="https://example.org/bot",
        HOIBAO_BOT_WEBHOOK_SECRET="a-secret-of-sixteen",
        HOIBAO_BOT_MONITOR="[::1]:9090",
    )
    assert settings.webhook == Webhook("https://example.org/bot", "a-secret-of-sixteen", Address("127.0.0.1", 8080))
    assert settings.monitor == Address("::1", 9090)
    assert "a-secret" not in repr(settings)


def test_previews_of_articles_are_off_unless_switched_on() -> None:
    assert not read(TELEGRAM_BOT_TOKEN=TOKEN).previews
    assert read(TELEGRAM_BOT_TOKEN=TOKEN, HOIBAO_BOT_PREVIEWS="On").previews


def test_webhook_gets_a_new_secret_at_each_start_unless_one_is_given() -> None:
    settings = [read(TELEGRAM_BOT_TOKEN=TOKEN, HOIBAO_BOT_WEBHOOK="https://example.org/bot") for _ in range(2)]
    secrets = {one.webhook.secret for one in settings if one.webhook}
    assert len(secrets) == 2 and all(len(secret) >= 32 for secret in secrets)


def test_webhook_over_plain_http_is_for_a_server_of_one_s_own() -> None:
    own = {"HOIBAO_BOT_API": "http://10.0.0.2:8081", "HOIBAO_BOT_WEBHOOK": "http://10.0.0.3/bot"}
    webhook = read(TELEGRAM_BOT_TOKEN=TOKEN, **own).webhook
    assert webhook is not None and webhook.url == "http://10.0.0.3/bot"


def test_every_variable_is_explained_in_the_help() -> None:
    names = {value for name, value in vars(settings_module).items() if name.endswith("_VARIABLE")}
    assert len(names) == 12
    shown = CliRunner().invoke(command, ["--help"]).output
    assert [name for name in names if name not in shown] == []
