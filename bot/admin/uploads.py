"""Uploads: administrators send files of articles, preview them, and add them by a button.

For the inbox, the tap that confirms is handled when the file has been added: after a restart, adding begins again.
"""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Self

from telegram import CallbackQuery, Document, Message, Update
from telegram.constants import FileSizeLimit
from telegram.error import TelegramError

from bot.admin.add_process import AddingError, AddProgress, AddReport, add_file, preview_file
from bot.admin.texts import added_text, failed_text, file_label, preview_text, progress_text
from bot.admin.upload_files import FILE_SUFFIXES, PendingFiles, safe_name
from bot.admission import AccessControl
from bot.cards import Action, CallbackButton, CallbackData, Card, Texts
from bot.conversation import Turn
from bot.logs import error_trace
from bot.telegram import Messenger, error_summary

PROGRESS_DELAY_S = 2.0
PROGRESS_EVERY_S = 3.0

UPLOAD_ACTIONS = frozenset({Action.ADD, Action.DROP})
"""The actions of the buttons under an uploaded file."""

_log = logging.getLogger(__name__)


class Uploads:
    """Handles the files of administrators. As a context manager, it cancels at its end what is being added."""

    def __init__(self, index: Path, files: PendingFiles, access: AccessControl) -> None:
        self._index = index
        self._files = files
        self._access = access
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._adding = asyncio.Lock()

    async def __aenter__(self) -> Self:
        """Returns itself."""
        return self

    async def __aexit__(self, *exc: object) -> None:
        """Cancels what is being added; it begins again after the next start."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def on_file(self, update: Update, turn: Turn) -> None:
        """Reads a file, replies with what is in it, and asks whether to add it."""
        message, texts, messenger = update.message, turn.reader.texts, turn.messenger
        if message is None or message.document is None:
            return
        name = safe_name(message.document.file_name or "")
        if refusal := _refusal_text(message.document, name, texts):
            await messenger.reply(message, Card(refusal))
            return
        key = self._files.new_key(keep=self._tasks)
        try:
            path = self._files.folder_of(key) / name
            await _download(message.document, path, messenger)
            report = await preview_file(self._index, path)
        except (AddingError, TelegramError) as error:
            reason = error_summary(error) if isinstance(error, TelegramError) else str(error)
            self._files.delete(key)
            await messenger.reply(message, Card(failed_text(name, reason, texts)))
            return
        if not report.added + report.changed:
            self._files.delete(key)
        await messenger.reply(message, _preview_card(name, key, report, texts))

    async def on_tap(self, update: Update, turn: Turn) -> None:
        """Adds the file of a button, or deletes it."""
        tap, callback = update.callback_query, turn.callback
        if tap is None or callback is None:
            return
        key, texts, messenger = callback.key, turn.reader.texts, turn.messenger
        if not self._access.is_admin(tap.from_user.id):
            await messenger.answer_tap(tap, texts.expired_note)
            return
        path = self._files.find(key)
        if path is None:
            await messenger.answer_tap(tap, texts.upload_gone)
        elif key in self._tasks:
            await messenger.answer_tap(tap, texts.upload_under_way)
        elif callback.action is Action.DROP:
            self._files.delete(key)
            await messenger.answer_tap(tap, "")
            await _edit(tap, texts.upload_dropped.format(name=file_label(path.name)), messenger)
        else:
            # Before anything is awaited: a second tap must find the task.
            self._tasks[key] = task = asyncio.create_task(self._add(tap, key, path, turn))
            task.add_done_callback(lambda _: self._tasks.pop(key))
            messenger.handling.defer()
            await messenger.answer_tap(tap, "")

    async def _add(self, tap: CallbackQuery, key: str, path: Path, turn: Turn) -> None:
        """Adds a file, shows progress, reports, and finishes the handling of the tap."""
        texts, messenger = turn.reader.texts, turn.messenger
        await _edit(tap, texts.upload_adding.format(name=file_label(path.name)), messenger)
        try:
            async with self._adding:
                report = await self._add_with_progress(tap, path, turn)
            text = added_text(path.name, report, texts)
        except AddingError as error:
            _log.error("a file could not be added: %s", error)
            text = failed_text(path.name, str(error), texts)
        except Exception as error:
            _log.error("a file could not be added: %s", error_trace(error))
            text = texts.crashed
        self._files.delete(key)
        if isinstance(tap.message, Message):
            await messenger.reply(tap.message, Card(text))
        await messenger.handling.finish()

    async def _add_with_progress(self, tap: CallbackQuery, path: Path, turn: Turn) -> AddReport:
        clock = asyncio.get_running_loop().time
        show_at = clock() + PROGRESS_DELAY_S

        async def show_progress(progress: AddProgress) -> None:
            nonlocal show_at
            if clock() >= show_at:
                show_at = clock() + PROGRESS_EVERY_S
                await _edit(tap, progress_text(path.name, progress, turn.reader.texts), turn.messenger)

        return await add_file(self._index, path, show_progress)


def _preview_card(name: str, key: str, report: AddReport, texts: Texts) -> Card:
    """Says what adding a file would do. Has buttons where it would add or change articles."""
    text = preview_text(name, report, texts)
    if not report.added + report.changed:
        return Card(text)
    choice = (
        CallbackButton(texts.upload_yes, CallbackData(key, Action.ADD)),
        CallbackButton(texts.upload_no, CallbackData(key, Action.DROP)),
    )
    return Card(text, (choice,))


async def _download(document: Document, path: Path, messenger: Messenger) -> None:
    file = await messenger.retry(document.get_file)
    await messenger.retry(lambda: file.download_to_drive(path))


async def _edit(tap: CallbackQuery, text: str, messenger: Messenger) -> None:
    if tap.message:
        await messenger.edit(tap.message, Card(text))


def _refusal_text(document: Document, name: str, texts: Texts) -> str:
    """Says why a file is not taken; empty if it is."""
    if not name.lower().endswith(FILE_SUFFIXES):
        return texts.upload_kind
    if (document.file_size or 0) > FileSizeLimit.FILESIZE_DOWNLOAD:
        return texts.upload_too_big
    return ""
