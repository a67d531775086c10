"""Names of places: Vietnamese provinces and countries, and which names may stand for one another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Literal, NamedTuple

from retrieval.vietnamese.tokens import tokens_of

PlaceKind = Literal["province", "country"]

PLACE_FILES: Mapping[PlaceKind, str] = {"province": "provinces.tsv", "country": "countries.tsv"}
"""Package files with the names of a place a line, separated by tabs; names in a line stand for one another."""

_Name = tuple[str, ...]
"""A place's name as folded tokens."""


class Place(NamedTuple):
    """Represents a place that is named in a text."""

    start: int
    """Index of its first token."""
    end: int
    """Index behind its last token."""
    kind: PlaceKind
    others: frozenset[tuple[str, ...]]
    """The other names that stand for it, as folded tokens."""


def places_in(tokens: Sequence[str], *, toned: bool) -> Iterator[Place]:
    """Yields the places in a text, the longest name at each position.

    Provinces have a name before the mergers of 2025 and one after, which stand for each other.

    Args:
        tokens: the folded tokens of the text, with tones or without.
        toned: whether the tokens have tones.
    """
    names = _places(toned=toned)
    longest = max(map(len, names))
    start = 0
    while start < len(tokens):
        ends = range(min(len(tokens), start + longest), start, -1)
        end = next((end for end in ends if tuple(tokens[start:end]) in names), None)
        if end is not None:
            yield Place(start, end, *names[tuple(tokens[start:end])])
        start = end or start + 1


@cache
def _places(*, toned: bool) -> Mapping[_Name, tuple[PlaceKind, frozenset[_Name]]]:
    """Returns the kind and the other names of each place, by name."""
    others: defaultdict[_Name, set[_Name]] = defaultdict(set)
    kinds: dict[_Name, PlaceKind] = {}
    for kind, file in PLACE_FILES.items():
        for line in resources.files("retrieval.vietnamese").joinpath(file).read_text(encoding="utf-8").splitlines():
            if line.startswith("#"):
                continue
            same = [tuple(tokens_of(name, toned=toned)) for name in line.split("\t")]
            for name in same:
                kinds[name] = kind
                others[name].update(other for other in same if other != name)
    return {name: (kind, frozenset(others[name])) for name, kind in kinds.items()}
