"""Administration: the commands and files of administrators.

In come the commands `/trangthai` and `/taiban` and files of articles from the private chats of administrators; out go
the bot's status and reports of what was added to the index. `routes` lets only administrators through.
"""

from __future__ import annotations

from bot.admin.commands import AdminCommands
from bot.admin.upload_files import PendingFiles
from bot.admin.uploads import UPLOAD_ACTIONS, Uploads

__all__ = [
    "UPLOAD_ACTIONS",
    "AdminCommands",
    "PendingFiles",
    "Uploads",
]
