"""The encoder of the bundled model: runs its int8 graph with onnxruntime, without torch and in little memory."""

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
from retrieval.encoder.onnx_runtime import open_session
from retrieval.encoder.token_embeddings import TokenEmbeddings
from retrieval.encoder.tokenizer_input import replace_surrogates
from retrieval.encoder.unigram_tokenizer import UnigramTokenizer
from retrieval.errors import ModelError

if TYPE_CHECKING:
    from sentencepiece import SentencePieceNormalizer, SentencePieceProcessor

MAX_TOKENS = 512
_BOS, _EOS, UNKNOWN = 0, 2, 3


class OnnxEncoder:
    """An `Encoder` that runs the bundled multilingual-e5-small: int8, 384 dimensions.

    Special tokens that a text spells out (`</s>`) are ordinary text. A text is truncated to 512 tokens.
    """

    def __init__(self, bundle: Bundle, threads: int | None = None) -> None:
        """Loads the parts for questions, in a tenth of a second; the tokenizer for passages is loaded when needed.

        Args:
            bundle: as `prepare_bundle` returns it.
            threads: threads that encode passages; one a core if None.

        Raises:
            ModelError: a part cannot be loaded.
        """
        self._bundle = bundle
        self._threads = threads or available_cores()
        self._loading_lock = threading.Lock()
        self._passage_tokenizer: SentencePieceProcessor | None = None
        with _loading_errors(bundle):
            self._session = open_session(bundle.graph, threads=1)  # a question is too short to share between two
            self._embeddings = TokenEmbeddings(bundle.folder)
            self._question_tokenizer = UnigramTokenizer.open(bundle.folder, UNKNOWN)
            self._normalizer = open_normalizer()

    @property
    def id(self) -> str:
        """Names the model, the version of its vectors, its source, the precision and the prompts."""
        return f"{MODEL_ID}/int8/{QUERY_PROMPT.strip()}{PASSAGE_PROMPT.strip()}"

    @property
    def dim(self) -> int:
        """Length of a vector: 384."""
        return self._embeddings.dim

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Returns embeddings of questions, shape (len(texts), 384), float32, unit rows; (0, 384) for no texts."""
        rows = [self._embed(ids) for ids in self.question_token_ids([QUERY_PROMPT + text for text in texts])]
        return np.array(rows, np.float32).reshape(len(rows), self.dim)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Returns embeddings of passages, shape (len(texts), 384), float32, unit rows; (0, 384) for no texts."""
        ids = self.token_ids([PASSAGE_PROMPT + text for text in texts])
        vectors = np.empty((len(ids), self.dim), np.float32)

        def encode(row: int) -> None:
            vectors[row] = self._embed(ids[row])

        # One core encodes one text, so that threads need not wait for each other; the longest texts come first, so that
        # all threads end at about the same time. Batches would be no faster, and would have to be padded.
        with ThreadPoolExecutor(self._threads) as pool:
            list(pool.map(encode, sorted(range(len(ids)), key=lambda row: -len(ids[row]))))
        return vectors

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Returns the number of model tokens of each text, without prompt and special tokens, never truncated."""
        return [len(ids) for ids in self._piece_ids(texts)]

    def token_ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Returns the token ids that the model sees, `<s>` and `</s>` included, 512 at most; adds no prompt."""
        return [_add_special_tokens(ids) for ids in self._piece_ids(texts)]

    def question_token_ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Returns the same ids as `token_ids`, for few and short texts: loads nothing, takes a millisecond a text."""
        return [
            _add_special_tokens(self._question_tokenizer.tokenise(self._normalizer.normalize(normalise(text))))
            for text in texts
        ]

    def _piece_ids(self, texts: Sequence[str]) -> list[list[int]]:
        # One thread: a passage takes a tenth of a millisecond, less than the start of a thread.
        ids: list[list[int]] = self._load_passage_tokenizer().encode([normalise(text) for text in texts], num_threads=1)
        return ids

    def _load_passage_tokenizer(self) -> SentencePieceProcessor:
        with self._loading_lock, _loading_errors(self._bundle):
            self._passage_tokenizer = self._passage_tokenizer or _open_passage_tokenizer(self._bundle)
            return self._passage_tokenizer

    def _embed(self, ids: list[int]) -> Vector:
        inputs = {
            "inputs_embeds": self._embeddings.look_up(ids)[None],
            "attention_mask": np.ones((1, len(ids)), np.int64),
        }
        vector: Vector = self._session.run(["vectors"], inputs)[0][0]
        return vector


def normalise(text: str) -> str:
    """Normalises a text to NFC before the normaliser of the model, which drops second marks of decomposed letters."""
    return unicodedata.normalize("NFC", replace_surrogates(text))


def _add_special_tokens(ids: list[int]) -> list[int]:
    return [_BOS, *ids[: MAX_TOKENS - 2], _EOS]


@contextmanager
def _loading_errors(bundle: Bundle) -> Iterator[None]:
    """Turns any error in loading the bundle into a `ModelError` that says what to do."""
    try:
        yield
    except Exception as error:  # onnxruntime and sentencepiece raise errors of many types
        reason = " ".join(str(error).split())[:200]
        raise ModelError(f"cannot load the bundled model from {bundle.folder}: {reason}; remove it") from error


def _open_passage_tokenizer(bundle: Bundle) -> SentencePieceProcessor:
    import sentencepiece

    tokenizer = sentencepiece.SentencePieceProcessor()
    tokenizer.LoadFromFile(str(bundle.tokenizer))
    return tokenizer


def open_normalizer() -> SentencePieceNormalizer:
    """Returns the normaliser that sentencepiece applies to a text before it tokenises it."""
    import sentencepiece

    return sentencepiece.SentencePieceNormalizer(
        rule_name="nmt_nfkc", add_dummy_prefix=True, escape_whitespaces=True, remove_extra_whitespaces=True
    )
