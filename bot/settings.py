"""What the bot is told from outside: the token, the server, the index."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from retrieval.errors import UsageError

TOKEN_VARIABLE = "TELEGRAM_BOT_TOKEN"
API_VARIABLE = "HOIBAO_BOT_API"
STATE_VARIABLE = "HOIBAO_BOT_STATE"
TELEGRAM = "https://api.telegram.org"

_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one run of the bot; the token stays out of `repr`."""

    token: str = field(repr=False)
    index: Path
    state: Path
    """The file of the bot's own database."""
    model: str | None = None
    api: str = TELEGRAM
    """Root address of the Bot API server; another one than Telegram's for a local server."""
    search_threads: int = 4
    reply_timeout_s: float = 20.0
    """How long one call may take before it counts as lost."""
    poll_timeout_s: int = 30
    """How long the server holds a poll for updates open."""

    @classmethod
    def from_environment(cls, environ: Mapping[str, str], *, index: Path, model: str | None = None) -> Self:
        """Read the token, the server's address and where the state is from environment variables.

        Raises:
            UsageError: the token is missing or malformed, or the address is not an http(s) one.
        """
        return cls(_token(environ), index, state_file(environ, index), model, _api(environ))


def state_file(environ: Mapping[str, str], index: Path) -> Path:
    """Where the bot's own database is."""
    path = environ.get(STATE_VARIABLE, "").strip()
    return Path(path) if path else index / "bot.db"


def _token(environ: Mapping[str, str]) -> str:
    token = environ.get(TOKEN_VARIABLE, "").strip()
    if not token:
        raise UsageError(
            f"{TOKEN_VARIABLE} is not set: send /newbot to @BotFather in Telegram to get a token, "
            f"then run `{TOKEN_VARIABLE}=<token> hoibao bot`"
        )
    if not _TOKEN.fullmatch(token):
        # The value is not shown: part of it may be a working token.
        raise UsageError(
            f"{TOKEN_VARIABLE} does not look like a bot token (digits, a colon, letters): "
            "copy it again from @BotFather, with /mybots -> API Token"
        )
    return token


def _api(environ: Mapping[str, str]) -> str:
    api = environ.get(API_VARIABLE, "").strip().rstrip("/")
    if not api:
        return TELEGRAM
    if not _is_web_address(api):
        raise UsageError(f"{API_VARIABLE} is {api!r}: give the address as http://host:port")
    return api


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
