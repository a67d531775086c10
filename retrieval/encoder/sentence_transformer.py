"""An encoder for any embedding model that sentence-transformers can load."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.datatypes import Vectors
from retrieval.encoder.hub import ModelLocation, hub_revision, locate_model
from retrieval.encoder.library_output import silence_libraries
from retrieval.encoder.protocol import Reporter
from retrieval.encoder.tokenizer_input import replace_surrogates
from retrieval.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_E5_NAME = re.compile(r"(?:^|[^a-z0-9])e5(?:[^a-z0-9]|$)", re.IGNORECASE)
_E5_PROMPTS = {"query": "query: ", "document": "passage: "}


class SentenceTransformerEncoder:
    """An `Encoder` for a model from the hub or a folder, with its own prompts; uses a GPU if there is one."""

    def __init__(self, name_or_folder: str, report: Reporter | None = None) -> None:
        """Loads a model; one in the local hub cache is loaded without a network request.

        An E5 model without configured prompts gets `query: ` and `passage: `, as its authors document.

        Args:
            name_or_folder: a hub id (owner/name) or a folder.
            report: called before a request to the hub and before a download.

        Raises:
            ModelError: there is no such model, the hub cannot be reached, or the files are no model.
        """
        report_step = report or _report_nothing
        location = locate_model(name_or_folder, report_step)
        with silence_libraries():
            self._model, location = _load(location, report_step)
        _configure_prompts(self._model, name_or_folder)
        self._lock = threading.Lock()  # fast tokenizers refuse two threads at once
        self._dim = self._model.get_embedding_dimension() or self._encode(self._model.encode_query, [""]).shape[1]
        name = Path(location.source).name if location.is_folder else location.source
        prompts = json.dumps(self._model.prompts, ensure_ascii=False, sort_keys=True)
        self._id = f"{name}@{location.revision[:12]}/{prompts}"

    @property
    def id(self) -> str:
        """Names the model, its commit (of a folder, a hash of its content) and its prompts."""
        return self._id

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return self._dim

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Returns embeddings of questions, shape (len(texts), dim), float32, unit rows; (0, dim) for no texts."""
        return self._encode(self._model.encode_query, texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Returns embeddings of passages, shape (len(texts), dim), float32, unit rows; (0, dim) for no texts."""
        return self._encode(self._model.encode_document, texts)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Returns the number of model tokens of each text, without prompts and special tokens, never truncated."""
        if not texts:
            return []
        clean = [replace_surrogates(text) for text in texts]
        tokenizer: Any = self._model.tokenizer
        with self._lock:
            if hasattr(tokenizer, "encode_batch"):  # a bare `tokenizers.Tokenizer`, as static models have
                return [len(one.ids) for one in tokenizer.encode_batch(clean, add_special_tokens=False)]
            encoded = tokenizer(clean, add_special_tokens=False, truncation=False, padding=False, verbose=False)
        return [len(ids) for ids in encoded["input_ids"]]

    def _encode(self, encode: Callable[..., Any], texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.empty((0, self._dim), np.float32)
        clean = [replace_surrogates(text) for text in texts]
        with self._lock:
            vectors = encode(clean, normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False)
        return np.asarray(vectors, np.float32)


def _report_nothing(line: str) -> None:
    """Reports nothing."""


def _load(location: ModelLocation, report: Reporter) -> tuple[SentenceTransformer, ModelLocation]:
    """Loads a model from its location; one that is only in part in the local cache is completed from the hub."""
    if location.is_folder or location.in_cache:
        try:
            return _open(location, local_only=True), location
        except Exception as error:  # loaders raise errors of many types
            if location.is_folder:
                raise ModelError(
                    f"the folder {location.source} holds no usable model: {_short_message(error)}"
                ) from error
        location = ModelLocation(location.source, hub_revision(location.source), is_folder=False, in_cache=False)
    report(f"downloading the model {location.source} from the Hugging Face hub")
    try:
        return _open(location, local_only=False), location
    except Exception as error:  # as above, and those of the network
        raise ModelError(f"cannot load the model {location.source!r} from the hub: {_short_message(error)}") from error


def _open(location: ModelLocation, *, local_only: bool) -> SentenceTransformer:
    from sentence_transformers import SentenceTransformer

    revision = None if location.is_folder else location.revision
    return SentenceTransformer(location.source, revision=revision, local_files_only=local_only)


def _configure_prompts(model: SentenceTransformer, name: str) -> None:
    is_plain_e5 = _E5_NAME.search(Path(name).name) and "instruct" not in name.lower()
    if is_plain_e5 and not any(model.prompts.values()):
        model.prompts = dict(_E5_PROMPTS)


def _short_message(error: Exception) -> str:
    """Returns the first 200 characters of an error message, on one line."""
    return " ".join(str(error).split())[:200] or type(error).__name__
