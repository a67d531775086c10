"""Denials: finds the sentence of an article that denies what a message claims."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from retrieval.answering.quotes import sentences_of
from retrieval.datatypes import Span
from retrieval.question import Question
from retrieval.search import CoverageIndex, TokenizedTexts
from retrieval.store import StoredArticle
from retrieval.vietnamese import fold, tokens_of

_DENIES = re.compile(
    r"bác bỏ|bác (?:tin|thông tin)|phủ nhận|đính chính|tin giả|sai sự thật|bịa đặt|thất thiệt|xuyên tạc"
    r"|(?:không|chưa) (?:chính xác|có (?:chuyện|việc|thật|căn cứ|bằng chứng|cơ sở|ý định|kế hoạch|chủ trương))"
    r"|không (?:đúng|phải) (?:sự thật|như)|trái với (?:tin|thông tin)"
)
"""Words that deny what is told."""

_OF_TOLD = re.compile(r"\b(?:thông tin|tin (?:này|trên|đồn)|bài đăng|bài viết|đoạn clip|video)\b")
"""Words for what was told, by which a denial need not repeat it."""

_OPINION = re.compile(
    r"(?:nhiều người|dư luận|mạng xã hội|có ý kiến|không ít người).{0,80}cho rằng|đồn đoán|lan truyền"
)
_REBUTS = re.compile(r"^(?:tuy nhiên|nhưng|song|thực tế|trên thực tế)\b")
"""How a report contrasts an opinion with what officials say, in the sentence after it."""

_ASSERTS = re.compile(r"\bkhẳng định\b")
_NEGATIONS = frozenset(("không", "chưa"))
_NEGATED_TOKENS = 3
"""Tokens behind a negation that it is taken to negate."""

MIN_DENIAL_COVER = 0.14
"""Least share of a claim's words that a denial holds, with the sentence before it where it speaks of what was told."""


@dataclass(frozen=True, slots=True)
class Denial:
    """Holds a sentence that denies a claim."""

    stored: StoredArticle
    sentence: Span
    cover: float
    """Share of the claim's words, by weight, that the sentence and the one before it hold, 0 to 1."""
    is_worded: bool
    """Whether it has words of denial; else it asserts the contrary."""


def find_denials(claim: Question, articles: Sequence[StoredArticle]) -> list[Denial]:
    """Finds the sentences that deny, those with words of denial first, then those that hold most of a claim.

    Args:
        claim: what is claimed.
        articles: the articles to look through.
    """
    index = CoverageIndex.of(claim.weights)
    return sorted(
        (denial for stored in articles for denial in _denials_of(claim, index, stored)),
        key=lambda one: (not one.is_worded, -one.cover),
    )


def _denials_of(claim: Question, index: CoverageIndex, stored: StoredArticle) -> Iterator[Denial]:
    spans = sentences_of(stored)
    texts = [span.of(stored.article.body) for span in spans]
    if not texts:
        return
    held = index.held(TokenizedTexts.of(texts))
    near = held.copy()
    near[1:] |= held[:-1]
    own, cover = (index.coverage(one).syllables.tolist() for one in (held, near))
    for place, (span, text) in enumerate(zip(spans, texts, strict=True)):
        is_held = (cover if _OF_TOLD.search(fold(text)) else own)[place] >= MIN_DENIAL_COVER
        is_worded = _denies(text, texts[place - 1] if place else "")
        if is_held and (is_worded or _contradicts(text, claim)):
            yield Denial(stored, span, cover[place], is_worded)


def _denies(sentence: str, before: str) -> bool:
    """Tells whether a sentence denies something, or contrasts with an opinion in the sentence before it."""
    folded = fold(sentence)
    return bool(_DENIES.search(folded) or (_REBUTS.search(folded) and _OPINION.search(fold(before))))


def _contradicts(sentence: str, claim: Question) -> bool:
    """Tells whether a sentence asserts what a claim negates, or asserts the negation of what it states."""
    asserted = _ASSERTS.split(fold(sentence))[1:]
    return bool(_polarities(" ".join(asserted)) & {(pair, not sign) for pair, sign in _polarities(fold(claim.text))})


def _polarities(text: str) -> set[tuple[tuple[str, str], bool]]:
    """Returns the pairs of neighbouring tokens, each with whether no negation stands shortly before it."""
    tokens = tokens_of(text, toned=True)
    pairs = list(pairwise(tokens))
    return {
        (pair, not _NEGATIONS.intersection(tokens[max(0, place - _NEGATED_TOKENS) : place]))
        for place, pair in enumerate(pairs)
        if not _NEGATIONS.intersection(pair)
    }
