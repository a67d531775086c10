"""Runs the prepared bundle with onnxruntime: no torch, and little memory."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np

from retrieval.datatypes import Vector, Vectors
from retrieval.encoder.bundle import BUNDLE_ID, Bundle
from retrieval.encoder.model_folder import PASSAGE_PROMPT, QUERY_PROMPT
from retrieval.encoder.surrogates import without_surrogates
from retrieval.encoder.token_table import TokenTable
from retrieval.errors import ModelError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from sentencepiece import SentencePieceProcessor

MAX_TOKENS = 512
_BOS, _EOS = 0, 2


class OnnxEncoder:
    """The bundled multilingual-e5-small, int8, 384 dimensions; an `Encoder`.

    Special tokens that a text spells out (`</s>`) are text to it, not special. A text is cut after 512 tokens.
    """

    def __init__(self, bundle: Bundle, threads: int | None = None) -> None:
        """Load the parts of a bundle, about a second.

        Args:
            bundle: as `bundle.prepare` returns it.
            threads: of one forward pass; as many as there are cores if None.

        Raises:
            ModelError: a part cannot be loaded.
        """
        self._threads = threads or available_cores()
        try:
            # Both spend their time outside of Python's lock, so that two cores halve the wait.
            with ThreadPoolExecutor(1) as pool:
                tokenizer = pool.submit(_open_tokenizer, bundle)
                self._session = _open_session(bundle, self._threads)
                self._tokens = TokenTable.open(bundle.folder)
                self._tokenizer = tokenizer.result()
        except Exception as error:  # onnxruntime and sentencepiece raise errors of many kinds
            reason = " ".join(str(error).split())[:200]
            raise ModelError(f"cannot load the bundled model from {bundle.folder}: {reason}; remove it") from error

    @property
    def id(self) -> str:
        """Names the model, the format of the bundle and its source, the precision and the prompts."""
        return f"{BUNDLE_ID}/int8/{QUERY_PROMPT.strip()}{PASSAGE_PROMPT.strip()}"

    @property
    def dim(self) -> int:
        """Length of a vector: 384."""
        return int(self._tokens.rows.shape[1])

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Embeddings of questions, shape (len(texts), 384), float32, unit rows; (0, 384) for no texts."""
        return self._encode([QUERY_PROMPT + text for text in texts])

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Embeddings of passages, shape (len(texts), 384), float32, unit rows; (0, 384) for no texts."""
        return self._encode([PASSAGE_PROMPT + text for text in texts])

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Number of model tokens of each text, without prompt and special tokens, and not cut at 512."""
        return [len(ids) for ids in self._piece_ids(texts)]

    def token_ids(self, texts: Sequence[str]) -> list[list[int]]:
        """The ids that the model sees, `<s>` and `</s>` included, 512 at most; no prompt is added."""
        return [[_BOS, *ids[: MAX_TOKENS - 2], _EOS] for ids in self._piece_ids(texts)]

    def _piece_ids(self, texts: Sequence[str]) -> list[list[int]]:
        clean = [unicodedata.normalize("NFC", without_surrogates(text)) for text in texts]
        ids: list[list[int]] = self._tokenizer.encode(clean, out_type=int, num_threads=self._threads)
        return ids

    def _encode(self, texts: list[str]) -> Vectors:
        # One text at a time, though batches would take a tenth less time: the int8 graph scales activations by the
        # largest of a batch, and so a text would have another vector beside other texts (cosine 0.988 at worst).
        vectors = np.empty((len(texts), self.dim), np.float32)
        for row, ids in enumerate(self.token_ids(texts)):
            vectors[row] = self._forward(ids)
        return vectors

    def _forward(self, ids: list[int]) -> Vector:
        tokens = np.array([ids], np.int64)
        inputs = {"inputs_embeds": self._tokens.look_up(tokens), "attention_mask": np.ones_like(tokens)}
        vector: Vector = self._session.run(["vectors"], inputs)[0][0]
        return vector


def available_cores() -> int:
    """How many cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def _open_session(bundle: Bundle, threads: int) -> InferenceSession:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.log_severity_level = 3  # errors only
    # Threads that wait for the next text by spinning take the cores from the search that follows.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return onnxruntime.InferenceSession(str(bundle.graph), options, providers=["CPUExecutionProvider"])


def _open_tokenizer(bundle: Bundle) -> SentencePieceProcessor:
    import sentencepiece

    tokenizer = sentencepiece.SentencePieceProcessor()
    tokenizer.LoadFromFile(str(bundle.tokenizer))
    return tokenizer
