"""Spelling lattice: finds the most probable sequence of spellings by Viterbi's algorithm over syllable bigrams.

See Jurafsky and Martin, Speech and Language Processing, ch. 3 and 8.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, pairwise
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from retrieval.config import SearchSettings
from retrieval.vietnamese import SyllablePairFrequencies

Frequencies = Callable[[Sequence[str]], Sequence[float]]
"""Counts the indexed articles that hold each of some terms, syllables or pairs `left_right`. No more articles hold a
pair than hold either of its syllables."""


@dataclass(frozen=True, slots=True)
class Option:
    """Represents a spelling of one typed syllable: one syllable, or several for a missing space or a short form."""

    syllables: tuple[str, ...]
    count: int
    """Number of news articles that hold the spelling."""
    typed_so: float = 0.0
    """Log probability (natural) of typing the spelling as it was typed."""


class Table(Protocol):
    """Provides the document frequencies of syllables and of syllable pairs in newspapers."""

    @property
    def counts(self) -> Mapping[str, int]:
        """Returns the number of articles that hold each syllable."""

    @property
    def pairs(self) -> SyllablePairFrequencies:
        """Returns the number of articles that hold each pair of neighbouring syllables."""


class Lattice:
    """Holds the options of each typed syllable, and the document frequencies of their syllables and bigrams.

    A step is a typed syllable. Options are numbered through all steps, and so are their syllables.
    """

    def __init__(
        self, options: Sequence[Sequence[Option]], table: Table, frequencies: Frequencies, settings: SearchSettings
    ) -> None:
        self._settings = settings
        self._options = options
        flat = list(chain.from_iterable(options))
        self._steps = [slice(*ends) for ends in pairwise(accumulate(map(len, options), initial=0))]
        self._typed_so = np.array([option.typed_so for option in flat])
        self._common = np.array([1.0 + option.count for option in flat])
        numbers: dict[str, int] = {}
        spelt = [[numbers.setdefault(one, len(numbers)) for one in option.syllables] for option in flat]
        self._spelt = np.array([*chain.from_iterable(spelt)])
        self._starts = np.cumsum([0, *map(len, spelt[:-1])])
        self._firsts, self._lasts = (np.array([one[end] for one in spelt]) for end in (0, -1))
        self._long = np.array([at for at, one in enumerate(spelt) for _ in one[1:]], dtype=np.intp)
        inside = np.array([pair for one in spelt for pair in pairwise(one)], dtype=np.intp).reshape(-1, 2)
        self._lefts, rights, self._of = self._pairs(inside)
        self._count(list(numbers), rights, table, frequencies)

    def _pairs(self, inside: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
        """Lists all pairs of syllables that may be neighbours.

        The pairs across two steps come first, step by step, ordered by the left option and then by the right one; the
        pairs inside options of several syllables follow.

        Args:
            inside: the numbers of the syllables of the pairs inside options, shape (pairs, 2).

        Returns:
            (numbers of the left syllables, numbers of the right syllables, options that the right syllables belong to),
            each of shape (pairs,).
        """
        numbers = np.arange(len(self._firsts))
        follow = [
            np.add.outer(len(numbers) * numbers[before], numbers[after]).ravel()
            for before, after in pairwise(self._steps)
        ]
        before, after = np.divmod(np.concatenate([*follow, numbers[:0]]), len(numbers))
        lefts = np.concatenate([self._lasts[before], inside[:, 0]])
        return lefts, np.concatenate([self._firsts[after], inside[:, 1]]), np.concatenate([after, self._long])

    def _count(self, syllables: list[str], rights: NDArray[np.intp], table: Table, frequencies: Frequencies) -> None:
        held = np.array(frequencies(syllables), dtype=np.float64)
        # An article that holds a pair holds both syllables: pairs of a syllable that no article holds are skipped.
        possible = np.flatnonzero(np.minimum(held[self._lefts], held[rights]))
        neighbours = zip(self._lefts[possible].tolist(), rights[possible].tolist(), strict=True)
        pairs = [f"{syllables[left]}_{syllables[right]}" for left, right in neighbours]
        self._terms = syllables + pairs
        self._places = np.concatenate([np.arange(len(syllables)), len(syllables) + possible])
        in_table = [table.counts.get(syllable, 0) for syllable in syllables]
        self._counts = self._settings.table_weight * np.concatenate(
            [in_table, table.pairs.articles_with_pairs(syllables, self._lefts, rights)]
        )
        self._counts[self._places] += np.concatenate([held, frequencies(pairs)])
        self._syllables = len(syllables)

    def best(self, more: Frequencies | None = None) -> list[tuple[str, ...]]:
        """Finds the most probable sequence of options by Viterbi's algorithm.

        Args:
            more: counts to add to those of the corpus and the table; None for none.

        Returns:
            For each typed syllable, the syllables of the chosen option.
        """
        counts = self._counts.copy()
        if more:
            counts[self._places] += more(self._terms)
        syllables, pairs = np.split(counts, [self._syllables])
        singles = self._singles(syllables)
        channel = self._settings.spelling
        follows = pairs / (syllables[self._lefts] + channel.unseen_bigrams)
        neighbours = np.log(channel.bigram_weight * follows + (1 - channel.bigram_weight) * singles[self._of])
        inside = np.zeros(len(singles))
        np.add.at(inside, self._long, neighbours[len(neighbours) - len(self._long) :])
        scores = np.log(singles[self._steps[0]])
        backs: list[NDArray[np.intp]] = []
        start = 0
        for number, step in enumerate(self._steps):
            if number:
                end = start + len(scores) * (step.stop - step.start)
                paths = scores[:, np.newaxis] + neighbours[start:end].reshape(len(scores), -1)
                start = end
                backs.append(paths.argmax(axis=0))
                scores = paths.max(axis=0)
            scores = scores + self._typed_so[step] + inside[step]
        chosen = [int(scores.argmax())]
        for back in reversed(backs):
            chosen.append(int(back[chosen[-1]]))
        return [choices[at].syllables for choices, at in zip(self._options, reversed(chosen), strict=True)]

    def _singles(self, syllables: NDArray[np.float64]) -> NDArray[np.float64]:
        """Computes the unigram probability of each option among those of its step; shape (options,)."""
        weights = self._common + np.minimum.reduceat(syllables[self._spelt], self._starts)
        return np.concatenate([weights[step] / weights[step].sum() for step in self._steps])
