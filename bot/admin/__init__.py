"""Door."""

from __future__ import annotations

from bot.admin.commands import AdminCommands
from bot.admin.upload_files import PendingFiles
from bot.admin.uploads import Uploads, is_upload_tap

__all__ = [
    "AdminCommands",
    "PendingFiles",
    "Uploads",
    "is_upload_tap",
]
