"""Door."""

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
