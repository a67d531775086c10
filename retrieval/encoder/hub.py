"""Locates a model by name: a folder on this machine, the local hub cache, or the Hugging Face hub."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from retrieval.encoder.protocol import Reporter
from retrieval.errors import ModelError

_HUB_TIMEOUT_S = 10
_CONFIG_FILES = ("modules.json", "config.json")
"""A sentence-transformers model has the first, a plain transformers model only the second."""
_SAMPLES, _SAMPLE_BYTES = 16, 65_536
"""Samples of a large file that are hashed, and the size of each."""


@dataclass(frozen=True, slots=True)
class ModelLocation:
    """The place from which a model is loaded.

    Attributes:
        source: a folder, or a hub id.
        revision: commit hash of the hub; of a folder, a hash of its content.
        is_folder: whether `source` is a folder.
        in_cache: whether files of a hub id are, at least in part, in the local cache.
    """

    source: str
    revision: str
    is_folder: bool
    in_cache: bool


def locate_model(name: str, report: Reporter) -> ModelLocation:
    """Locates a model: first as a folder, then in the local cache (no network), then on the hub.

    Raises:
        ModelError: there is no model of that name, or the hub cannot be reached.
    """
    folder = Path(name).expanduser()
    if folder.is_dir():
        return ModelLocation(str(folder), _content_hash(folder), is_folder=True, in_cache=False)
    if revision := _cached_revision(name):
        return ModelLocation(name, revision, is_folder=False, in_cache=True)
    report(f"looking for the model {name} on the Hugging Face hub")
    return ModelLocation(name, hub_revision(name), is_folder=False, in_cache=False)


def hub_revision(name: str) -> str:
    """Returns the commit hash of the newest version of a model on the hub; one request, no retries.

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
    except Exception as error:  # network errors differ between versions of the hub's client
        raise ModelError(
            f"no folder {name!r}, the model is not in the local cache, and the Hugging Face hub cannot be reached "
            f"({type(error).__name__}); leave out --model to use the bundled model"
        ) from error


def _cached_revision(name: str) -> str | None:
    """Returns the commit hash of the version in the local hub cache, or None."""
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    try:
        cached = [try_to_load_from_cache(name, file) for file in _CONFIG_FILES]
    except HFValidationError:
        return None
    paths = [Path(path) for path in cached if isinstance(path, str)]
    return paths[0].parent.name if paths else None  # .../snapshots/<commit hash>/config.json


def _content_hash(folder: Path) -> str:
    """Returns a hash of a model's configuration and weights; of large files, only samples are read.

    Raises:
        ModelError: the folder holds no model, or cannot be read.
    """
    if not any((folder / file).is_file() for file in _CONFIG_FILES):
        raise ModelError(f"the folder {folder} holds no model: it has neither {' nor '.join(_CONFIG_FILES)}")
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
    """Reads a small file whole, of a large one sixteen evenly spread samples."""
    if size <= _SAMPLES * _SAMPLE_BYTES:
        return file.read()
    pieces = []
    for index in range(_SAMPLES):
        file.seek((size - _SAMPLE_BYTES) * index // (_SAMPLES - 1))
        pieces.append(file.read(_SAMPLE_BYTES))
    return b"".join(pieces)
