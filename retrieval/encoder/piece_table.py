"""The vocabulary as memory-mapped arrays, for short texts: sentencepiece would take half a second to load it.

Sentencepiece's Unigram model (Kudo 2018): of all ways to cut a text into pieces the one of highest score, by Viterbi's
algorithm. Pieces are found by hash: all pieces of a text, up to sixteen characters long, are looked up at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from retrieval.encoder.bundled import Vocabulary

_FILES = ("piece_hashes.npy", "piece_ids.npy", "piece_scores.npy")
_LONGEST = 16
"""Characters of the longest piece of the vocabulary."""

_BASE = np.uint64(0x9E3779B97F4A7C15)
_UNKNOWN_PENALTY = 10.0
"""By how much an unknown character scores lower than the worst piece (sentencepiece's kUnkPenalty)."""


@dataclass(frozen=True, slots=True)
class PieceTable:
    """Pieces in order of their hashes.

    Attributes:
        hashes: uint64, shape (pieces,), ascending.
        ids: int32, shape (pieces,), their numbers in the vocabulary.
        scores: float32, shape (pieces,), log probabilities.
        unknown: the number of what is no piece.
        lowest: the score of an unknown character.
    """

    hashes: NDArray[np.uint64]
    ids: NDArray[np.int32]
    scores: NDArray[np.float32]
    unknown: int
    lowest: float

    @classmethod
    def of(cls, vocabulary: Vocabulary) -> PieceTable:
        """The table of all pieces that a text may turn into.

        Raises:
            ValueError: two pieces have one hash, or one is too long.
        """
        left_out = {*vocabulary.controls, vocabulary.unk}
        kept = [number for number in range(len(vocabulary.pieces)) if number not in left_out]
        pieces = [vocabulary.pieces[number] for number in kept]
        if max(map(len, pieces)) > _LONGEST:
            raise ValueError(f"a piece has more than {_LONGEST} characters")
        hashes = _hashes_of(pieces)
        if len(np.unique(hashes)) < len(hashes):
            raise ValueError("two pieces have one hash")
        order = np.argsort(hashes)
        scores = np.asarray(vocabulary.scores, np.float32)[kept]
        lowest = float(scores.min()) - _UNKNOWN_PENALTY
        return cls(hashes[order], np.array(kept, np.int32)[order], scores[order], vocabulary.unk, lowest)

    @classmethod
    def open(cls, folder: Path, unknown: int) -> PieceTable:
        """Map the files that `save` wrote.

        Raises:
            OSError, ValueError: a file is missing or is no such array.
        """
        hashes, ids, scores = (np.load(folder / file, mmap_mode="r") for file in _FILES)
        return cls(hashes, ids, scores, unknown, float(scores.min()) - _UNKNOWN_PENALTY)

    def save(self, folder: Path) -> None:
        """Write the arrays into the folder."""
        arrays: tuple[NDArray[Any], ...] = (self.hashes, self.ids, self.scores)
        for file, array in zip(_FILES, arrays, strict=True):
            np.save(folder / file, array)

    def cut(self, text: str) -> list[int]:
        """The ids of a text's pieces, as sentencepiece gives them; the text is normalised, spaces as `▁`."""
        if not text:
            return []
        edges = self._edges(text)
        best = [0.0] + [-np.inf] * len(text)
        came = [(0, self.unknown)] * (len(text) + 1)
        for start in range(len(text)):
            found = edges.get(start, {})
            if 1 not in found:
                found = {1: (self.lowest, self.unknown), **found}
            for length, (score, piece) in sorted(found.items()):
                # Sentencepiece adds in float32: ties must fall as they do there.
                reached = float(np.float32(best[start] + score))
                if reached > best[start + length]:
                    best[start + length], came[start + length] = reached, (start, piece)
        return self._followed(came)

    def _followed(self, came: list[tuple[int, int]]) -> list[int]:
        """The pieces on the best path; unknown neighbours are one."""
        ids: list[int] = []
        end = len(came) - 1
        while end > 0:
            end, piece = came[end]
            if piece != self.unknown or not ids or ids[-1] != self.unknown:
                ids.append(piece)
        return ids[::-1]

    def _edges(self, text: str) -> Mapping[int, Mapping[int, tuple[float, int]]]:
        """For each place, the lengths of the pieces that begin there, with scores and ids."""
        edges: dict[int, dict[int, tuple[float, int]]] = {}
        for length, hashes in enumerate(_hashes(text), 1):
            at = np.searchsorted(self.hashes, hashes)
            at[at == len(self.hashes)] = 0
            starts = np.flatnonzero(self.hashes[at] == hashes)
            rows = at[starts]
            for start, score, piece in zip(
                starts.tolist(), self.scores[rows].tolist(), self.ids[rows].tolist(), strict=True
            ):
                edges.setdefault(start, {})[length] = score, piece
        return edges


def _hashes(text: str) -> list[NDArray[np.uint64]]:
    """For each length up to the longest, polynomial hashes modulo 2**64 of all substrings of it, by their start."""
    codes = np.frombuffer(text.encode("utf-32-le"), np.uint32).astype(np.uint64)
    found = [codes * _BASE + codes]
    for length in range(2, min(_LONGEST, len(codes)) + 1):
        found.append(found[-1][:-1] * _BASE + codes[length - 1 :] * (_BASE + np.uint64(length)))
    return found


def _hashes_of(pieces: Sequence[str]) -> NDArray[np.uint64]:
    """The hash of each piece as a whole; those of one length at once."""
    found = np.empty(len(pieces), np.uint64)
    lengths = np.array([len(piece) for piece in pieces])
    for length in range(1, _LONGEST + 1):
        rows = np.flatnonzero(lengths == length).tolist()
        if rows:
            found[rows] = _hashes("".join(pieces[row] for row in rows))[length - 1][::length]
    return found
