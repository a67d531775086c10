"""Near-duplicates: articles that print the same text, found by MinHash over shingles of three syllables.

MinHash estimates the Jaccard similarity of two sets of shingles (Broder 1997). Only articles that share a band of
MinHash values are compared (locality-sensitive hashing: Leskovec, Rajaraman and Ullman, Mining of Massive Datasets,
ch. 3). Two articles of Jaccard similarity 0.5 share a band with probability 0.94, of similarity 0.2 with 0.15.
"""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from retrieval.vietnamese import syllables

MIN_SIMILARITY = 0.4
"""Least estimated Jaccard similarity of near-duplicates."""

BANDS, ROWS = 21, 3
"""Bands of a signature, and MinHash values in each band."""
SIGNATURE_VALUES = BANDS * ROWS

MIN_SHINGLES = 20
"""A body of fewer shingles is too short to be a near-duplicate."""

MIN_CONTAINMENT = 0.5
"""Least share of a text's shingles that another text holds, when it says the same again."""

MIN_WORD_OVERLAP = 0.6
"""Least Jaccard similarity of two sentences' words, numbers apart, when they report the same event."""

Shingle = tuple[str, str, str]

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def shingles(text: str) -> set[Shingle]:
    """Returns each three neighbouring syllables of a text."""
    sequence = syllables(text)
    return set(zip(sequence, sequence[1:], sequence[2:], strict=False))


def minhash_signature(body: str) -> bytes:
    """Returns the MinHash values of a body, `SIGNATURE_VALUES` little-endian uint32; empty if the body is too short."""
    from datasketch import MinHash  # takes half a second, and only writers need it

    body_shingles = shingles(body)
    if len(body_shingles) < MIN_SHINGLES:
        return b""
    minhash = MinHash(num_perm=SIGNATURE_VALUES, seed=1)
    minhash.update_batch([" ".join(shingle).encode() for shingle in body_shingles])
    return np.asarray(minhash.hashvalues, dtype="<u4").tobytes()


def band_keys(signature: bytes) -> list[int]:
    """Returns a key of each band, a signed 64-bit integer; near-duplicates mostly share at least one."""
    width = len(signature) // BANDS
    parts = [signature[start : start + width] for start in range(0, len(signature), width)] if signature else []
    digests = [hashlib.blake2b(bytes([band]) + part, digest_size=8).digest() for band, part in enumerate(parts)]
    return list(struct.unpack(f">{len(digests)}q", b"".join(digests)))


def estimated_similarities(one: bytes, others: list[bytes]) -> NDArray[np.float64]:
    """Returns the estimated Jaccard similarity of a signature to each of the others, shape (len(others),)."""
    rows = np.frombuffer(b"".join(others), dtype="<u4").reshape(len(others), -1)
    return np.asarray((rows == np.frombuffer(one, dtype="<u4")).mean(axis=1), dtype=np.float64)


def is_mostly_contained(text: str, other: str) -> bool:
    """Tells whether another text holds most of a text in the same words."""
    own = shingles(text)
    return len(own & shingles(other)) >= MIN_CONTAINMENT * len(own) if own else text in other


def reports_other_figures(sentences: Sequence[str], others: Sequence[str]) -> bool:
    """Tells whether any sentence reports the same as one of the others, with other numbers."""
    return any(_reports_other_figures(one, other) for one in sentences for other in others)


def _reports_other_figures(one: str, other: str) -> bool:
    numbers, other_numbers = set(_NUMBER.findall(one)), set(_NUMBER.findall(other))
    if not (numbers - other_numbers and other_numbers - numbers):
        return False
    words, other_words = set(syllables(_NUMBER.sub(" ", one))), set(syllables(_NUMBER.sub(" ", other)))
    return len(words & other_words) >= MIN_WORD_OVERLAP * len(words | other_words)
