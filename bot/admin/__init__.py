"""Door."""

from __future__ import annotations

from bot.admin.commands import Administration
from bot.admin.upload_files import WaitingFiles
from bot.admin.uploads import Uploads, is_about_a_file

__all__ = [
    "Administration",
    "Uploads",
    "WaitingFiles",
    "is_about_a_file",
]
