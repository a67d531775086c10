"""From hits to an answer: which whole sentences to quote, which of them answers, and when to say nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from retrieval.confidence import ConfidenceModel
from retrieval.config import MAX_QUOTES, QUOTE_CHARS
from retrieval.datatypes import Answer, Headline, Hit, Passage, Query, Quote, Reason, Sentence, Span, Vectors
from retrieval.evidence import Rarity, Text, Wanted, coverage, features, pair_coverage
from retrieval.fusion import min_max
from retrieval.store.protocol import Snapshot, StoredArticle
from retrieval.text import syllables

LONGEST_SENTENCE_CHARS = 900
"""A run of sentences longer than this is quoted by the passage alone, which ends at a clause mark."""

CLEARLY_BETTER = 0.15
"""A second quote of one article needs a score this much above the best hit of any other article."""

WORTH_SHOWING = 0.5
"""A further quote needs at least this share of the first one's score."""


@dataclass(frozen=True, slots=True)
class Judge:
    """What is needed to tell whether a text answers a question."""

    rarity: Rarity
    model: ConfidenceModel
    encode_sentences: Callable[[Sequence[str]], Vectors]


@dataclass(frozen=True, slots=True)
class Considered:
    """The quotes that there would be, and the evidence for the first, before it is decided whether to answer."""

    question: str
    quotes: tuple[Quote, ...]
    features: Mapping[str, float]
    confidence: float
    nearest: tuple[Headline, ...]


def consider(snapshot: Snapshot, query: Query, hits: Sequence[Hit], judge: Judge) -> Considered:
    """Choose and mark quotes from ranked hits, and weigh the first."""
    near = list(dict.fromkeys(hit.passage.article_id for hit in hits))[:MAX_QUOTES]
    chosen = _worth_quoting(hits)
    wanted_ids = dict.fromkeys([*near, *(hit.passage.article_id for hit in chosen)])
    articles = {key: stored for key in wanted_ids if (stored := snapshot.article(key)) is not None}
    nearest = tuple(_headline(articles[key]) for key in near if key in articles)
    drafts = [_draft(articles[hit.passage.article_id], hit) for hit in chosen if hit.passage.article_id in articles]
    if not drafts:
        return Considered(query.text, (), {}, 0.0, nearest)
    wanted = Wanted.of(query.text, judge.rarity, toned=query.toned)
    quotes = tuple(
        _quote(draft, _answering(draft, query, wanted, judge, first=not n)) for n, draft in enumerate(drafts)
    )
    evidence = _evidence(quotes[0], drafts[0].stored, query, wanted)
    return Considered(query.text, quotes, evidence, judge.model.probability(evidence), nearest)


def decide(considered: Considered, threshold: float) -> Answer:
    """Answer with the quotes when the confidence reaches the threshold, or abstain and say why."""
    question, confidence = considered.question, considered.confidence
    if not syllables(question):
        return Answer(question, (), 0.0, Reason.EMPTY_QUESTION)
    if not considered.quotes:
        return Answer(question, (), 0.0, Reason.NOTHING_MATCHES)
    if confidence < threshold:
        return Answer(question, (), confidence, Reason.NOT_SURE, considered.nearest)
    return Answer(question, considered.quotes, confidence)


def _headline(stored: StoredArticle) -> Headline:
    article = stored.article
    return Headline(article.id, article.title, article.source, article.published, article.url)


def _worth_quoting(hits: Sequence[Hit]) -> list[Hit]:
    """The best hit, and further ones: of other articles, unless one article clearly has more."""
    chosen: list[Hit] = []
    for hit in hits:
        if len(chosen) == MAX_QUOTES or hit.score < WORTH_SHOWING * hits[0].score:
            break
        taken = [other for other in chosen if other.passage.article_id == hit.passage.article_id]
        if not taken or (_clearly_better(hit, hits, chosen) and not _touches(hit.passage, taken)):
            chosen.append(hit)
    return chosen


def _clearly_better(hit: Hit, hits: Sequence[Hit], chosen: Sequence[Hit]) -> bool:
    quoted = {other.passage.article_id for other in chosen}
    others = [other.score for other in hits if other.passage.article_id not in quoted]
    return not others or hit.score >= max(others) + CLEARLY_BETTER


def _touches(passage: Passage, taken: Sequence[Hit]) -> bool:
    # Quotes grow by neighbouring sentences, so a passage next to a quoted one would say much of it twice.
    reach = QUOTE_CHARS[0]
    return any(passage.start < hit.passage.end + reach and hit.passage.start < passage.end + reach for hit in taken)


@dataclass(frozen=True, slots=True)
class _Draft:
    """A quote's article and its sentences, before one of them is marked."""

    stored: StoredArticle
    hit: Hit
    sentences: tuple[Span, ...]


def _draft(stored: StoredArticle, hit: Hit) -> _Draft:
    return _Draft(stored, hit, tuple(quoted_sentences(stored.sentences, hit.passage)))


def quoted_sentences(sentences: Sequence[Sentence], passage: Passage) -> list[Span]:
    """Whole sentences around a passage: its own, and neighbours while they are few.

    Headings end the run. Where the passage's sentences are too long to quote whole, the passage itself is quoted.
    """
    inside = [i for i, s in enumerate(sentences) if s.start < passage.end and passage.start < s.end]
    inside = [i for i in inside if sentences[i].kind == "sentence"]
    if not inside or sentences[inside[-1]].end - sentences[inside[0]].start > LONGEST_SENTENCE_CHARS:
        return [Span(passage.start, passage.end)]
    first, last = inside[0], inside[-1]
    shortest, longest = QUOTE_CHARS
    while sentences[last].end - sentences[first].start < shortest:
        wider = _widen(sentences, first, last, longest)
        if wider is None:
            break
        first, last = wider
    return [Span(s.start, s.end) for s in sentences[first : last + 1]]


def _widen(sentences: Sequence[Sentence], first: int, last: int, longest: int) -> tuple[int, int] | None:
    """Bounds with one more sentence, after if possible, else before; None when neither fits."""
    for lower, upper in ((first, last + 1), (first - 1, last)):
        if lower < 0 or upper >= len(sentences):
            continue
        added = sentences[upper] if upper > last else sentences[lower]
        if added.kind == "sentence" and sentences[upper].end - sentences[lower].start <= longest:
            return lower, upper
    return None


def _answering(draft: _Draft, query: Query, wanted: Wanted, judge: Judge, *, first: bool) -> Span:
    """The sentence that answers: the one that shares most with the question, in words and, in the first quote, meaning.

    Encoding sentences takes most of the time of an answer, so only the first quote's are, and no single one.
    """
    if len(draft.sentences) == 1:
        return draft.sentences[0]
    texts = [span.of(draft.stored.article.body) for span in draft.sentences]
    bags = [Text.of(text, toned=query.toned) for text in texts]
    score = min_max(np.array([coverage(wanted, bag) + pair_coverage(wanted, bag) for bag in bags]))
    if first and query.toned:
        score += min_max(np.asarray(judge.encode_sentences(texts) @ query.vector, dtype=np.float64))
    return draft.sentences[int(np.argmax(score))]


def _quote(draft: _Draft, answer: Span) -> Quote:
    article = draft.stored.article
    start, end = draft.sentences[0].start, draft.sentences[-1].end
    return Quote(
        article_id=article.id,
        start=start,
        end=end,
        text=article.body[start:end],
        answer_span=answer,
        title=article.title,
        source=article.source,
        published=article.published,
        event=article.event,
        url=article.url,
        hit=draft.hit,
    )


def _evidence(quote: Quote, stored: StoredArticle, query: Query, wanted: Wanted) -> dict[str, float]:
    article = stored.article
    return features(
        wanted,
        Text.of(quote.text, toned=query.toned),
        Text.of(f"{article.title}\n{article.body}", toned=query.toned),
        quote.hit.dense_score if quote.hit else 0.0,
        toned=query.toned,
    )
