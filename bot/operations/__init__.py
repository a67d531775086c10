"""Door."""

from __future__ import annotations

from bot.operations.health_server import serve_health
from bot.operations.menus import set_menus
from bot.operations.self_check import run_checks

__all__ = [
    "run_checks",
    "serve_health",
    "set_menus",
]
