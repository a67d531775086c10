"""Names of places: Vietnamese provinces and countries, and which names may stand for one another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources

from retrieval.vietnamese.tokens import tokens_of

PLACES_FILE = "places.tsv"
"""Package file with a name of a place a line, and after a tab another name that may stand for it."""

_Name = tuple[str, ...]
"""A place's name as folded tokens."""


def places_in(tokens: Sequence[str], *, toned: bool) -> Iterator[tuple[int, int, frozenset[_Name]]]:
    """Yields (start, end, its other names) of each place in a text, the longest name at each position.

    Provinces have a name before the mergers of 2025 and one after, which stand for each other.

    Args:
        tokens: the folded tokens of the text, with tones or without.
        toned: whether the tokens have tones.
    """
    names = _other_names(toned=toned)
    longest = max(map(len, names))
    start = 0
    while start < len(tokens):
        ends = range(min(len(tokens), start + longest), start, -1)
        end = next((end for end in ends if tuple(tokens[start:end]) in names), None)
        if end is not None:
            yield start, end, names[tuple(tokens[start:end])]
        start = end or start + 1


@cache
def _other_names(*, toned: bool) -> Mapping[_Name, frozenset[_Name]]:
    content = resources.files("retrieval.vietnamese").joinpath(PLACES_FILE).read_text(encoding="utf-8")
    names: defaultdict[_Name, set[_Name]] = defaultdict(set)
    for line in content.splitlines():
        if line.startswith("#"):
            continue
        same = [tuple(tokens_of(name, toned=toned)) for name in line.split("\t")]
        for name in same:
            names[name].update(other for other in same if other != name)
    return {name: frozenset(others) for name, others in names.items()}
