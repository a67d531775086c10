"""Runs any embedding model that sentence-transformers can load."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from retrieval.datatypes import Vectors
from retrieval.encoder.hub import Located, hub_revision, locate
from retrieval.encoder.protocol import Reporter
from retrieval.encoder.quiet import quiet
from retrieval.encoder.surrogates import without_surrogates
from retrieval.errors import ModelError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

_E5 = re.compile(r"(?:^|[^a-z0-9])e5(?:[^a-z0-9]|$)", re.IGNORECASE)
_E5_PROMPTS = {"query": "query: ", "document": "passage: "}


class SentenceTransformerEncoder:
    """A model from the hub or a folder, with its own prompts; on a GPU where there is one. An `Encoder`."""

    def __init__(self, name_or_folder: str, report: Reporter | None = None) -> None:
        """Load a model; what is in the local hub cache is used without asking the network.

        An E5 model that has no prompts configured gets `query: ` and `passage: `, which its authors document.

        Args:
            name_or_folder: a hub id (owner/name) or a folder.
            report: hears of a request to the hub and of a download.

        Raises:
            ModelError: no such model, the hub cannot be reached, or the files are no model.
        """
        say = report or _say_nothing
        located = locate(name_or_folder, say)
        with quiet():
            self._model, located = _load(located, say)
        _configure_prompts(self._model, name_or_folder)
        self._lock = threading.Lock()  # fast tokenizers refuse two threads at once
        self._dim = self._model.get_embedding_dimension() or self._embed(self._model.encode_query, [""]).shape[1]
        name = Path(located.source).name if located.is_folder else located.source
        prompts = json.dumps(self._model.prompts, ensure_ascii=False, sort_keys=True)
        self._id = f"{name}@{located.revision[:12]}/{prompts}"

    @property
    def id(self) -> str:
        """Names the model, its commit (of a folder: a hash of its content) and its prompts."""
        return self._id

    @property
    def dim(self) -> int:
        """Length of a vector."""
        return self._dim

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Embeddings of questions, shape (len(texts), dim), float32, unit rows; (0, dim) for no texts."""
        return self._embed(self._model.encode_query, texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Embeddings of passages, shape (len(texts), dim), float32, unit rows; (0, dim) for no texts."""
        return self._embed(self._model.encode_document, texts)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Number of model tokens of each text, without prompts and special tokens, and not cut."""
        if not texts:
            return []
        clean = [without_surrogates(text) for text in texts]
        tokenizer: Any = self._model.tokenizer
        with self._lock:
            if hasattr(tokenizer, "encode_batch"):  # a bare `tokenizers.Tokenizer`, as static models have
                return [len(one.ids) for one in tokenizer.encode_batch(clean, add_special_tokens=False)]
            encoded = tokenizer(clean, add_special_tokens=False, truncation=False, padding=False, verbose=False)
        return [len(ids) for ids in encoded["input_ids"]]

    def _embed(self, encode: Callable[..., Any], texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.empty((0, self._dim), np.float32)
        clean = [without_surrogates(text) for text in texts]
        with self._lock:
            vectors = encode(clean, normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False)
        return np.asarray(vectors, np.float32)


def _say_nothing(line: str) -> None:
    """The default report."""


def _load(located: Located, report: Reporter) -> tuple[SentenceTransformer, Located]:
    """Load from where the model was found; a cache that holds only a part of it is completed from the hub."""
    if located.is_folder or located.in_cache:
        try:
            return _open(located, local_only=True), located
        except Exception as error:  # loaders raise errors of many kinds
            if located.is_folder:
                raise ModelError(f"the folder {located.source} holds no usable model: {_line(error)}") from error
        located = Located(located.source, hub_revision(located.source), is_folder=False, in_cache=False)
    report(f"downloading the model {located.source} from the Hugging Face hub")
    try:
        return _open(located, local_only=False), located
    except Exception as error:  # as above, and those of the network
        raise ModelError(f"cannot load the model {located.source!r} from the hub: {_line(error)}") from error


def _open(located: Located, *, local_only: bool) -> SentenceTransformer:
    from sentence_transformers import SentenceTransformer

    revision = None if located.is_folder else located.revision
    return SentenceTransformer(located.source, revision=revision, local_files_only=local_only)


def _configure_prompts(model: SentenceTransformer, name: str) -> None:
    is_plain_e5 = _E5.search(Path(name).name) and "instruct" not in name.lower()
    if is_plain_e5 and not any(model.prompts.values()):
        model.prompts = dict(_E5_PROMPTS)


def _line(error: Exception) -> str:
    """The beginning of a message that may run over many lines."""
    return " ".join(str(error).split())[:200] or type(error).__name__
