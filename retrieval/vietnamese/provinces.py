"""Names of provinces that were merged: which names may stand for one another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources

from retrieval.vietnamese.tokens import tokens_of

PROVINCES_FILE = "provinces.tsv"

_Name = tuple[str, ...]
"""A province's name as folded tokens."""


def provinces_in(tokens: Sequence[str], *, toned: bool) -> Iterator[tuple[int, int, frozenset[_Name]]]:
    """Yields (start, end, its other names) of each merged province in a text.

    Both the name before the mergers of 2025 and the one after stand for each other.

    Args:
        tokens: the folded tokens of the text, with tones or without.
        toned: whether the tokens have tones.
    """
    names = _other_names(toned=toned)
    longest = max(map(len, names))
    for start in range(len(tokens)):
        for end in range(min(len(tokens), start + longest), start, -1):
            if (others := names.get(tuple(tokens[start:end]))) is not None:
                yield start, end, others


@cache
def _other_names(*, toned: bool) -> Mapping[_Name, frozenset[_Name]]:
    content = resources.files("retrieval.vietnamese").joinpath(PROVINCES_FILE).read_text(encoding="utf-8")
    pairs = [line.split("\t") for line in content.splitlines() if not line.startswith("#")]
    names: defaultdict[_Name, set[_Name]] = defaultdict(set)
    for pair in pairs:
        before, after = (tuple(tokens_of(name, toned=toned)) for name in pair)
        names[before].add(after)
        names[after].add(before)
    return {name: frozenset(others) for name, others in names.items()}
