"""A folder that is whole or absent: built aside, sealed with the SHA-256 of every file, renamed into place."""

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

SEAL = "bundle.json"


@dataclass(frozen=True, slots=True)
class _Stamp:
    """What a file was when the folder was sealed; equal size and time spare reading it again."""

    sha256: str
    size: int
    mtime_ns: int


def is_whole(folder: Path) -> bool:
    """Whether the folder is sealed and all its files are as sealed; a file is read only when its stamp differs."""
    try:
        sealed = _read_seal(folder)
        seen = {name: _stamp(folder / name, sealed[name]) for name in sealed}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return False
    if any(seen[name].sha256 != sealed[name].sha256 for name in sealed):
        return False
    if seen != sealed:  # a copy: its files are right and their times are new
        with suppress(OSError):
            _write_seal(folder, seen)
    return True


def ensure(folder: Path, build: Callable[[Path], None], report: Reporter) -> None:
    """Leave `folder` whole: `build` fills an empty folder beside it, unless another process did so meanwhile.

    A process that dies at any instant leaves at worst a hidden sibling, which the next call removes.

    Args:
        folder: its parent is created if need be.
        build: called with the empty folder to fill.
        report: hears of waiting for another process and of damage.

    Raises:
        OSError: the parent cannot be written or the disk is full; whatever `build` raises goes through as it is.
    """
    from filelock import FileLock, Timeout  # not imported on the way of a folder that is whole

    folder.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder.with_name(f"{folder.name}.lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        report("another process is preparing the model; waiting for it")
        lock.acquire()
    try:
        _remove_leftovers(folder)
        if is_whole(folder):
            return
        if folder.exists():
            report(f"the prepared model in {folder} is damaged; preparing it again")
        _build_aside(folder, build)
    finally:
        lock.release()


def _build_aside(folder: Path, build: Callable[[Path], None]) -> None:
    aside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        build(aside)
        _seal(aside)
        if folder.exists():
            folder.rename(Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent), "old"))
        aside.chmod(0o755)  # mkdtemp makes it private; a cache may be shared
        aside.rename(folder)
        _fsync(folder.parent)
    finally:
        _remove_leftovers(folder)


def _remove_leftovers(folder: Path) -> None:
    """Remove what dead attempts left; to be called by the holder of the lock only."""
    for leftover in folder.parent.glob(f".{folder.name}.*"):
        shutil.rmtree(leftover, ignore_errors=True)


def _seal(folder: Path) -> None:
    stamps = {}
    for path in sorted(folder.rglob("*")):
        _fsync(path)
        if path.is_file():
            stamps[path.relative_to(folder).as_posix()] = _stamp(path)
    _write_seal(folder, stamps)


def _write_seal(folder: Path, stamps: dict[str, _Stamp]) -> None:
    content = json.dumps({"files": {name: asdict(stamp) for name, stamp in stamps.items()}}, indent=2)
    aside = folder / f".{SEAL}.{os.getpid()}"
    aside.write_text(content + "\n", encoding="utf-8")
    _fsync(aside)
    aside.replace(folder / SEAL)
    _fsync(folder)


def _read_seal(folder: Path) -> dict[str, _Stamp]:
    seal = json.loads((folder / SEAL).read_text(encoding="utf-8"))
    return {name: _Stamp(**stamp) for name, stamp in seal["files"].items()}


def _stamp(path: Path, known: _Stamp | None = None) -> _Stamp:
    """What the file is now; it is not read when its size and time are those that are known."""
    status = path.stat()
    if known and (status.st_size, status.st_mtime_ns) == (known.size, known.mtime_ns):
        return known
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return _Stamp(digest, status.st_size, status.st_mtime_ns)


def _fsync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
