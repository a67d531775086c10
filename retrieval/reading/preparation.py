"""Opens the reader: the one that comes along, another one, or none."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from retrieval.config import ReaderChoice
from retrieval.encoder import Reporter, open_bundled_parts, prepare_reader
from retrieval.errors import ModelError
from retrieval.reading.reader import Reader

READER_FILE = "reader.npz"
"""The reader that comes along: the differences of its weights to the bundled model's, and its heads."""


def open_reader(choice: ReaderChoice, report: Reporter, cache: Path | None = None) -> Reader | None:
    """Opens the chosen reader, which is first prepared (seconds, once) if the cache does not hold it.

    Args:
        choice: the choice.
        report: called at each step that takes seconds.
        cache: folder for the prepared reader; this user's cache folder if None.

    Returns:
        The reader; None if it is off.

    Raises:
        ModelError: the reader is missing, damaged, or cannot be prepared.
    """
    if choice.is_off:
        return None
    path = choice.path or Path(str(resources.files("retrieval.reading").joinpath(READER_FILE)))
    if not path.is_file():
        raise ModelError(f"no reader at {path}: `hoibao train reader` writes one; --no-reader answers without")
    parts = open_bundled_parts(report, cache)
    return Reader(prepare_reader(path, parts.bundle, report), parts, choice.budget_s)
