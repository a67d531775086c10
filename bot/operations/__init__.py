"""Operations: the parts of the bot for its operator.

`hoibao bot --check` tests the settings, an HTTP server answers health checks and gives metrics, and the menus of
commands are set at the start; `cli` and `app` call them.
"""

from __future__ import annotations

from bot.operations.health_server import serve_health
from bot.operations.menus import set_menus
from bot.operations.self_check import run_checks

__all__ = [
    "run_checks",
    "serve_health",
    "set_menus",
]
