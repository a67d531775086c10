"""Door."""

from __future__ import annotations

from bot.operations.health_server import monitored
from bot.operations.menus import show_menus
from bot.operations.self_check import findings

__all__ = [
    "findings",
    "monitored",
    "show_menus",
]
