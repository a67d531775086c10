"""Measures recall and precision of near-duplicate detection against an exact comparison.

    python -m tests.studies.near_duplicates CORPUS.jsonl.gz

Every row of the corpus has a `cluster`, the event that its article reports. Every pair of articles is compared exactly,
by the Jaccard similarity of their shingles (runs of three syllables).
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import combinations
from pathlib import Path

from retrieval.corpus.near_duplicates import (
    MIN_SIMILARITY,
    band_keys,
    estimated_similarities,
    minhash_signature,
    shingles,
)
from retrieval.vietnamese.text import clean

LEAST_COMMON = 0.3
"""Least Jaccard similarity of a detected pair that counts as right."""
COMMONPLACE = 100
"""A shingle of more articles than this is no sign of a copy, and the exact comparison leaves it out."""

Pair = tuple[int, int]


def main() -> None:
    """Prints recall by similarity, and how many detected pairs are right and of one event."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    with gzip.open(parser.parse_args().corpus, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    bodies = [clean(row["text"]) for row in rows]
    exact = exact_similarities(bodies)
    started = time.process_time()
    signatures = [minhash_signature(body) for body in bodies]
    print(f"{1000 * (time.process_time() - started) / len(rows):.1f} ms an article for its signature")
    compared = pairs_of(band_keys(one) for one in signatures)
    found = {(a, b) for a, b in compared if estimated_similarities(signatures[a], [signatures[b]])[0] >= MIN_SIMILARITY}
    for least in (0.4, 0.5, 0.6, 0.8):
        alike = {pair for pair, value in exact.items() if value >= least}
        print(f"similarity >= {least}: {len(alike)} pairs, {_percent(len(alike & found), len(alike))} found")
    right = sum(exact.get(pair, 0.0) >= LEAST_COMMON for pair in found)
    same = sum(rows[a]["cluster"] == rows[b]["cluster"] for a, b in found)
    print(f"found: {len(found)} of {len(compared)} compared")
    print(f"of these, of similarity >= {LEAST_COMMON}: {_percent(right, len(found))}")
    print(f"of these, of one event: {_percent(same, len(found))}")


def exact_similarities(bodies: list[str]) -> dict[Pair, float]:
    """Returns the Jaccard similarity of every pair of texts that share a shingle."""
    held = [shingles(body) for body in bodies]
    holders = defaultdict(list)
    for number, own in enumerate(held):
        for run in own:
            holders[run].append(number)
    common = Counter(
        pair for numbers in holders.values() if len(numbers) <= COMMONPLACE for pair in combinations(numbers, 2)
    )
    return {(a, b): count / (len(held[a]) + len(held[b]) - count) for (a, b), count in common.items()}


def pairs_of(keys: Iterable[list[int]]) -> set[Pair]:
    """Returns the pairs of articles, by number, that share a key."""
    meeting = defaultdict(list)
    for number, own in enumerate(keys):
        for key in own:
            meeting[key].append(number)
    return {pair for numbers in meeting.values() for pair in combinations(numbers, 2)}


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / max(1, whole):.1f} %"


if __name__ == "__main__":
    main()
