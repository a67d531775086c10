"""Runs the prepared bundle with onnxruntime: no torch, and little memory."""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

from retrieval.config import available_cores
from retrieval.datatypes import Vector, Vectors
from retrieval.encoder.bundled import MODEL_ID, PASSAGE_PROMPT, QUERY_PROMPT, Bundle
from retrieval.encoder.piece_table import PieceTable
from retrieval.encoder.surrogates import without_surrogates
from retrieval.encoder.token_table import TokenTable
from retrieval.errors import ModelError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from sentencepiece import SentencePieceNormalizer, SentencePieceProcessor

MAX_TOKENS = 512
_BOS, _EOS, _UNKNOWN = 0, 2, 3


class OnnxEncoder:
    """The bundled multilingual-e5-small, int8, 384 dimensions; an `Encoder`.

    Special tokens that a text spells out (`</s>`) are text to it, not special. A text is cut after 512 tokens.
    """

    def __init__(self, bundle: Bundle, threads: int | None = None) -> None:
        """Load what questions need of a bundle, a tenth of a second; what passages need is loaded when there are any.

        Args:
            bundle: as `bundle.prepare` returns it.
            threads: that encode passages; as many as there are cores if None.

        Raises:
            ModelError: a part cannot be loaded.
        """
        self._bundle = bundle
        self._threads = threads or available_cores()
        self._loading = threading.Lock()
        self._tokenizer: SentencePieceProcessor | None = None
        with _explained(bundle):
            self._session = _open_session(bundle)
            self._tokens = TokenTable(bundle.folder)
            self._pieces = PieceTable.open(bundle.folder, _UNKNOWN)
            self._normalizer = _open_normalizer()

    @property
    def id(self) -> str:
        """Names the model, the format of the bundle and its source, the precision and the prompts."""
        return f"{MODEL_ID}/int8/{QUERY_PROMPT.strip()}{PASSAGE_PROMPT.strip()}"

    @property
    def dim(self) -> int:
        """Length of a vector: 384."""
        return self._tokens.dim

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Embeddings of questions, shape (len(texts), 384), float32, unit rows; (0, 384) for no texts."""
        rows = [self._forward(ids) for ids in self.question_ids([QUERY_PROMPT + text for text in texts])]
        return np.array(rows, np.float32).reshape(len(rows), self.dim)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Embeddings of passages, shape (len(texts), 384), float32, unit rows; (0, 384) for no texts."""
        ids = self.token_ids([PASSAGE_PROMPT + text for text in texts])
        vectors = np.empty((len(ids), self.dim), np.float32)

        def encode(row: int) -> None:
            vectors[row] = self._forward(ids[row])

        # A core a text: no thread waits for another one within a text. The longest first, so that all end together.
        # Not in batches: the int8 graph scales activations by the largest of a batch, and so a text would have
        # another vector beside other texts (cosine 0.988 at worst).
        with ThreadPoolExecutor(self._threads) as pool:
            list(pool.map(encode, sorted(range(len(ids)), key=lambda row: -len(ids[row]))))
        return vectors

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Number of model tokens of each text, without prompt and special tokens, and not cut at 512."""
        return [len(ids) for ids in self._piece_ids(texts)]

    def token_ids(self, texts: Sequence[str]) -> list[list[int]]:
        """The ids that the model sees, `<s>` and `</s>` included, 512 at most; no prompt is added."""
        return [_framed(ids) for ids in self._piece_ids(texts)]

    def question_ids(self, texts: Sequence[str]) -> list[list[int]]:
        """The same as `token_ids`, for few and short texts: nothing is loaded, and each takes a millisecond."""
        return [_framed(self._pieces.cut(self._normalizer.normalize(_clean(text)))) for text in texts]

    def _piece_ids(self, texts: Sequence[str]) -> list[list[int]]:
        # One thread: a tenth of a millisecond a passage is less than threads take to start.
        ids: list[list[int]] = self._loaded_tokenizer().encode([_clean(text) for text in texts], num_threads=1)
        return ids

    def _loaded_tokenizer(self) -> SentencePieceProcessor:
        with self._loading, _explained(self._bundle):
            self._tokenizer = self._tokenizer or _open_tokenizer(self._bundle)
            return self._tokenizer

    def _forward(self, ids: list[int]) -> Vector:
        inputs = {"inputs_embeds": self._tokens.look_up(ids)[None], "attention_mask": np.ones((1, len(ids)), np.int64)}
        vector: Vector = self._session.run(["vectors"], inputs)[0][0]
        return vector


def _clean(text: str) -> str:
    return unicodedata.normalize("NFC", without_surrogates(text))


def _framed(ids: list[int]) -> list[int]:
    return [_BOS, *ids[: MAX_TOKENS - 2], _EOS]


@contextmanager
def _explained(bundle: Bundle) -> Iterator[None]:
    """Turn what goes wrong in loading a part of the bundle into a line that says what to do."""
    try:
        yield
    except Exception as error:  # onnxruntime and sentencepiece raise errors of many kinds
        reason = " ".join(str(error).split())[:200]
        raise ModelError(f"cannot load the bundled model from {bundle.folder}: {reason}; remove it") from error


def _open_session(bundle: Bundle) -> InferenceSession:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # One thread a text: a question is too short for two, which would only wait for each other.
    options.intra_op_num_threads = 1
    options.log_severity_level = 3  # errors only
    options.enable_cpu_mem_arena = False  # an arena would keep what the longest text needed
    return onnxruntime.InferenceSession(str(bundle.graph), options, providers=["CPUExecutionProvider"])


def _open_tokenizer(bundle: Bundle) -> SentencePieceProcessor:
    import sentencepiece

    tokenizer = sentencepiece.SentencePieceProcessor()
    tokenizer.LoadFromFile(str(bundle.tokenizer))
    return tokenizer


def _open_normalizer() -> SentencePieceNormalizer:
    """What sentencepiece does to a text before it cuts it into pieces, by itself."""
    import sentencepiece

    return sentencepiece.SentencePieceNormalizer(
        rule_name="nmt_nfkc", add_dummy_prefix=True, escape_whitespaces=True, remove_extra_whitespaces=True
    )
