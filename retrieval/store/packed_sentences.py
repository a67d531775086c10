"""Packed sentences: converts an article's sentences to the short text that is stored, and back."""

from __future__ import annotations

import json
from collections.abc import Sequence

from retrieval.datatypes import Sentence


def pack_sentences(sentences: Sequence[Sentence]) -> str:
    """Writes sentences as JSON: a list of [start, end, 1 for a heading else 0]."""
    return json.dumps([[s.start, s.end, int(s.kind == "heading")] for s in sentences], separators=(",", ":"))


def unpack_sentences(text: str) -> tuple[Sentence, ...]:
    """Reads what `pack_sentences` wrote."""
    return tuple(Sentence(start, end, "heading" if flag else "sentence") for start, end, flag in json.loads(text))
