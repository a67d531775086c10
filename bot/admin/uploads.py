"""Files of articles that administrators send: what was read is shown, and added once that is confirmed.

The tap that confirms counts as handled, for the inbox, when the file has been added: what a restart interrupts is taken
up again.
"""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Self

from telegram import CallbackQuery, Document, Message, Update
from telegram.constants import FileSizeLimit
from telegram.error import TelegramError

from bot.admin import add_process as adding
from bot.admin.add_process import AddingError, AddProgress, AddReport
from bot.admin.texts import added_text, failed_text, file_label, preview_text, progress_text
from bot.admin.upload_files import FILE_SUFFIXES, PendingFiles, safe_name
from bot.admission import AccessControl
from bot.cards import Action, CallbackButton, CallbackData, Card, Texts, decode_callback, texts_for
from bot.logs import error_trace
from bot.telegram import (
    Context,
    Inbox,
    RetryPolicy,
    acknowledge,
    call_with_retries,
    current_turn,
    edit,
    error_summary,
    language_of,
    reply,
)

PROGRESS_DELAY_S = 2.0
PROGRESS_EVERY_S = 3.0

UPLOAD_ACTIONS = frozenset({Action.ADD, Action.DROP})
"""The taps that are about files."""

_log = logging.getLogger(__name__)


class Uploads:
    """Takes files from administrators; use as a context manager, which ends what is under way."""

    def __init__(
        self, index: Path, files: PendingFiles, door: AccessControl, inbox: Inbox, patience: RetryPolicy
    ) -> None:
        self._index = index
        self._files = files
        self._door = door
        self._inbox = inbox
        self._patience = patience
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._one_at_a_time = asyncio.Lock()

    async def __aenter__(self) -> Self:
        """Itself."""
        return self

    async def __aexit__(self, *exc: object) -> None:
        """Stop adding; it goes on after the next start."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def on_file(self, update: Update, context: Context) -> None:
        """Read a file, say what is in it, and ask."""
        message = update.message
        if message is None or message.document is None:
            return
        texts = texts_for(language_of(update))
        name = safe_name(message.document.file_name or "")
        if refusal := _refusal_text(message.document, name, texts):
            await reply(message, refusal, texts, self._patience)
            return
        key = self._files.new_key(keep=self._tasks)
        try:
            path = self._files.place(key) / name
            await self._fetch(message.document, path)
            report = await adding.preview_file(self._index, path)
        except (AddingError, TelegramError) as error:
            reason = error_summary(error) if isinstance(error, TelegramError) else str(error)
            self._files.drop(key)
            await reply(message, failed_text(name, reason, texts), texts, self._patience)
            return
        await self._ask(message, key, preview_text(name, report, texts), report, texts)

    async def on_tap(self, update: Update, context: Context) -> None:
        """Add the file, or drop it."""
        tap = update.callback_query
        press = decode_callback(tap.data) if tap else None
        if tap is None or press is None:
            return
        key, texts = press.key, texts_for(tap.from_user.language_code)
        if not self._door.is_admin(tap.from_user.id):
            await acknowledge(tap, texts.expired_note, self._patience)
            return
        path = self._files.find(key)
        if path is None:
            await acknowledge(tap, texts.upload_gone, self._patience)
        elif key in self._tasks:
            await acknowledge(tap, texts.upload_under_way, self._patience)
        elif press.action is Action.DROP:
            self._files.drop(key)
            await acknowledge(tap, "", self._patience)
            await self._show(tap, texts.upload_dropped.format(name=file_label(path.name)))
        else:
            # Before the first wait: a second tap must find it under way.
            self._tasks[key] = task = asyncio.create_task(self._add(tap, key, path, texts))
            task.add_done_callback(lambda _: self._tasks.pop(key))
            if turn := current_turn.get():
                turn.deferred = True
            await acknowledge(tap, "", self._patience)

    async def _add(self, tap: CallbackQuery, key: str, path: Path, texts: Texts) -> None:
        """Add the file, saying how far it is, and report; then the tap is handled."""
        await self._show(tap, texts.upload_adding.format(name=file_label(path.name)))
        try:
            async with self._one_at_a_time:
                report = await self._add_with_progress(tap, path, texts)
            text = added_text(path.name, report, texts)
        except AddingError as error:
            _log.error("a file could not be added: %s", error)
            text = failed_text(path.name, str(error), texts)
        except Exception as error:
            _log.error("a file could not be added: %s", error_trace(error))
            text = texts.crashed
        self._files.drop(key)
        if isinstance(tap.message, Message):
            await reply(tap.message, text, texts, self._patience)
        if turn := current_turn.get():
            await self._inbox.finish(turn)

    async def _add_with_progress(self, tap: CallbackQuery, path: Path, texts: Texts) -> AddReport:
        clock = asyncio.get_running_loop().time
        tell_at = clock() + PROGRESS_DELAY_S

        async def told(progress: AddProgress) -> None:
            nonlocal tell_at
            if clock() >= tell_at:
                tell_at = clock() + PROGRESS_EVERY_S
                await self._show(tap, progress_text(path.name, progress, texts))

        return await adding.add_file(self._index, path, told)

    async def _ask(self, message: Message, key: str, text: str, report: AddReport, texts: Texts) -> None:
        choice = (
            CallbackButton(texts.upload_yes, CallbackData(key, Action.ADD)),
            CallbackButton(texts.upload_no, CallbackData(key, Action.DROP)),
        )
        if report.added + report.changed:
            await reply(message, text, texts, self._patience, (choice,))
        else:
            self._files.drop(key)
            await reply(message, text, texts, self._patience)

    async def _fetch(self, document: Document, path: Path) -> None:
        file = await call_with_retries(document.get_file, self._patience.wait_s)
        await call_with_retries(lambda: file.download_to_drive(path), self._patience.wait_s)

    async def _show(self, tap: CallbackQuery, text: str) -> None:
        if tap.message:
            await edit(tap.message, Card(text), self._patience)


def is_upload_tap(data: object) -> bool:
    """Whether a tap with this data is on a button under a file."""
    press = decode_callback(data) if isinstance(data, str) else None
    return press is not None and press.action in UPLOAD_ACTIONS


def _refusal_text(document: Document, name: str, texts: Texts) -> str:
    """Why a file is not taken; empty if it is."""
    if not name.lower().endswith(FILE_SUFFIXES):
        return texts.upload_kind
    if (document.file_size or 0) > FileSizeLimit.FILESIZE_DOWNLOAD:
        return texts.upload_too_big
    return ""
