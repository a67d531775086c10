"""The settings of the bot, read from environment variables."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum, auto
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from retrieval import DEFAULT_READER, ReaderChoice, UsageError, available_cores

TOKEN_VARIABLE = "TELEGRAM_BOT_TOKEN"
API_VARIABLE = "HOIBAO_BOT_API"
STATE_VARIABLE = "HOIBAO_BOT_STATE"
ACCESS_VARIABLE = "HOIBAO_BOT_ACCESS"
ALLOWED_VARIABLE = "HOIBAO_BOT_ALLOWED"
PASSWORD_VARIABLE = "HOIBAO_BOT_PASSWORD"
ADMINS_VARIABLE = "HOIBAO_BOT_ADMINS"
WEBHOOK_VARIABLE = "HOIBAO_BOT_WEBHOOK"
SECRET_VARIABLE = "HOIBAO_BOT_WEBHOOK_SECRET"
LISTEN_VARIABLE = "HOIBAO_BOT_LISTEN"
MONITOR_VARIABLE = "HOIBAO_BOT_MONITOR"
PREVIEWS_VARIABLE = "HOIBAO_BOT_PREVIEWS"
TELEGRAM_API = "https://api.telegram.org"

DEFAULT_LISTEN = "127.0.0.1:8080"
"""Default address for webhook calls; a reverse proxy with the certificate is in front of it."""

_TOKEN = re.compile(r"\d{1,18}:[A-Za-z0-9_-]+")
# The characters that a deep link may hold, and not so few that they can be guessed.
_PASSWORD = re.compile(r"[A-Za-z0-9_-]{8,64}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{16,256}")
_ADDRESS = re.compile(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+):(\d{1,5})")


class AccessMode(StrEnum):
    """Who may ask; people on the list and administrators may in every mode."""

    OPEN = auto()
    LIST = auto()
    PASSWORD = auto()


@dataclass(frozen=True, slots=True)
class AccessRules:
    """The access rules, with Telegram's numbers of users and groups."""

    mode: AccessMode = AccessMode.OPEN
    allowed: frozenset[int] = frozenset()
    password: str = field(default="", repr=False)
    admins: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Address:
    """A local address to listen on."""

    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Webhook:
    """The public address that Telegram calls, and where the calls arrive."""

    url: str
    secret: str = field(repr=False)
    listen: Address


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one run of the bot; the token stays out of `repr`."""

    token: str = field(repr=False)
    index: Path
    state: Path
    """The file of the bot's own database."""
    model: str | None = None
    api: str = TELEGRAM_API
    """Root address of the Bot API server: Telegram's, or a local server's."""
    search_threads: int = field(default_factory=lambda: max(2, available_cores()))
    """Questions searched for at once: with one thread all would wait for a slow question, and with more threads than
    cores each costs more processor time and is answered no sooner."""
    reply_timeout_s: float = 20.0
    """Timeout of one call to Telegram."""
    poll_timeout_s: int = 30
    """How long the server holds a poll open."""
    access: AccessRules = field(default_factory=AccessRules)
    webhook: Webhook | None = None
    """None where the bot polls."""
    monitor: Address | None = None
    """Address of the health checks and metrics; None without."""
    reader: ReaderChoice = DEFAULT_READER
    """Which reader reads the best passages, or none."""
    previews: bool = False
    """Whether cards show Telegram's preview of the quoted article, with its photo."""

    @property
    def bot(self) -> int:
        """User number of the bot, the first part of its token."""
        return int(self.token.partition(":")[0])

    @property
    def uploads(self) -> Path:
        """Folder of the files that administrators have sent and not yet confirmed."""
        return self.state.with_name(f"{self.state.stem}-uploads")

    @classmethod
    def from_environment(
        cls, environ: Mapping[str, str], *, index: Path, model: str | None = None, reader: ReaderChoice = DEFAULT_READER
    ) -> Self:
        """Reads all other settings from environment variables.

        Raises:
            UsageError: a variable is missing, malformed or contradicts another.
        """
        api, monitor = _api(environ), _value(environ, MONITOR_VARIABLE)
        return cls(
            _token(environ),
            index,
            state_file(environ, index),
            model,
            api,
            access=_access(environ),
            webhook=_webhook(environ, api),
            monitor=_address(MONITOR_VARIABLE, monitor) if monitor else None,
            reader=reader,
            previews=_switch(environ, PREVIEWS_VARIABLE),
        )


def _value(environ: Mapping[str, str], name: str) -> str:
    return environ.get(name, "").strip()


def _switch(environ: Mapping[str, str], name: str) -> bool:
    value = _value(environ, name).lower() or "off"
    if value not in ("on", "off"):
        raise UsageError(f"{name} is {value!r}: it is on or off")
    return value == "on"


def state_file(environ: Mapping[str, str], index: Path) -> Path:
    """Returns the path of the bot's own database."""
    path = _value(environ, STATE_VARIABLE)
    return Path(path) if path else index / "bot.db"


def _token(environ: Mapping[str, str]) -> str:
    token = _value(environ, TOKEN_VARIABLE)
    if not token:
        raise UsageError(
            f"{TOKEN_VARIABLE} is not set: send /newbot to @BotFather in Telegram to get a token, "
            f"then run `{TOKEN_VARIABLE}=<token> hoibao bot`"
        )
    if not _TOKEN.fullmatch(token):
        # Without the value: part of it may be a working token.
        raise UsageError(
            f"{TOKEN_VARIABLE} does not look like a bot token (digits, a colon, letters): "
            "copy it again from @BotFather, with /mybots -> API Token"
        )
    return token


def _api(environ: Mapping[str, str]) -> str:
    api = _value(environ, API_VARIABLE).rstrip("/")
    if not api:
        return TELEGRAM_API
    if not _is_web_address(api):
        raise UsageError(f"{API_VARIABLE} is {api!r}: give the address as http://host:port")
    return api


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _access(environ: Mapping[str, str]) -> AccessRules:
    name = _value(environ, ACCESS_VARIABLE).lower() or AccessMode.OPEN
    if name not in list(AccessMode):
        raise UsageError(f"{ACCESS_VARIABLE} is {name!r}: it is one of {', '.join(AccessMode)}")
    mode, password = AccessMode(name), _value(environ, PASSWORD_VARIABLE)
    access = AccessRules(mode, _numbers(environ, ALLOWED_VARIABLE), password, _numbers(environ, ADMINS_VARIABLE))
    _check_access(access)
    return access


def _check_access(access: AccessRules) -> None:
    """Refuses rules that contradict each other, and so would let in others than the operator means."""
    if access.mode is AccessMode.OPEN and access.allowed:
        raise UsageError(f"{ALLOWED_VARIABLE} is set, but everybody may ask: set {ACCESS_VARIABLE}=list as well")
    if access.mode is not AccessMode.PASSWORD and access.password:
        raise UsageError(f"{PASSWORD_VARIABLE} is set, but not asked for: set {ACCESS_VARIABLE}=password as well")
    if access.mode is AccessMode.LIST and not access.allowed | access.admins:
        raise UsageError(
            f"{ACCESS_VARIABLE} is list, but nobody is on it: set {ALLOWED_VARIABLE}, e.g. to 12345,-100987"
        )
    if access.mode is AccessMode.PASSWORD and not _PASSWORD.fullmatch(access.password):
        raise UsageError(
            f"{PASSWORD_VARIABLE} must be 8 to 64 of A-Z a-z 0-9 _ - to fit into a link (t.me/<bot>?start=<password>)"
        )


def _numbers(environ: Mapping[str, str], name: str) -> frozenset[int]:
    words = _value(environ, name).replace(",", " ").split()
    if wrong := [word for word in words if not re.fullmatch(r"-?\d{1,19}", word)]:
        raise UsageError(
            f"{name} has {wrong[0]!r}: give numbers of users and groups, with commas between (a bot such as "
            "@userinfobot tells them)"
        )
    return frozenset(map(int, words))


def _webhook(environ: Mapping[str, str], api: str) -> Webhook | None:
    url = _value(environ, WEBHOOK_VARIABLE)
    if not url:
        return None
    # A local Bot API server may call over plain HTTP.
    if not _is_web_address(url) or (api == TELEGRAM_API and not url.startswith("https://")):
        raise UsageError(
            f"{WEBHOOK_VARIABLE} is {url!r}: give the address that Telegram can call, as https://host/path"
        )
    secret = _value(environ, SECRET_VARIABLE) or secrets.token_urlsafe(32)
    if not _SECRET.fullmatch(secret):
        raise UsageError(
            f"{SECRET_VARIABLE} must be 16 to 256 of A-Z a-z 0-9 _ - (or unset, for a new one at each start)"
        )
    return Webhook(url, secret, _address(LISTEN_VARIABLE, _value(environ, LISTEN_VARIABLE) or DEFAULT_LISTEN))


def _address(name: str, text: str) -> Address:
    match = _ADDRESS.fullmatch(text)
    if not match or int(match[2]) > 65535:
        raise UsageError(f"{name} is {text!r}: give host:port, e.g. 127.0.0.1:9090")
    return Address(match[1].strip("[]"), int(match[2]))
