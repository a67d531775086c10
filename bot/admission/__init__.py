"""Admission: decides who may ask, how much, and in which order updates are handled.

In comes each update with its turn; it reaches the handlers of `conversation` and `admin` when its turn has come, or it
is refused with a short message. `wiring` makes the parts, `routes` puts the gate before all handlers.
"""

from __future__ import annotations

from bot.admission.gate import PASSWORD_QUOTA, Gate
from bot.admission.ordering import UpdateScheduler
from bot.admission.quotas import TAP_QUOTA, Admission, Quota
from bot.admission.rules import AccessControl

__all__ = [
    "PASSWORD_QUOTA",
    "TAP_QUOTA",
    "AccessControl",
    "Admission",
    "Gate",
    "Quota",
    "UpdateScheduler",
]
