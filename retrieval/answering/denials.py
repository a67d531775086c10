"""Denials: finds the sentence of an article that denies what a message claims."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from retrieval.answering.quotes import sentences_of
from retrieval.datatypes import Span
from retrieval.question import Question
from retrieval.search import CoverageIndex, TokenizedTexts
from retrieval.store import StoredArticle
from retrieval.vietnamese import fold

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

MIN_DENIAL_COVER = 0.14
"""Least share of a claim's words that a denial holds, with the sentence before it where it speaks of what was told."""


@dataclass(frozen=True, slots=True)
class Denial:
    """Holds a sentence with words of denial."""

    stored: StoredArticle
    sentence: Span
    cover: float
    """Share of the claim's words, by weight, that the sentence and its neighbours hold, 0 to 1."""


def find_denials(claim: Question, articles: Sequence[StoredArticle]) -> list[Denial]:
    """Finds the sentences that deny, those that hold most of a claim first.

    Args:
        claim: what is claimed.
        articles: the articles to look through.
    """
    index = CoverageIndex.of(claim.weights)
    found: list[Denial] = []
    for stored in articles:
        spans = sentences_of(stored)
        texts = [span.of(stored.article.body) for span in spans]
        if not texts:
            continue
        held = index.held(TokenizedTexts.of(texts))
        near = held.copy()
        near[1:] |= held[:-1]
        own, cover = (index.coverage(one).syllables.tolist() for one in (held, near))
        found += [
            Denial(stored, span, cover[place])
            for place, (span, text) in enumerate(zip(spans, texts, strict=True))
            if (cover if _OF_TOLD.search(fold(text)) else own)[place] >= MIN_DENIAL_COVER
            and _denies(text, texts[place - 1] if place else "")
        ]
    return sorted(found, key=lambda one: -one.cover)


def _denies(sentence: str, before: str) -> bool:
    """Tells whether a sentence denies something, or contrasts with an opinion in the sentence before it."""
    folded = fold(sentence)
    return bool(_DENIES.search(folded) or (_REBUTS.search(folded) and _OPINION.search(fold(before))))
