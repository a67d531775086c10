"""Near-duplicates: articles that print the same text, by MinHash over runs of three syllables.

MinHash estimates the Jaccard similarity of two texts' runs (Broder 1997); bands of its values bring together what may
be similar, so that nothing is compared with everything (Leskovec, Rajaraman and Ullman, Mining of Massive Datasets,
ch. 3). Two articles of Jaccard similarity 0.5 meet in a band with probability 0.94, of 0.2 with 0.15.
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
SIGNATURE_VALUES = BANDS * ROWS

LEAST_RUNS = 20
"""A body of fewer runs is a near-duplicate of nothing."""

Shingle = tuple[str, str, str]


def shingles(text: str) -> set[Shingle]:
    """Each three neighbouring syllables of a text."""
    found = syllables(text)
    return set(zip(found, found[1:], found[2:], strict=False))


def signature(body: str) -> bytes:
    """The MinHash values of a body, `SIGNATURE_VALUES` little-endian uint32; empty when it is too short to compare."""
    from datasketch import MinHash  # takes half a second, and only writers need it

    found = shingles(body)
    if len(found) < LEAST_RUNS:
        return b""
    minhash = MinHash(num_perm=SIGNATURE_VALUES, seed=1)
    minhash.update_batch([" ".join(run).encode() for run in found])
    return np.asarray(minhash.hashvalues, dtype="<u4").tobytes()


def bands(signature: bytes) -> list[int]:
    """Keys, as signed 64-bit integers, of which near-duplicates mostly have one in common."""
    width = len(signature) // BANDS
    parts = [signature[start : start + width] for start in range(0, len(signature), width)] if signature else []
    digests = [hashlib.blake2b(bytes([row]) + part, digest_size=8).digest() for row, part in enumerate(parts)]
    return list(struct.unpack(f">{len(digests)}q", b"".join(digests)))


def similarities(one: bytes, others: list[bytes]) -> NDArray[np.float64]:
    """Estimated Jaccard similarity of a signature to others, shape (len(others),)."""
    rows = np.frombuffer(b"".join(others), dtype="<u4").reshape(len(others), -1)
    return np.asarray((rows == np.frombuffer(one, dtype="<u4")).mean(axis=1), dtype=np.float64)


REPEATED = 0.5
"""Share of a text's runs that stand in another one when it says the same again."""

ALIKE = 0.6
"""Least Jaccard similarity of two sentences' words, numbers apart, when they report the same with other figures."""

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


def repeats(text: str, other: str) -> bool:
    """Whether a text mostly stands in another one, in the same words."""
    own = shingles(text)
    return len(own & shingles(other)) >= REPEATED * len(own) if own else text in other


def reports_other_figures(sentences: Sequence[str], others: Sequence[str]) -> bool:
    """Whether a sentence reports with other numbers what one of the others reports."""
    return any(_differ(one, other) for one in sentences for other in others)


def _differ(one: str, other: str) -> bool:
    numbers, other_numbers = set(_NUMBER.findall(one)), set(_NUMBER.findall(other))
    if not (numbers - other_numbers and other_numbers - numbers):
        return False
    words, other_words = set(syllables(_NUMBER.sub(" ", one))), set(syllables(_NUMBER.sub(" ", other)))
    return len(words & other_words) >= ALIKE * len(words | other_words)
