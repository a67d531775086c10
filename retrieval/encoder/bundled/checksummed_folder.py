"""A folder that is complete or absent: built under another name, checksums recorded, then renamed into place."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from retrieval.encoder.protocol import Reporter

CHECKSUMS_FILE = "bundle.json"


@dataclass(frozen=True, slots=True)
class _FileState:
    """A file's checksum, size and modification time; a file of equal size and time is not read again."""

    sha256: str
    size: int
    mtime_ns: int


def is_intact(folder: Path) -> bool:
    """Tells whether all files have their recorded checksums; reads only files whose size or time differs."""
    try:
        recorded = _read_checksums(folder)
        seen = {name: _file_state(folder / name, recorded[name]) for name in recorded}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return False
    if any(seen[name].sha256 != recorded[name].sha256 for name in recorded):
        return False
    if seen != recorded:  # a copy of the folder: the files are equal and their times new
        with suppress(OSError):
            _write_checksums(folder, seen)
    return True


def ensure_intact(folder: Path, build: Callable[[Path], None], report: Reporter) -> None:
    """Builds a folder unless it is intact already, or another process builds it meanwhile.

    A process killed at any instant leaves at worst a hidden folder beside it, which the next call removes.

    Args:
        folder: its parent is created if absent.
        build: called with an empty folder to fill.
        report: called when another process is waited for, and when the folder is damaged.

    Raises:
        OSError: the parent cannot be written or the disk is full; errors of `build` are passed on.
    """
    from filelock import FileLock, Timeout  # not needed, and so not imported, for an intact folder

    folder.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder.with_name(f"{folder.name}.lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        report("another process is preparing the model; waiting for it")
        lock.acquire()
    try:
        _remove_leftovers(folder)
        if is_intact(folder):
            return
        if folder.exists():
            report(f"the prepared model in {folder} is damaged; preparing it again")
        _build_and_rename(folder, build)
    finally:
        lock.release()


def _build_and_rename(folder: Path, build: Callable[[Path], None]) -> None:
    temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        build(temporary)
        _record_checksums(temporary)
        if folder.exists():
            folder.rename(Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent), "old"))
        temporary.chmod(0o755)  # mkdtemp makes the folder private, but a cache may be shared
        temporary.rename(folder)
        _fsync(folder.parent)
    finally:
        _remove_leftovers(folder)


def _remove_leftovers(folder: Path) -> None:
    """Removes the folders of killed attempts; only the holder of the lock may call it."""
    for leftover in folder.parent.glob(f".{folder.name}.*"):
        shutil.rmtree(leftover, ignore_errors=True)


def _record_checksums(folder: Path) -> None:
    states = {}
    for path in sorted(folder.rglob("*")):
        _fsync(path)
        if path.is_file():
            states[path.relative_to(folder).as_posix()] = _file_state(path)
    _write_checksums(folder, states)


def _write_checksums(folder: Path, states: dict[str, _FileState]) -> None:
    content = json.dumps({"files": {name: asdict(state) for name, state in states.items()}}, indent=2)
    temporary = folder / f".{CHECKSUMS_FILE}.{os.getpid()}"
    temporary.write_text(content + "\n", encoding="utf-8")
    _fsync(temporary)
    temporary.replace(folder / CHECKSUMS_FILE)
    _fsync(folder)


def _read_checksums(folder: Path) -> dict[str, _FileState]:
    record = json.loads((folder / CHECKSUMS_FILE).read_text(encoding="utf-8"))
    return {name: _FileState(**state) for name, state in record["files"].items()}


def _file_state(path: Path, known: _FileState | None = None) -> _FileState:
    """Returns the state of a file; reads it only if its size or time has changed."""
    stat = path.stat()
    if known and (stat.st_size, stat.st_mtime_ns) == (known.size, known.mtime_ns):
        return known
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return _FileState(digest, stat.st_size, stat.st_mtime_ns)


def _fsync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
