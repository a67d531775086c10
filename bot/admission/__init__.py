"""Door."""

from __future__ import annotations

from bot.admission.gate import PASSWORDS, Gate
from bot.admission.ordering import Turns
from bot.admission.quotas import TAPS, Admission, Quota
from bot.admission.rules import Door

__all__ = [
    "PASSWORDS",
    "TAPS",
    "Admission",
    "Door",
    "Gate",
    "Quota",
    "Turns",
]
