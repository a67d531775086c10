"""Tokenises short texts as sentencepiece does, over a memory-mapped vocabulary: nothing has to be loaded first.

Sentencepiece's own tokenizer takes half a second to load. Its Unigram model (Kudo 2018) takes of all segmentations of a
text into pieces the one of highest score, by Viterbi's algorithm. Pieces are found by hash: all substrings of a text of
up to sixteen characters are looked up at once.
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
_MAX_PIECE_CHARS = 16
"""Most characters of a piece in the vocabulary."""

_HASH_BASE = np.uint64(0x9E3779B97F4A7C15)
_UNKNOWN_PENALTY = 10.0
"""Difference of an unknown character's score to the lowest score of a piece (sentencepiece's kUnkPenalty)."""


@dataclass(frozen=True, slots=True)
class UnigramTokenizer:
    """A Unigram model over pieces in order of their hashes.

    Attributes:
        hashes: uint64, shape (pieces,), ascending.
        ids: int32, shape (pieces,), token ids.
        scores: float32, shape (pieces,), log probabilities.
        unknown: token id of an unknown character.
        unknown_score: score of an unknown character.
    """

    hashes: NDArray[np.uint64]
    ids: NDArray[np.int32]
    scores: NDArray[np.float32]
    unknown: int
    unknown_score: float

    @classmethod
    def from_vocabulary(cls, vocabulary: Vocabulary) -> UnigramTokenizer:
        """Makes the model of all pieces that can occur in a text: control tokens and the unknown token cannot.

        Raises:
            ValueError: two pieces have the same hash, or a piece is too long.
        """
        left_out = {*vocabulary.controls, vocabulary.unk}
        kept = [token for token in range(len(vocabulary.pieces)) if token not in left_out]
        pieces = [vocabulary.pieces[token] for token in kept]
        if max(map(len, pieces)) > _MAX_PIECE_CHARS:
            raise ValueError(f"a piece has more than {_MAX_PIECE_CHARS} characters")
        hashes = _piece_hashes(pieces)
        if len(np.unique(hashes)) < len(hashes):
            raise ValueError("two pieces have one hash")
        order = np.argsort(hashes)
        scores = np.asarray(vocabulary.scores, np.float32)[kept]
        unknown_score = float(scores.min()) - _UNKNOWN_PENALTY
        return cls(hashes[order], np.array(kept, np.int32)[order], scores[order], vocabulary.unk, unknown_score)

    @classmethod
    def open(cls, folder: Path, unknown: int) -> UnigramTokenizer:
        """Maps the files that `save` wrote into memory.

        Raises:
            OSError, ValueError: a file is missing or is no such array.
        """
        hashes, ids, scores = (np.load(folder / file, mmap_mode="r") for file in _FILES)
        return cls(hashes, ids, scores, unknown, float(scores.min()) - _UNKNOWN_PENALTY)

    def save(self, folder: Path) -> None:
        """Writes the arrays into a folder."""
        arrays: tuple[NDArray[Any], ...] = (self.hashes, self.ids, self.scores)
        for file, array in zip(_FILES, arrays, strict=True):
            np.save(folder / file, array)

    def tokenise(self, text: str) -> list[int]:
        """Returns the token ids of a normalised text, spaces as `▁`, equal to those of sentencepiece."""
        if not text:
            return []
        pieces_by_start = self._pieces_by_start(text)
        best = [0.0] + [-np.inf] * len(text)
        arrivals = [(0, self.unknown)] * (len(text) + 1)
        for start in range(len(text)):
            pieces = pieces_by_start.get(start, {})
            if 1 not in pieces:
                pieces = {1: (self.unknown_score, self.unknown), **pieces}
            for length, (score, piece) in sorted(pieces.items()):
                # In float32, as sentencepiece adds, so that ties are broken as there.
                reached = float(np.float32(best[start] + score))
                if reached > best[start + length]:
                    best[start + length], arrivals[start + length] = reached, (start, piece)
        return self._best_path(arrivals)

    def _best_path(self, arrivals: list[tuple[int, int]]) -> list[int]:
        """Follows (start, token id) of each end back from the last; neighbouring unknown characters are one token."""
        ids: list[int] = []
        end = len(arrivals) - 1
        while end > 0:
            end, piece = arrivals[end]
            if piece != self.unknown or not ids or ids[-1] != self.unknown:
                ids.append(piece)
        return ids[::-1]

    def _pieces_by_start(self, text: str) -> Mapping[int, Mapping[int, tuple[float, int]]]:
        """Returns (score, token id) of each piece in the text, by start offset and length."""
        pieces: dict[int, dict[int, tuple[float, int]]] = {}
        for length, hashes in enumerate(_substring_hashes(text), 1):
            nearest = np.searchsorted(self.hashes, hashes)
            nearest[nearest == len(self.hashes)] = 0
            starts = np.flatnonzero(self.hashes[nearest] == hashes)
            rows = nearest[starts]
            for start, score, piece in zip(
                starts.tolist(), self.scores[rows].tolist(), self.ids[rows].tolist(), strict=True
            ):
                pieces.setdefault(start, {})[length] = score, piece
        return pieces


def _substring_hashes(text: str) -> list[NDArray[np.uint64]]:
    """Returns, for each length from 1, the hashes of all substrings, by start offset.

    Hashes are polynomial, modulo 2**64.
    """
    codes = np.frombuffer(text.encode("utf-32-le"), np.uint32).astype(np.uint64)
    hashes = [codes * _HASH_BASE + codes]
    for length in range(2, min(_MAX_PIECE_CHARS, len(codes)) + 1):
        hashes.append(hashes[-1][:-1] * _HASH_BASE + codes[length - 1 :] * (_HASH_BASE + np.uint64(length)))
    return hashes


def _piece_hashes(pieces: Sequence[str]) -> NDArray[np.uint64]:
    """Returns the hash of each whole piece, shape (pieces,); pieces of the same length are hashed together."""
    hashes = np.empty(len(pieces), np.uint64)
    lengths = np.array([len(piece) for piece in pieces])
    for length in range(1, _MAX_PIECE_CHARS + 1):
        rows = np.flatnonzero(lengths == length).tolist()
        if rows:
            hashes[rows] = _substring_hashes("".join(pieces[row] for row in rows))[length - 1][::length]
    return hashes
