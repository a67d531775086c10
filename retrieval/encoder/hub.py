"""Finds a model by name: a folder on this machine, the local hub cache, or the Hugging Face hub."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from retrieval.encoder.protocol import Reporter
from retrieval.errors import ModelError

_HUB_TIMEOUT_S = 10
_MARKERS = ("modules.json", "config.json")
"""A sentence-transformers model has the first, a plain transformers model only the second."""
_SAMPLES, _SAMPLE_BYTES = 16, 65_536


@dataclass(frozen=True, slots=True)
class Located:
    """Where a model is to be loaded from.

    Attributes:
        source: a folder, or a hub id.
        revision: the hub's commit hash; for a folder, a hash of its content.
        in_cache: a hub id whose files are (at least in part) in the local cache.
    """

    source: str
    revision: str
    is_folder: bool
    in_cache: bool


def locate(name: str, report: Reporter) -> Located:
    """Find the model: a folder first, then the local cache (no network), then the hub.

    Raises:
        ModelError: there is none of that name, or the hub cannot be reached.
    """
    folder = Path(name).expanduser()
    if folder.is_dir():
        return Located(str(folder), _fingerprint(folder), is_folder=True, in_cache=False)
    if revision := _cached_revision(name):
        return Located(name, revision, is_folder=False, in_cache=True)
    report(f"looking for the model {name} on the Hugging Face hub")
    return Located(name, hub_revision(name), is_folder=False, in_cache=False)


def hub_revision(name: str) -> str:
    """The commit hash of the hub's newest version of a model; one request, no retries.

    Raises:
        ModelError: no such model, or the hub cannot be reached within seconds.
    """
    from huggingface_hub import HfApi
    from huggingface_hub.errors import GatedRepoError, HFValidationError, RepositoryNotFoundError

    try:
        return str(HfApi().model_info(name, timeout=_HUB_TIMEOUT_S).sha)
    except HFValidationError as error:
        raise ModelError(f"no folder {name!r}, nor can that be the id of a hub model (owner/name)") from error
    except GatedRepoError as error:
        raise ModelError(f"the hub gives the model {name!r} only to accounts that asked for it") from error
    except RepositoryNotFoundError as error:
        raise ModelError(f"no folder {name!r}, and the Hugging Face hub has no such public model") from error
    except Exception as error:  # each version of the hub's client has network errors of its own
        raise ModelError(
            f"no folder {name!r}, the model is not in the local cache, and the Hugging Face hub cannot be reached "
            f"({type(error).__name__}); leave out --model to use the bundled model"
        ) from error


def _cached_revision(name: str) -> str | None:
    """The commit hash of the version in the local hub cache, if there is one."""
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    try:
        found = [try_to_load_from_cache(name, marker) for marker in _MARKERS]
    except HFValidationError:
        return None
    paths = [Path(path) for path in found if isinstance(path, str)]
    return paths[0].parent.name if paths else None  # .../snapshots/<commit hash>/config.json


def _fingerprint(folder: Path) -> str:
    """A hash that changes with configuration or weights; large files are sampled, to spare reading gigabytes.

    Raises:
        ModelError: the folder holds no model, or cannot be read.
    """
    if not any((folder / marker).is_file() for marker in _MARKERS):
        raise ModelError(f"the folder {folder} holds no model: it has neither {' nor '.join(_MARKERS)}")
    digest = hashlib.sha256()
    try:
        for path in sorted(folder.rglob("*")):
            inner = path.relative_to(folder)
            if path.is_file() and path.suffix != ".md" and not any(part.startswith(".") for part in inner.parts):
                digest.update(f"{inner.as_posix()}\0{path.stat().st_size}\0".encode())
                with path.open("rb") as file:
                    digest.update(_sample(file, path.stat().st_size))
    except OSError as error:
        raise ModelError(f"the model in {folder} cannot be read: {error.strerror}") from error
    return digest.hexdigest()


def _sample(file: BinaryIO, size: int) -> bytes:
    """The whole of a small file; sixteen evenly spread pieces of a large one."""
    if size <= _SAMPLES * _SAMPLE_BYTES:
        return file.read()
    pieces = []
    for index in range(_SAMPLES):
        file.seek((size - _SAMPLE_BYTES) * index // (_SAMPLES - 1))
        pieces.append(file.read(_SAMPLE_BYTES))
    return b"".join(pieces)
