"""Packs the sentences of an article into passages of about equal length."""

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
"""Names this way of chunking, and goes into an index's manifest: another one means other passages."""

_STRONG_CLAUSE_END = re.compile(r"[;:…\n.!?][\"'”’»)\]]*(?=\s)|[”’»)\]](?=\s)|\s(?=[–—]\s)")
_WEAK_CLAUSE_END = re.compile(r",[\"'”’»)\]]*(?=\s)|\s(?=-\s)")
_SPACE = re.compile(r"(?<=\S)(?=\s)")
_MAX_ROUNDS = 32


@dataclass(frozen=True, slots=True)
class _Atom:
    """What a passage never cuts: a sentence, or a piece of one that is too long."""

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
    """Passages in order: runs of whole sentences near `target_tokens`, never over `max_tokens`, never over a heading.

    A sentence longer than `max_tokens` is cut at clause marks, else at spaces, else between characters. The sizes in
    a run are balanced (least squares around the target), so that no run ends in a scrap.

    Args:
        body: the article's text, into which all offsets point.
        sentences: in order and apart; those of kind `heading` are in no passage.
        count_tokens: model tokens of each text; called once, and again only for pieces of long sentences.
        target_tokens: the wished size of a passage.
        max_tokens: the largest size of a passage of several sentences.
    """
    atoms = _atoms(body, sentences, count_tokens, target_tokens, max_tokens)
    passages: list[Span] = []
    for run in _runs(sentences, atoms):
        passages.extend(_packed(run, target_tokens, max_tokens))
    return passages


def _atoms(
    body: str,
    sentences: Sequence[Sentence],
    count_tokens: Callable[[Sequence[str]], list[int]],
    target: int,
    limit: int,
) -> list[_Atom]:
    spans = [(s.start, s.end, True) for s in sentences if s.kind == "sentence"]
    done: list[_Atom] = []
    for _ in range(_MAX_ROUNDS):
        if not spans:
            break
        counts = count_tokens([body[start:end] for start, end, _ in spans])
        longer: list[tuple[int, int, bool]] = []
        for (start, end, last), count in zip(spans, counts, strict=True):
            if count <= limit or end - start < 2:
                done.append(_Atom(start, end, max(1, count), last))
            else:
                longer.extend(_pieces(body, start, end, last, count, target))
        spans = longer
    else:
        done.extend(_Atom(start, end, limit, last) for start, end, last in spans)
    return sorted(done, key=lambda atom: atom.start)


def _pieces(body: str, start: int, end: int, last: bool, count: int, target: int) -> Iterator[tuple[int, int, bool]]:
    """The pieces, at least two, of a sentence of `count` tokens: about `target` tokens each, and never blank."""
    for parts in range(max(2, math.ceil(count / target)), 1, -1):
        if end - start < 2:
            break
        cut = _cut(body, start, end, start + max(1, (end - start) // parts))
        yield from _non_blank(body, start, cut, False)
        start = cut
    yield from _non_blank(body, start, end, last)


def _non_blank(body: str, start: int, end: int, last: bool) -> Iterator[tuple[int, int, bool]]:
    text = body[start:end]
    if text.strip():
        yield start + len(text) - len(text.lstrip()), start + len(text.rstrip()), last


def _cut(body: str, start: int, end: int, ideal: int) -> int:
    """Where to cut a long sentence near `ideal`, strictly inside of it: the best kind of place within reach."""
    reach = (ideal - start) // 2
    low, high = max(start + 1, ideal - reach), min(end - 1, ideal + reach)
    for places in (_STRONG_CLAUSE_END, _WEAK_CLAUSE_END, _SPACE):
        cuts = [match.end() for match in places.finditer(body, low - 1, high + 1) if low <= match.end() <= high]
        if cuts:
            return min(cuts, key=lambda cut: abs(cut - ideal))
    return next((cut for cut in range(ideal, start, -1) if not _joins(body, cut)), ideal)


def _joins(body: str, cut: int) -> bool:
    """Whether the character behind the cut forms one letter or picture with the one before it."""
    after, before = body[cut], body[cut - 1]
    joiners = "\u200d\ufe0e\ufe0f"
    return unicodedata.category(after).startswith("M") or after in joiners or before == "\u200d"


def _runs(sentences: Sequence[Sentence], atoms: Sequence[_Atom]) -> Iterator[list[_Atom]]:
    """The atoms between one heading and the next."""
    headings = [sentence.start for sentence in sentences if sentence.kind == "heading"]
    for _, run in groupby(atoms, key=lambda atom: bisect_left(headings, atom.start)):
        yield list(run)


def _packed(run: Sequence[_Atom], target: int, limit: int) -> list[Span]:
    """The cheapest partition of a run into passages, found from its end to its start."""
    best = [0.0] * (len(run) + 1)
    stop_of = [0] * len(run)
    for first in range(len(run) - 1, -1, -1):
        best[first] = math.inf
        size = 0
        for stop in range(first + 1, len(run) + 1):
            size += run[stop - 1].tokens
            if size > limit and stop > first + 1:
                break
            cost = _cost(size, target, run[stop - 1].ends_sentence) + best[stop]
            if cost < best[first]:
                best[first], stop_of[first] = cost, stop
    passages: list[Span] = []
    first = 0
    while first < len(run):
        stop = stop_of[first]
        passages.append(Span(run[first].start, run[stop - 1].end))
        first = stop
    return passages


def _cost(size: int, target: int, ends_sentence: bool) -> float:
    """How far a passage is from the wished one: its relative error squared, and a fine for ending inside a sentence."""
    return (size / target - 1) ** 2 + (0 if ends_sentence else 0.25)
