"""Chunks an article into passages: runs of whole sentences of about equal length."""

from __future__ import annotations

import math
import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from retrieval.datatypes import Sentence, Span

TARGET_PASSAGE_TOKENS = 110
MAX_PASSAGE_TOKENS = 150

CHUNKER = f"sentences-1/{TARGET_PASSAGE_TOKENS}/{MAX_PASSAGE_TOKENS}"
"""Name and settings of the chunker, kept in the manifest: an index with another one has other passages."""

_STRONG_CLAUSE_END = re.compile(r"[;:…\n.!?][\"'”’»)\]]*(?=\s)|[”’»)\]](?=\s)|\s(?=[–—]\s)")
_WEAK_CLAUSE_END = re.compile(r",[\"'”’»)\]]*(?=\s)|\s(?=-\s)")
_WORD_END = re.compile(r"(?<=\S)(?=\s)")
_MAX_CUTTING_ROUNDS = 32


_Piece = tuple[int, int, bool]
"""(start, end, whether a sentence ends there)."""


@dataclass(frozen=True, slots=True)
class _Atom:
    """A span that no passage cuts: a sentence, or a piece of a sentence that is too long."""

    start: int
    end: int
    tokens: int
    ends_sentence: bool = True


def chunk(
    body: str,
    sentences: Sequence[Sentence],
    count_tokens: Callable[[Sequence[str]], list[int]],
    *,
    target_tokens: int = TARGET_PASSAGE_TOKENS,
    max_tokens: int = MAX_PASSAGE_TOKENS,
) -> list[Span]:
    """Chunks a body into passages, in order: runs of whole sentences that never cross a heading.

    A sentence longer than `max_tokens` is cut at clause marks, else at spaces, else between characters. The sizes
    between two headings are balanced (least squares around the target), so that the last passage is not a scrap.

    Args:
        body: text of the article; all offsets point into it.
        sentences: in order, without overlap; headings become part of no passage.
        count_tokens: counts the model tokens of each text; called once, and again only for pieces of long sentences.
        target_tokens: desired size of a passage.
        max_tokens: largest size of a passage of several sentences.
    """
    atoms = _atoms(body, sentences, count_tokens, target_tokens, max_tokens)
    passages: list[Span] = []
    for run in _runs_between_headings(sentences, atoms):
        passages.extend(_partition(run, target_tokens, max_tokens))
    return passages


def _atoms(
    body: str,
    sentences: Sequence[Sentence],
    count_tokens: Callable[[Sequence[str]], list[int]],
    target: int,
    max_tokens: int,
) -> list[_Atom]:
    spans = [(s.start, s.end, True) for s in sentences if s.kind == "sentence"]
    done: list[_Atom] = []
    for _ in range(_MAX_CUTTING_ROUNDS):
        if not spans:
            break
        counts = count_tokens([body[start:end] for start, end, _ in spans])
        longer: list[_Piece] = []
        for (start, end, last), count in zip(spans, counts, strict=True):
            if count <= max_tokens or end - start < 2:
                done.append(_Atom(start, end, max(1, count), last))
            else:
                longer.extend(_cut_sentence(body, start, end, last, count, target))
        spans = longer
    else:
        done.extend(_Atom(start, end, max_tokens, last) for start, end, last in spans)
    return sorted(done, key=lambda atom: atom.start)


def _cut_sentence(body: str, start: int, end: int, last: bool, count: int, target: int) -> Iterator[_Piece]:
    """Cuts a sentence of `count` tokens into two or more pieces of about `target` tokens."""
    for pieces_left in range(max(2, math.ceil(count / target)), 1, -1):
        if end - start < 2:
            break
        cut = _best_cut(body, start, end, start + max(1, (end - start) // pieces_left))
        yield from _non_blank(body, start, cut, False)
        start = cut
    yield from _non_blank(body, start, end, last)


def _non_blank(body: str, start: int, end: int, last: bool) -> Iterator[_Piece]:
    text = body[start:end]
    if text.strip():
        yield start + len(text) - len(text.lstrip()), start + len(text.rstrip()), last


def _best_cut(body: str, start: int, end: int, ideal: int) -> int:
    """Returns the best offset for a cut near `ideal`, strictly inside the sentence.

    The end of a clause is better than a comma, a comma better than the end of a word.
    """
    reach = (ideal - start) // 2
    low, high = max(start + 1, ideal - reach), min(end - 1, ideal + reach)
    for pattern in (_STRONG_CLAUSE_END, _WEAK_CLAUSE_END, _WORD_END):
        cuts = [match.end() for match in pattern.finditer(body, low - 1, high + 1) if low <= match.end() <= high]
        if cuts:
            return min(cuts, key=lambda cut: abs(cut - ideal))
    return next((cut for cut in range(ideal, start, -1) if not _is_inside_character(body, cut)), ideal)


def _is_inside_character(body: str, cut: int) -> bool:
    """Tells whether a cut would part a letter or an emoji from its modifiers."""
    after, before = body[cut], body[cut - 1]
    joiners = "\u200d\ufe0e\ufe0f"
    return unicodedata.category(after).startswith("M") or after in joiners or before == "\u200d"


def _runs_between_headings(sentences: Sequence[Sentence], atoms: Sequence[_Atom]) -> Iterator[list[_Atom]]:
    """Returns the runs of atoms between one heading and the next."""
    headings = [sentence.start for sentence in sentences if sentence.kind == "heading"]
    for _, run in groupby(atoms, key=lambda atom: bisect_left(headings, atom.start)):
        yield list(run)


def _partition(run: Sequence[_Atom], target: int, max_tokens: int) -> list[Span]:
    """Partitions a run into passages of least total cost, by dynamic programming."""
    best = [0.0] * (len(run) + 1)
    stop_of = [0] * len(run)
    for first in range(len(run) - 1, -1, -1):
        best[first] = math.inf
        size = 0
        for stop in range(first + 1, len(run) + 1):
            size += run[stop - 1].tokens
            if size > max_tokens and stop > first + 1:
                break
            cost = _passage_cost(size, target, run[stop - 1].ends_sentence) + best[stop]
            if cost < best[first]:
                best[first], stop_of[first] = cost, stop
    passages: list[Span] = []
    first = 0
    while first < len(run):
        stop = stop_of[first]
        passages.append(Span(run[first].start, run[stop - 1].end))
        first = stop
    return passages


def _passage_cost(size: int, target: int, ends_sentence: bool) -> float:
    """Returns the squared relative error of a passage's size, with a penalty for a cut sentence."""
    return (size / target - 1) ** 2 + (0 if ends_sentence else 0.25)
